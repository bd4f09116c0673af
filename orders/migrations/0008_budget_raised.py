import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0007_photo_of_place"),
        ("payments", "0002_discrepancies"),
    ]

    operations = [
        migrations.AddField(
            model_name="overbudget",
            name="raises",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="overbudget",
            name="payment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.payment",
            ),
        ),
    ]
