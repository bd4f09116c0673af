from django.db import migrations, models
from django.db.models.functions import Length, Substr


def from_links(apps, schema_editor):
    """What led to an order's page was about that order."""
    notices = apps.get_model("notifications", "Notice").objects.filter(link__regex=r"^/o/[0-9A-Za-z]{1,16}/$")
    notices.update(about=Substr("link", 4, Length("link") - 4))


class Migration(migrations.Migration):

    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="about",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.RunPython(from_links, migrations.RunPython.noop, elidable=True),
    ]
