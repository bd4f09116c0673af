"""What staff did is logged by the number of the row from now on; so are the entries that there are."""

import json

from django.db import migrations
from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, Concat, Left


def name_by_number(apps, schema_editor):
    entries = apps.get_model("admin", "LogEntry").objects.using(schema_editor.connection.alias)
    number = Left(Coalesce(F("object_id"), Value("")), 190)
    entries.update(object_repr=Concat(Value("#"), number, output_field=CharField()))
    for entry in entries.filter(change_message__contains='"object": ').iterator():
        try:
            message = json.loads(entry.change_message)
            for said in (said for part in message for said in part.values() if "object" in said):
                said["object"] = "—"
        except (ValueError, AttributeError, TypeError):  # a sentence, not what a form made
            continue
        entries.filter(pk=entry.pk).update(change_message=json.dumps(message))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_files_to_delete"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunPython(name_by_number, migrations.RunPython.noop)]
