from django.db import migrations, models
from django.db.models import Q
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.RenameModel("Finding", "Discrepancy"),
        migrations.RemoveConstraint("discrepancy", "finding_status"),
        migrations.RemoveConstraint("discrepancy", "finding_open_once"),
        migrations.AlterField(
            "discrepancy", "last",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="discrepancies", to="payments.reconciliation", verbose_name="last found by"),
        ),
        migrations.AddConstraint(
            "discrepancy",
            models.CheckConstraint(condition=Q(status__in=["open", "settled"]), name="discrepancy_status"),
        ),
        migrations.AddConstraint(
            "discrepancy",
            models.UniqueConstraint(fields=["scope", "kind", "no"], condition=Q(status="open"), name="discrepancy_open_once"),
        ),
    ]
