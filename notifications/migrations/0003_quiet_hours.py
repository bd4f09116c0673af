"""Quiet hours in one column, as all hours are. Equal times never were quiet: they are switched off."""

from django.db import migrations
from django.db.models import F

import core.hours.fields


def hours(apps, schema_editor):
    preferences = apps.get_model("notifications", "Preference").objects
    preferences.filter(quiet_from=F("quiet_until")).update(quiet=False)
    for own in preferences.exclude(quiet_from=F("quiet_until")).iterator():
        own.quiet_hours = f"1234567 {own.quiet_from:%H:%M}-{own.quiet_until:%H:%M}"
        own.save(update_fields=["quiet_hours"])


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_notice_about")]

    operations = [
        migrations.AddField(
            "preference", "quiet_hours", core.hours.fields.HoursField(default="1234567 22:30-07:30")
        ),
        migrations.RunPython(hours, migrations.RunPython.noop),
    ]
