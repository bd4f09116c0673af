from django.db import migrations, models
from django.db.models import F


def keep_present(apps, schema_editor):
    """What was promised first was not kept until now: of older orders the last promise stands for it."""
    apps.get_model("orders", "Order").objects.update(
        first_promised_at=F("promised_at"), late_from=F("promised_at")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_prohibited_and_reviews"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="first_promised_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="first promised by"),
        ),
        migrations.AddField(
            model_name="order",
            name="late_from",
            field=models.DateTimeField(editable=False, null=True, verbose_name="late from"),
        ),
        migrations.RunPython(keep_present, migrations.RunPython.noop),
    ]
