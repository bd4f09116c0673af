import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campus", "0005_hours")]

    operations = [
        migrations.RemoveConstraint("peakperiod", "peak_order"),
        migrations.AlterModelOptions(
            "peakperiod",
            {"ordering": ["campus", "hours"], "verbose_name": "peak period", "verbose_name_plural": "peak periods"},
        ),
        # With defaults, so that the way back has something to write.
        migrations.AlterField(
            "peakperiod",
            "start",
            models.TimeField(default=datetime.time(0, 0), verbose_name="start"),
        ),
        migrations.AlterField(
            "peakperiod",
            "end",
            models.TimeField(default=datetime.time(23, 59), verbose_name="end"),
        ),
        migrations.RemoveField("peakperiod", "weekdays"),
        migrations.RemoveField("peakperiod", "start"),
        migrations.RemoveField("peakperiod", "end"),
    ]
