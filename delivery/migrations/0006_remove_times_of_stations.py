from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_hours_of_stations")]

    operations = [
        migrations.RemoveConstraint("relaystation", "relay_hours"),
        migrations.RemoveField("relaystation", "opens"),
        migrations.RemoveField("relaystation", "closes"),
    ]
