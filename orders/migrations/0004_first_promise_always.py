from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_first_promise"),
    ]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="first_promised_at",
            field=models.DateTimeField(editable=False, verbose_name="first promised by"),
        ),
        migrations.AlterField(
            model_name="order",
            name="late_from",
            field=models.DateTimeField(editable=False, verbose_name="late from"),
        ),
    ]
