import core.clock
import core.ids
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campus', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            name='ReadReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='read_receipts', to='chat.thread')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
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
                ('thread', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='chat.thread')),
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
                ('thread', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='conversation', to='chat.thread')),
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
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='chat.conversation')),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='service_hours_order')],
            },
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
            model_name='readreceipt',
            constraint=models.UniqueConstraint(fields=('thread', 'user'), name='chat_read_receipt_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('redacted_at__isnull', True)), fields=['at'], name='chat_message_to_redact'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('thread', 'seq'), name='chat_message_order'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('client__isnull', False)), fields=('thread', 'author', 'client'), name='chat_message_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'photo', 'place', 'system'])), name='chat_message_kind'),
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
