"""When customer service answers is kept with its campus, as hours of the week."""

from django.core.exceptions import ValidationError
from django.db import migrations

from core.hours import WeeklyHours


def hours_of_campuses(apps, schema_editor):
    lines: dict[int, list[str]] = {}
    for row in apps.get_model("chat", "ServiceHours").objects.order_by("start"):
        if row.weekdays:
            lines.setdefault(row.campus_id, []).append(f"{row.weekdays} {row.start:%H:%M}-{row.end:%H:%M}")
    campuses = apps.get_model("campus", "Campus").objects
    for campus, own in lines.items():
        campuses.filter(pk=campus).update(service_hours=_united(own))


def _united(lines: list[str]) -> WeeklyHours:
    """All blocks of a campus; those that overlapped become one, as they always counted."""
    try:
        return WeeklyHours.parse(";".join(lines))
    except ValidationError:
        rows = [WeeklyHours.parse(line) for line in lines]
        week = []
        for day in range(1, 8):
            blocks: list = []
            for block in sorted(block for row in rows for block in row.blocks(day)):
                if blocks and block.start <= blocks[-1].end:
                    blocks[-1] = type(block)(blocks[-1].start, max(blocks[-1].end, block.end))
                else:
                    blocks.append(block)
            week.append(tuple(blocks))
        return WeeklyHours(tuple(week))


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial"), ("campus", "0005_hours")]

    operations = [
        migrations.RunPython(hours_of_campuses, migrations.RunPython.noop),
    ]
