"""Hours of the week for dispatch rules: also over midnight, and several blocks."""

from django.db import migrations

import core.hours.fields


def hours(apps, schema_editor):
    for rule in apps.get_model("dispatch", "DispatchRule").objects.all():
        rule.hours = f"1234567 {rule.from_hour:02}:00-{rule.to_hour:02}:00"
        rule.save(update_fields=["hours"])


def back(apps, schema_editor):
    """The first block of the week stands for all, up to midnight: the old columns had no room for more."""
    for rule in apps.get_model("dispatch", "DispatchRule").objects.all():
        block = next(day for day in rule.hours.week if day)[0]
        rule.from_hour = min(block.start // 60, 23)
        rule.to_hour = max(min(-(-block.end // 60), 24), rule.from_hour + 1)
        rule.save(update_fields=["from_hour", "to_hour"])


class Migration(migrations.Migration):
    dependencies = [("campus", "0007_calendar"), ("dispatch", "0002_favourites_and_blocks")]

    operations = [
        migrations.RemoveConstraint("dispatchrule", "dispatch_rule_once"),
        migrations.RemoveConstraint("dispatchrule", "dispatch_rule_hours"),
        migrations.AddField(
            "dispatchrule", "hours", core.hours.fields.HoursField(default="1234567 00:00-24:00", verbose_name="when")
        ),
        migrations.RunPython(hours, back),
    ]
