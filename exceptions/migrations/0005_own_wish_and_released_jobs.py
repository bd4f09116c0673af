from django.db import migrations, models

SHIPPED = ["accepted", "picked_up", "delivered", "ended"]


def ask_why(apps, schema_editor):
    """A job that was given back stays a case until its courier was asked, also where the library is loaded already."""
    types = apps.get_model("exceptions", "ExceptionType").objects.filter(code="courier_cancelled")
    for one in types:
        if sorted(one.obsolete_on) == sorted(SHIPPED):
            one.obsolete_on = []
        if one.suggested_action == "reassign":
            one.suggested_action = "ask_party"
        if not one.question_zh:
            one.question_zh = "为什么退掉这一单？有正当理由不受影响。"
            one.question_en = "Why did you give this job back? A good reason costs nothing."
            one.question_to = "courier"
        one.save()


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0004_remove_ruling_borne_by"),
    ]

    operations = [
        migrations.AlterField(
            model_name="exceptiontype",
            name="likely_cause",
            field=models.CharField(
                choices=[
                    ("shop", "the shop is slow"),
                    ("peak", "it is very busy just now"),
                    ("weather", "the weather"),
                    ("entry", "the building could not be entered"),
                    ("courier", "another courier takes over"),
                    ("breakdown", "the vehicle broke down"),
                    ("other", "something unforeseen"),
                    ("customer", "at your own wish"),
                ],
                default="peak",
                max_length=10,
                verbose_name="likely cause of a delay",
            ),
        ),
        migrations.RunPython(ask_why, migrations.RunPython.noop),
    ]
