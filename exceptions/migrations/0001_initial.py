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
        ('couriers', '0001_initial'),
        ('delivery', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExceptionType',
            fields=[
                ('code', models.SlugField(max_length=32, primary_key=True, serialize=False, verbose_name='code')),
                ('name_zh', models.CharField(max_length=40, verbose_name='Chinese name')),
                ('name_en', models.CharField(max_length=40, verbose_name='English name')),
                ('group', models.CharField(choices=[('time', 'time'), ('courier', 'courier'), ('goods', 'goods'), ('customer', 'customer'), ('place', 'place'), ('money', 'money'), ('conduct', 'conduct'), ('other', 'other')], max_length=10, verbose_name='group')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'safety'), (2, 'money or goods lost'), (3, 'promise broken'), (4, 'inconvenience')], verbose_name='severity')),
                ('detection', models.CharField(choices=[('scanner', 'by the scanner'), ('event', 'by an event'), ('person', 'reported by a person')], max_length=8, verbose_name='how found')),
                ('customer_may_report', models.BooleanField(default=False, verbose_name='customers may report it')),
                ('courier_may_report', models.BooleanField(default=False, verbose_name='couriers may report it')),
                ('report_from', models.CharField(choices=[('placed', 'once ordered'), ('accepted', 'once a courier accepted'), ('picked_up', 'once picked up'), ('delivered', 'once delivered')], default='placed', max_length=12, verbose_name='may be reported from')),
                ('report_until', models.CharField(choices=[('placed', 'once ordered'), ('accepted', 'once a courier accepted'), ('picked_up', 'once picked up'), ('delivered', 'once delivered')], default='delivered', max_length=12, verbose_name='may be reported until')),
                ('photo_required', models.BooleanField(default=False, verbose_name='a photo is required')),
                ('description_required', models.BooleanField(default=False, verbose_name='a description is required')),
                ('tell_customer', models.BooleanField(default=True, verbose_name='the customer is told')),
                ('tell_courier', models.BooleanField(default=True, verbose_name='the courier is told')),
                ('opening_notice', models.BooleanField(default=True, verbose_name='the customer gets a notice when it opens')),
                ('customer_title_zh', models.CharField(blank=True, max_length=80, verbose_name='title for the customer, Chinese')),
                ('customer_title_en', models.CharField(blank=True, max_length=80, verbose_name='title for the customer, English')),
                ('customer_text_zh', models.CharField(blank=True, max_length=160, verbose_name='text for the customer, Chinese')),
                ('customer_text_en', models.CharField(blank=True, max_length=160, verbose_name='text for the customer, English')),
                ('courier_title_zh', models.CharField(blank=True, max_length=80, verbose_name='title for the courier, Chinese')),
                ('courier_title_en', models.CharField(blank=True, max_length=80, verbose_name='title for the courier, English')),
                ('courier_text_zh', models.CharField(blank=True, max_length=160, verbose_name='text for the courier, Chinese')),
                ('courier_text_en', models.CharField(blank=True, max_length=160, verbose_name='text for the courier, English')),
                ('question_to', models.CharField(choices=[('customer', 'customer'), ('courier', 'courier')], default='courier', max_length=8, verbose_name='who is asked first')),
                ('question_zh', models.CharField(blank=True, max_length=200, verbose_name='question, Chinese')),
                ('question_en', models.CharField(blank=True, max_length=200, verbose_name='question, English')),
                ('likely_cause', models.CharField(choices=[('shop', 'the shop is slow'), ('peak', 'it is very busy just now'), ('weather', 'the weather'), ('entry', 'the building could not be entered'), ('courier', 'another courier takes over'), ('breakdown', 'the vehicle broke down'), ('other', 'something unforeseen')], default='peak', max_length=10, verbose_name='likely cause of a delay')),
                ('likely_delay_minutes', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(180)], verbose_name='likely delay (min)')),
                ('obsolete_on', models.JSONField(blank=True, default=list, verbose_name='settles itself when')),
                ('no_fault', models.BooleanField(default=False, verbose_name="presumed nobody's fault")),
                ('respond_minutes', models.PositiveSmallIntegerField(default=5, verbose_name='first answer within (min)')),
                ('resolve_minutes', models.PositiveSmallIntegerField(default=30, verbose_name='resolved within (min)')),
                ('suggested_action', models.CharField(blank=True, max_length=24, verbose_name='suggested step')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'exception type',
                'verbose_name_plural': 'exception types',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='CompensationRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('live', 'live'), ('superseded', 'replaced')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('reason', models.CharField(blank=True, help_text='For whoever asks later why it was changed.', max_length=200, verbose_name='why this version')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='made')),
                ('live_at', models.DateTimeField(editable=False, null=True, verbose_name='live since')),
                ('formula', models.CharField(choices=[('tier_by_minutes_late', 'tiers by minutes late'), ('share_of_goods_value', "share of the goods' value"), ('delivery_fee', 'the delivery fee'), ('fixed', 'a fixed amount')], max_length=24, verbose_name='formula')),
                ('params', models.JSONField(blank=True, default=dict, verbose_name='figures')),
                ('cap_fen', models.PositiveIntegerField(default=10000, verbose_name='at most (fen)')),
                ('borne_by', models.CharField(choices=[('platform', 'platform'), ('courier', 'courier (up to the pay of this order)'), ('merchant', 'merchant (up to what this sale brought)'), ('insurance', 'insurance')], default='platform', max_length=10, verbose_name='borne by')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='compensation_rules', to='campus.campus', verbose_name='campus')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made live by')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='compensation_rules', to='exceptions.exceptiontype', verbose_name='type')),
            ],
            options={
                'verbose_name': 'compensation rule',
                'verbose_name_plural': 'compensation rules',
                'ordering': ['campus', 'type', '-version'],
            },
        ),
        migrations.CreateModel(
            name='ScanFailure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=24)),
                ('error', models.TextField()),
                ('failures', models.PositiveIntegerField(default=1)),
                ('first_at', models.DateTimeField(default=core.clock.now)),
                ('last_at', models.DateTimeField(default=core.clock.now)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
            options={
                'verbose_name': 'scanner failure',
                'verbose_name_plural': 'scanner failures',
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, verbose_name='number')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'safety'), (2, 'money or goods lost'), (3, 'promise broken'), (4, 'inconvenience')], verbose_name='severity')),
                ('status', models.CharField(choices=[('open', 'new'), ('working', 'being handled'), ('waiting_party', 'waiting for an answer'), ('proposed', 'solution proposed'), ('reopened', 'reopened'), ('resolved', 'resolved'), ('closed', 'closed'), ('merged', 'merged'), ('dismissed', 'false alarm')], default='open', max_length=16, verbose_name='status')),
                ('version', models.PositiveIntegerField(default=1)),
                ('source', models.CharField(choices=[('scanner', 'scanner'), ('event', 'event'), ('customer', 'customer'), ('courier', 'courier'), ('operator', 'operator')], max_length=10, verbose_name='how found')),
                ('description', models.CharField(blank=True, max_length=500, verbose_name='in their words')),
                ('requested_remedy', models.CharField(blank=True, choices=[('hurry', 'Get it here soon'), ('redeliver', 'Bring it again'), ('refund', 'Money back'), ('compensate', 'Compensation'), ('other', 'None of these')], max_length=20, verbose_name='what they want')),
                ('opened_at', models.DateTimeField(default=core.clock.now, verbose_name='opened')),
                ('respond_by', models.DateTimeField(verbose_name='first answer due')),
                ('resolve_by', models.DateTimeField(verbose_name='solution due')),
                ('responded_at', models.DateTimeField(null=True)),
                ('asked_party', models.CharField(blank=True, choices=[('customer', 'customer'), ('courier', 'courier')], max_length=8)),
                ('answer_by', models.DateTimeField(null=True, verbose_name='answer due')),
                ('resolved_at', models.DateTimeField(null=True, verbose_name='resolved')),
                ('closed_at', models.DateTimeField(null=True)),
                ('resolution', models.CharField(blank=True, max_length=300, verbose_name='what was done')),
                ('rating', models.PositiveSmallIntegerField(null=True, verbose_name='rating of the handling')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned_tickets', to=settings.AUTH_USER_MODEL, verbose_name='handled by')),
                ('campus', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='campus.campus', verbose_name='campus')),
                ('courier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='couriers.courier', verbose_name='courier')),
                ('leg', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='delivery.leg')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='orders.order', verbose_name='order')),
                ('reporter', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='exceptions.exceptiontype', verbose_name='type')),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('refund', 'refund'), ('compensation', 'compensation'), ('warning', 'warning'), ('points', 'points taken')], max_length=12)),
                ('amount_fen', models.PositiveIntegerField(default=0)),
                ('borne_by', models.CharField(blank=True, choices=[('platform', 'platform'), ('courier', 'courier (up to the pay of this order)'), ('merchant', 'merchant (up to what this sale brought)'), ('insurance', 'insurance')], max_length=10)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('ruled_fen', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('key', models.CharField(max_length=80, unique=True)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('courier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='couriers.courier')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='exceptions.compensationrule')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='exceptions.ticket')),
            ],
            options={
                'verbose_name': 'ruling',
                'verbose_name_plural': 'rulings',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(upload_to='evidence/%Y/%m/')),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='exceptions.ticket')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
            },
        ),
        migrations.CreateModel(
            name='TicketEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('kind', models.CharField(max_length=24)),
                ('role', models.CharField(default='system', max_length=12)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('data', models.JSONField(default=dict)),
                ('audience', models.CharField(choices=[('operators', 'operators only'), ('customer', 'customer'), ('courier', 'courier'), ('everyone', 'everyone concerned')], default='operators', max_length=10)),
                ('key', models.CharField(max_length=80, null=True)),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='exceptions.ticket')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='exceptions.ticketevent')),
            ],
            options={
                'verbose_name': 'ticket event',
                'verbose_name_plural': 'ticket events',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AuditFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_name', models.CharField(choices=[('lost', 'orders that nothing and nobody comes back to'), ('not_carried', 'delivered orders that nobody carried'), ('twice_delivered', 'orders that were delivered twice'), ('late_untold', 'late orders of which nobody was told'), ('ticket_twice', 'orders with the same ticket twice'), ('ticket_unlogged', 'tickets without a log'), ('escrow_left', 'finished orders with money left over'), ('undelivered', 'events that are not delivered'), ('handled_twice', 'events that were handled twice'), ('ledger', 'rules of the ledger that do not hold')], max_length=16, verbose_name='what is wrong')),
                ('count', models.PositiveIntegerField(verbose_name='how many')),
                ('examples', models.CharField(blank=True, max_length=500, verbose_name='for instance')),
                ('first_at', models.DateTimeField(default=core.clock.now, verbose_name='first found')),
                ('last_at', models.DateTimeField(default=core.clock.now, verbose_name='last found')),
                ('mended_at', models.DateTimeField(null=True, verbose_name='mended')),
                ('campus', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'audit finding',
                'verbose_name_plural': 'audit findings',
                'constraints': [models.UniqueConstraint(condition=models.Q(('mended_at__isnull', True)), fields=('campus', 'check_name'), name='audit_finding_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='compensationrule',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'live', 'superseded'])), name='compensation_rule_status'),
        ),
        migrations.AddConstraint(
            model_name='compensationrule',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('live_at__isnull', False), _connector='OR'), name='compensation_rule_live_at'),
        ),
        migrations.AddConstraint(
            model_name='compensationrule',
            constraint=models.UniqueConstraint(fields=('campus', 'type', 'version'), name='compensation_rule_version'),
        ),
        migrations.AddConstraint(
            model_name='compensationrule',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'live')), fields=('campus', 'type'), name='one_live_compensation_rule'),
        ),
        migrations.AddConstraint(
            model_name='scanfailure',
            constraint=models.UniqueConstraint(fields=('order', 'rule'), name='scan_failure_once'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['open', 'working', 'waiting_party', 'proposed', 'reopened'])), fields=['campus', 'severity', 'respond_by'], name='ticket_queue'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status', 'resolved')), fields=['resolved_at'], name='ticket_to_close'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status', 'waiting_party')), fields=['answer_by'], name='ticket_silent'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['campus', '-opened_at'], name='ticket_by_day'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'working', 'waiting_party', 'proposed', 'reopened', 'resolved', 'closed', 'merged', 'dismissed'])), name='ticket_status'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'waiting_party'), _negated=True), ('answer_by__isnull', False), _connector='OR'), name='ticket_waits_until'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('no',), name='ticket_no'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['open', 'working', 'waiting_party', 'proposed', 'reopened'])), fields=('order', 'type'), name='one_unresolved_ticket'),
        ),
        migrations.AddIndex(
            model_name='ruling',
            index=models.Index(fields=['courier', '-created_at'], name='ruling_of_courier'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['refund', 'compensation', 'warning', 'points'])), name='ruling_kind'),
        ),
        migrations.AddIndex(
            model_name='ticketevent',
            index=models.Index(fields=['ticket', 'at'], name='ticket_event_log'),
        ),
        migrations.AddConstraint(
            model_name='ticketevent',
            constraint=models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('ticket', 'key'), name='ticket_event_once'),
        ),
        migrations.AddConstraint(
            model_name='ticketevent',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['operators', 'customer', 'courier', 'everyone'])), name='ticket_event_audience'),
        ),
    ]
