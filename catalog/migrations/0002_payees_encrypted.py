from django.db import migrations, models

import core.crypto
from core.crypto import decrypt, encrypt

FIELDS = ["payee_account", "payee_holder"]


def _each(apps, change):
    for row in apps.get_model("catalog", "Merchant").objects.order_by("pk"):
        for name in FIELDS:
            if text := getattr(row, name):
                setattr(row, name, change(text))
        row.save(update_fields=FIELDS)


def encrypt_all(apps, schema_editor):
    _each(apps, encrypt)


def decrypt_all(apps, schema_editor):
    _each(apps, decrypt)


class Migration(migrations.Migration):
    """Where a merchant's money goes is encrypted: first room for it, then the rows, then the field that does it."""

    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AlterField(
            "merchant", "payee_account", models.TextField(blank=True, max_length=64, verbose_name="account number")
        ),
        migrations.AlterField(
            "merchant", "payee_holder", models.TextField(blank=True, max_length=40, verbose_name="account holder")
        ),
        migrations.RunPython(encrypt_all, decrypt_all),
        migrations.AlterField(
            "merchant",
            "payee_account",
            core.crypto.EncryptedTextField(blank=True, max_length=64, verbose_name="account number"),
        ),
        migrations.AlterField(
            "merchant",
            "payee_holder",
            core.crypto.EncryptedTextField(blank=True, max_length=40, verbose_name="account holder"),
        ),
    ]
