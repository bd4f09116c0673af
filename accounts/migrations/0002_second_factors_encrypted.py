from django.db import migrations


def encrypt(apps, schema_editor):
    from accounts.rotation import encrypt_second_factors

    encrypt_second_factors(apps.get_model("mfa", "Authenticator"))


class Migration(migrations.Migration):
    """Secrets of authenticator apps that were stored in clear. Read either way, so there is nothing to undo."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt, migrations.RunPython.noop)]
