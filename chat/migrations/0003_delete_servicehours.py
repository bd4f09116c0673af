from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_hours_of_the_campus")]

    operations = [
        migrations.DeleteModel("ServiceHours"),
    ]
