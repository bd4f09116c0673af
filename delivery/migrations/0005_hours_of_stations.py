"""A station's hours of the week in one column: several blocks a day, over midnight, to 24:00."""

from django.db import migrations

import core.hours.fields


def hours(apps, schema_editor):
    for station in apps.get_model("delivery", "RelayStation").objects.all():
        station.hours = f"1234567 {station.opens:%H:%M}-{station.closes:%H:%M}"
        station.save(update_fields=["hours"])


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_metres_away")]

    operations = [
        migrations.AddField(
            "relaystation",
            "hours",
            core.hours.fields.HoursField(default="1234567 07:00-23:00", verbose_name="opening hours"),
        ),
        migrations.RunPython(hours, migrations.RunPython.noop),
    ]
