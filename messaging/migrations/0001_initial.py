import core.clock
import core.crypto
import core.ids
import django.core.validators
import django.db.models.deletion
import messaging.models.preferences
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('campus', '0001_initial'),
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
                ('quiet_from', models.TimeField(default=messaging.models.preferences.quiet_from)),
                ('quiet_until', models.TimeField(default=messaging.models.preferences.quiet_until)),
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
                ('bundle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bundled', to='messaging.send')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sends', to='messaging.notice', verbose_name='notice')),
                ('stands_in_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to='messaging.send')),
            ],
            options={
                'verbose_name': 'send',
                'verbose_name_plural': 'sends',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ServiceHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekdays', models.CharField(default='1234567', help_text='Digits in order, 1 is Monday and 7 is Sunday.', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$', 'Digits in order, 1 is Monday and 7 is Sunday.')], verbose_name='weekdays')),
                ('start', models.TimeField(verbose_name='start')),
                ('end', models.TimeField(verbose_name='end')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='service_hours', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'service hours',
                'verbose_name_plural': 'service hours',
                'ordering': ['campus', 'start'],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('order', 'about an order'), ('service', 'customer service')], max_length=8, verbose_name='kind')),
                ('ref', models.CharField(blank=True, max_length=16, verbose_name='reference')),
                ('seq', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('campus', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'chat',
                'verbose_name_plural': 'chats',
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='messaging.thread')),
            ],
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('kind', models.CharField(choices=[('text', 'text'), ('photo', 'photo'), ('place', 'position'), ('system', 'system')], default='text', max_length=8)),
                ('role', models.CharField(choices=[('customer', 'customer'), ('courier', 'courier'), ('operator', 'customer service'), ('system', 'system')], max_length=8)),
                ('internal', models.BooleanField(default=False)),
                ('client', models.CharField(max_length=40, null=True)),
                ('text', models.CharField(blank=True, max_length=1000)),
                ('photo', models.ImageField(blank=True, upload_to='chat/%Y/%m/')),
                ('data', models.JSONField(default=dict)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='messaging.thread')),
            ],
            options={
                'ordering': ['thread', 'seq'],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('customer', 'customer'), ('courier', 'courier')], max_length=8, verbose_name='role')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('taken', 'being answered'), ('closed', 'closed')], default='waiting', max_length=8, verbose_name='status')),
                ('asked_at', models.DateTimeField(default=core.clock.now, null=True, verbose_name='waiting since')),
                ('first_wait_s', models.PositiveIntegerField(null=True, verbose_name='seconds to the first answer')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='began')),
                ('closed_at', models.DateTimeField(null=True)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
                ('operator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('thread', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='conversation', to='messaging.thread')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('ref', models.CharField(max_length=16)),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='messaging.conversation')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CannedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shortcut', models.CharField(help_text='Typed as /shortcut and a space.', max_length=16, validators=[django.core.validators.RegexValidator('^\\w+$', 'Letters and digits only.')], verbose_name='shortcut')),
                ('text', models.CharField(max_length=500, verbose_name='text')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='canned_answers', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'canned answer',
                'verbose_name_plural': 'canned answers',
                'ordering': ['position', 'shortcut'],
                'constraints': [models.UniqueConstraint(fields=('campus', 'shortcut'), name='canned_answer_once')],
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
        migrations.AddConstraint(
            model_name='servicehours',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='service_hours_order'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['order', 'service'])), name='chat_thread_kind'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.UniqueConstraint(condition=models.Q(('ref', ''), _negated=True), fields=('kind', 'ref'), name='chat_thread_once'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(fields=('thread', 'user'), name='chat_reading_once'),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('redacted_at__isnull', True)), fields=['at'], name='chat_line_to_redact'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(fields=('thread', 'seq'), name='chat_line_order'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(condition=models.Q(('client__isnull', False)), fields=('thread', 'author', 'client'), name='chat_line_once'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'photo', 'place', 'system'])), name='chat_line_kind'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('status', 'closed'), _negated=True), fields=['campus', 'status', 'asked_at'], name='conversation_queue'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'taken', 'closed'])), name='conversation_status'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'closed'), _negated=True), fields=('person',), name='one_open_conversation'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['kind', 'ref'], name='conversation_topic'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('conversation', 'kind', 'ref'), name='conversation_topic_once'),
        ),
    ]
