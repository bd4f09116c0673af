import core.clock
import core.crypto
import django.db.models.deletion
import datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Circuit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20, unique=True, verbose_name='provider')),
                ('channel', models.CharField(choices=[('push', "this app's notifications"), ('sms', 'SMS'), ('wechat', 'WeChat'), ('email', 'e-mail')], max_length=8, verbose_name='channel')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                ('failing_since', models.DateTimeField(null=True, verbose_name='failing since')),
                ('opened_at', models.DateTimeField(null=True, verbose_name='shut since')),
                ('probe_at', models.DateTimeField(null=True, verbose_name='tried again at')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
            ],
            options={
                'verbose_name': 'provider',
                'verbose_name_plural': 'providers',
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('channels', models.JSONField(default=dict)),
                ('quiet', models.BooleanField(default=True)),
                ('quiet_from', models.TimeField(default=datetime.time(22, 30))),
                ('quiet_until', models.TimeField(default=datetime.time(7, 30))),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('wechat', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'choice of notices',
                'verbose_name_plural': 'choices of notices',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('level', models.CharField(choices=[('info', 'information'), ('good', 'good news'), ('warn', 'attention')], default='info', max_length=8)),
                ('severity', models.PositiveSmallIntegerField(default=3)),
                ('title', models.CharField(max_length=80)),
                ('body', models.CharField(blank=True, max_length=300)),
                ('link', models.CharField(blank=True, max_length=200)),
                ('key', models.CharField(max_length=120, null=True)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.CharField(max_length=500, unique=True)),
                ('p256dh', models.CharField(max_length=120)),
                ('auth', models.CharField(max_length=40)),
                ('device', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_subscriptions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'browser that shows notifications',
                'verbose_name_plural': 'browsers that show notifications',
            },
        ),
        migrations.CreateModel(
            name='Send',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', core.crypto.EncryptedTextField(blank=True, default='')),
                ('elsewhere', models.BooleanField(default=False)),
                ('channel', models.CharField(choices=[('push', "this app's notifications"), ('sms', 'SMS'), ('wechat', 'WeChat'), ('email', 'e-mail')], max_length=8, verbose_name='channel')),
                ('provider', models.CharField(blank=True, max_length=20, verbose_name='provider')),
                ('severity', models.PositiveSmallIntegerField(verbose_name='severity')),
                ('status', models.CharField(choices=[('waiting', 'waits for the morning'), ('queued', 'queued'), ('sending', 'in flight'), ('failed', 'failed, will be tried again'), ('sent', 'sent'), ('bundled', 'sent with others in one message'), ('unclear', 'unclear: may have arrived'), ('dropped', 'no longer needed'), ('given_up', 'given up')], default='queued', max_length=8, verbose_name='status')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(default=core.clock.now, null=True, verbose_name='next try')),
                ('expires_at', models.DateTimeField(verbose_name='of use until')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('provider_no', models.CharField(blank=True, max_length=120, verbose_name="provider's number")),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='created')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('bundle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bundled', to='notifications.send')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sends', to='notifications.notice', verbose_name='notice')),
                ('stands_in_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to='notifications.send')),
            ],
            options={
                'verbose_name': 'send',
                'verbose_name_plural': 'sends',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['user', '-id'], name='notice_inbox'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notice_unread'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='notice_once'),
        ),
        migrations.AddIndex(
            model_name='pushsubscription',
            index=models.Index(fields=['user'], name='push_of_person'),
        ),
        migrations.AddIndex(
            model_name='send',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['severity', 'next_try_at'], name='send_due'),
        ),
        migrations.AddIndex(
            model_name='send',
            index=models.Index(fields=['created_at'], name='send_created'),
        ),
        migrations.AddConstraint(
            model_name='send',
            constraint=models.UniqueConstraint(fields=('notice', 'channel', 'elsewhere'), name='send_once_per_channel'),
        ),
        migrations.AddConstraint(
            model_name='send',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'queued', 'sending', 'failed', 'sent', 'bundled', 'unclear', 'dropped', 'given_up'])), name='send_status'),
        ),
    ]
