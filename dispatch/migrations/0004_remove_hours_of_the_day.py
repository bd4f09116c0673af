"""Dispatch rules go by hours of the week alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0003_hours_of_rules'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='dispatchrule',
            options={'ordering': ['campus', 'kind', 'hours'], 'verbose_name': 'dispatch rule', 'verbose_name_plural': 'dispatch rules'},
        ),
        migrations.RemoveField(
            model_name='dispatchrule',
            name='from_hour',
        ),
        migrations.RemoveField(
            model_name='dispatchrule',
            name='to_hour',
        ),
        migrations.AddConstraint(
            model_name='dispatchrule',
            constraint=models.UniqueConstraint(fields=('campus', 'kind', 'hours'), name='dispatch_rule_once'),
        ),
    ]
