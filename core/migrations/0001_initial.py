import core.clock
import datetime
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FileDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
            ],
            options={
                'verbose_name': 'file to delete',
                'verbose_name_plural': 'files to delete',
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=core.clock.now)),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
            },
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('holder', models.CharField(blank=True, max_length=200)),
                ('until', models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
            ],
            options={
                'verbose_name': 'lease',
                'verbose_name_plural': 'leases',
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('key', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('count', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'personal data',
                'verbose_name_plural': 'personal data',
            },
        ),
        migrations.CreateModel(
            name='AttemptCount',
            fields=[
                ('key', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('until', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'counted attempts',
                'verbose_name_plural': 'counted attempts',
                'indexes': [models.Index(fields=['until'], name='attempt_until')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64)),
                ('payload', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('due_at', models.DateTimeField(default=core.clock.now, null=True)),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='outbox_due'), models.Index(fields=['created_at'], name='outbox_created')],
            },
        ),
        migrations.CreateModel(
            name='HandlerRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handler', models.CharField(max_length=120)),
                ('status', models.CharField(choices=[('done', 'done'), ('retry', 'will be retried'), ('dead', 'dead letter')], max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('updated_at', models.DateTimeField(default=core.clock.now)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='core.outboxevent')),
            ],
            options={
                'verbose_name': 'handler run',
                'verbose_name_plural': 'handler runs',
                'indexes': [models.Index(condition=models.Q(('status', 'dead')), fields=['status'], name='handler_dead')],
                'constraints': [models.UniqueConstraint(fields=('event', 'handler'), name='handler_run_once'), models.CheckConstraint(condition=models.Q(('status__in', ['done', 'retry', 'dead'])), name='handler_run_status')],
            },
        ),
    ]
