"""Hours of the week in one column: peaks, customer service, and when orders can be booked for."""

from django.db import migrations

import core.hours.fields


def peaks(apps, schema_editor):
    for peak in apps.get_model("campus", "PeakPeriod").objects.all():
        if peak.weekdays:
            peak.hours = f"{peak.weekdays} {peak.start:%H:%M}-{peak.end:%H:%M}"
            peak.save(update_fields=["hours"])
        else:  # of no weekday: it never counted
            peak.delete()


def back(apps, schema_editor):
    """The first block stands for all: the old columns had no room for more."""
    for peak in apps.get_model("campus", "PeakPeriod").objects.all():
        blocks = next(day for day in peak.hours.week if day)
        peak.weekdays = "".join(str(n) for n, day in enumerate(peak.hours.week, 1) if day)
        end = min(blocks[0].end, 1439)
        peak.start = f"{blocks[0].start // 60:02}:{blocks[0].start % 60:02}"
        peak.end = f"{end // 60:02}:{end % 60:02}"
        peak.save(update_fields=["weekdays", "start", "end"])


class Migration(migrations.Migration):
    dependencies = [("campus", "0004_imports_and_opening")]

    operations = [
        migrations.AddField(
            "campus",
            "service_hours",
            core.hours.fields.HoursField(default="1234567 00:00-24:00", verbose_name="customer service answers"),
        ),
        migrations.AddField(
            "campus",
            "delivery_hours",
            core.hours.fields.HoursField(default="1234567 07:00-23:00", verbose_name="orders can be booked for"),
        ),
        migrations.AddField(
            "peakperiod", "hours", core.hours.fields.HoursField(default="12345 11:40-12:50", verbose_name="when"),
            preserve_default=False,
        ),
        migrations.RunPython(peaks, back),
    ]
