from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0003_payers_and_frozen_rules"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="ruling",
            name="borne_by",
        ),
    ]
