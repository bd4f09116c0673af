from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_quiet_hours")]

    operations = [
        migrations.RemoveField("preference", "quiet_from"),
        migrations.RemoveField("preference", "quiet_until"),
    ]
