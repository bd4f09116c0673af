from django.db import migrations, models

import core.crypto
from core.crypto import decrypt, encrypt

FIELDS = {"Withdrawal": ["account_no", "holder"], "SandboxTransfer": ["account_no"]}


def _each(apps, change):
    for model, names in FIELDS.items():
        for row in apps.get_model("payments", model).objects.order_by("pk").iterator(500):
            for name in names:
                if text := getattr(row, name):
                    setattr(row, name, change(text))
            row.save(update_fields=names)


def encrypt_all(apps, schema_editor):
    _each(apps, encrypt)


def decrypt_all(apps, schema_editor):
    _each(apps, decrypt)


def widened():
    return [
        migrations.AlterField("withdrawal", "account_no", models.TextField(max_length=64, verbose_name="account number")),
        migrations.AlterField("withdrawal", "holder", models.TextField(max_length=40, verbose_name="account holder")),
        migrations.AlterField("sandboxtransfer", "account_no", models.TextField(max_length=64)),
    ]


class Migration(migrations.Migration):
    """Whose account a withdrawal goes to is encrypted: first room for it, then the rows, then the field that does it."""

    dependencies = [("payments", "0008_paid_by_gateways")]

    operations = [
        *widened(),
        migrations.RunPython(encrypt_all, decrypt_all),
        migrations.AlterField(
            "withdrawal", "account_no", core.crypto.EncryptedTextField(max_length=64, verbose_name="account number")
        ),
        migrations.AlterField(
            "withdrawal", "holder", core.crypto.EncryptedTextField(max_length=40, verbose_name="account holder")
        ),
        migrations.AlterField("sandboxtransfer", "account_no", core.crypto.EncryptedTextField(max_length=64)),
    ]
