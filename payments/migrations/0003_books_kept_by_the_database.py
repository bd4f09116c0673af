"""What the database itself promises of the ledger becomes whole: see payments/guard.py."""

from django.db import migrations

from payments import guard


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_ledger_guard")]

    operations = [migrations.RunPython(guard.install, guard.remove)]
