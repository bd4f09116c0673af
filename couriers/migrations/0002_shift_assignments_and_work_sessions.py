from django.db import migrations, models
from django.db.models import Q, F
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [("couriers", "0001_initial")]

    operations = [
        migrations.RenameModel("Promise", "ShiftAssignment"),
        migrations.RenameModel("DutySpell", "WorkSession"),
        migrations.RemoveConstraint("shiftassignment", "promise_outcome"),
        migrations.RemoveConstraint("worksession", "spell_order"),
        migrations.RenameIndex("shiftassignment", new_name="shift_assignment_to_watch", old_name="promise_to_watch"),
        migrations.RenameIndex("worksession", new_name="work_session_of_courier", old_name="spell_of_courier"),
        migrations.AlterField(
            "shiftassignment", "shift",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="couriers.shift", verbose_name="shift"),
        ),
        migrations.AlterField(
            "shiftassignment", "courier",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="couriers.courier", verbose_name="courier"),
        ),
        migrations.AlterField(
            "worksession", "courier",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="work_sessions", to="couriers.courier", verbose_name="courier"),
        ),
        migrations.AddConstraint(
            "shiftassignment",
            models.CheckConstraint(condition=Q(outcome__in=["", "came", "missed"]), name="shift_assignment_outcome"),
        ),
        migrations.AddConstraint(
            "worksession",
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="work_session_order"),
        ),
    ]
