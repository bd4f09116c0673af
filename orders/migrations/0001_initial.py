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
        ('catalog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Demand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open_jobs', models.PositiveIntegerField(default=0)),
                ('couriers', models.PositiveIntegerField(default=0)),
                ('measured_at', models.DateTimeField(default=core.clock.now)),
                ('zone', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='demand', to='campus.zone')),
            ],
            options={
                'verbose_name': 'demand',
                'verbose_name_plural': 'demand',
            },
        ),
        migrations.CreateModel(
            name='DraftPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ident', models.CharField(max_length=16, unique=True)),
                ('image', models.BinaryField()),
                ('created_at', models.DateTimeField(db_index=True, default=core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'photo of a draft',
                'verbose_name_plural': 'photos of drafts',
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('parcel', 'Fetch a parcel'), ('purchase', 'Buy something'), ('document', 'Carry a document'), ('queue', 'Queue for me'), ('haul', 'Move things'), ('custom', 'Anything else'), ('takeaway', 'Takeaway')], max_length=12, verbose_name='kind')),
                ('status', models.CharField(choices=[('pending_payment', 'waiting for payment'), ('placed', 'looking for a courier'), ('accepted', 'courier on the way to pick up'), ('picked_up', 'on the way to you'), ('at_relay', 'at the relay station'), ('delivered', 'delivered'), ('completed', 'completed'), ('cancelled', 'cancelled'), ('expired', 'not paid in time'), ('returning', 'going back'), ('returned', 'returned')], default='pending_payment', max_length=16, verbose_name='status')),
                ('request_key', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('pickup_detail', models.CharField(blank=True, max_length=80, verbose_name='where exactly')),
                ('dropoff_detail', models.CharField(blank=True, max_length=60, verbose_name='floor and room')),
                ('contact_name', models.CharField(blank=True, max_length=40, verbose_name='contact')),
                ('contact_phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter an 11-digit mobile number.')], verbose_name='contact phone')),
                ('summary', models.CharField(max_length=120, verbose_name='what')),
                ('details', models.JSONField(default=dict)),
                ('pickup_codes', models.CharField(blank=True, max_length=120, verbose_name='pickup codes')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('goods_value_fen', models.PositiveIntegerField(default=0, verbose_name='declared value (fen)')),
                ('budget_fen', models.PositiveIntegerField(default=0, verbose_name='budget for goods (fen)')),
                ('goods_cost_fen', models.PositiveIntegerField(null=True, verbose_name='goods bought for (fen)')),
                ('gender_wanted', models.CharField(choices=[('any', 'anyone'), ('male', 'men only'), ('female', 'women only')], default='any', max_length=8, verbose_name='courier wanted')),
                ('lines', models.JSONField(default=list)),
                ('fee_fen', models.PositiveIntegerField(verbose_name='fee (fen)')),
                ('courier_fen', models.PositiveIntegerField(verbose_name='of it to the courier (fen)')),
                ('tip_fen', models.PositiveIntegerField(default=0, verbose_name='tip (fen)')),
                ('total_fen', models.PositiveIntegerField(verbose_name='total (fen)')),
                ('window_start', models.DateTimeField(null=True, verbose_name='not before')),
                ('window_end', models.DateTimeField(null=True)),
                ('promised_at', models.DateTimeField(verbose_name='promised by')),
                ('receiving_code', models.CharField(default=core.ids.new_code, max_length=4)),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='ordered')),
                ('placed_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('picked_up_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
                ('closed_at', models.DateTimeField(null=True)),
                ('pay_by', models.DateTimeField(null=True)),
                ('bids_until', models.DateTimeField(null=True)),
                ('release_at', models.DateTimeField(null=True)),
                ('urged_at', models.DateTimeField(null=True)),
                ('earnings_due_at', models.DateTimeField(null=True)),
                ('stage_due_at', models.DateTimeField(null=True)),
                ('promise_due_at', models.DateTimeField(null=True)),
                ('campus', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='campus.campus', verbose_name='campus')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to=settings.AUTH_USER_MODEL, verbose_name='customer')),
                ('dropoff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='to')),
                ('merchant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.merchant', verbose_name='merchant')),
                ('pickup', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='from')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('order', 'with the order'), ('receipt', 'receipt'), ('door', 'at the door'), ('handover', 'at a hand-over')], max_length=8)),
                ('image', models.ImageField(upload_to='orders/%Y/%m/')),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='orders.order')),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
            },
        ),
        migrations.CreateModel(
            name='PriceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('live', 'live'), ('superseded', 'replaced')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('reason', models.CharField(blank=True, help_text='For whoever asks later why it was changed.', max_length=200, verbose_name='why this version')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='made')),
                ('live_at', models.DateTimeField(editable=False, null=True, verbose_name='live since')),
                ('kind', models.CharField(choices=[('parcel', 'Fetch a parcel'), ('purchase', 'Buy something'), ('document', 'Carry a document'), ('queue', 'Queue for me'), ('haul', 'Move things'), ('custom', 'Anything else'), ('takeaway', 'Takeaway')], max_length=12, verbose_name='kind')),
                ('base_fen', models.PositiveIntegerField(default=300, verbose_name='base fee (fen)')),
                ('included_m', models.PositiveIntegerField(default=500, verbose_name='metres included')),
                ('per_100m_fen', models.PositiveIntegerField(default=30, verbose_name='each further 100 m (fen)')),
                ('included_kg', models.PositiveIntegerField(default=3, verbose_name='kilograms included')),
                ('per_kg_fen', models.PositiveIntegerField(default=50, verbose_name='each further kilogram (fen)')),
                ('size_m_fen', models.PositiveIntegerField(default=100, verbose_name='medium parcel (fen)')),
                ('size_l_fen', models.PositiveIntegerField(default=300, verbose_name='large parcel (fen)')),
                ('per_floor_fen', models.PositiveIntegerField(default=50, verbose_name='each floor without a lift (fen)')),
                ('per_piece_fen', models.PositiveIntegerField(default=100, verbose_name='each further piece (fen)')),
                ('per_15min_fen', models.PositiveIntegerField(default=250, verbose_name='each quarter hour of waiting (fen)')),
                ('night_fen', models.PositiveIntegerField(default=200, verbose_name='at night, 22:00 to 7:00 (fen)')),
                ('rain_fen', models.PositiveIntegerField(default=100, verbose_name='in rain (fen)')),
                ('storm_fen', models.PositiveIntegerField(default=300, verbose_name='in a storm (fen)')),
                ('surge_step_fen', models.PositiveIntegerField(default=50, verbose_name='each open job per courier above one (fen)')),
                ('surge_max_fen', models.PositiveIntegerField(default=300, verbose_name='greatest demand surcharge (fen)')),
                ('floor_fen', models.PositiveIntegerField(default=500, verbose_name='lowest fee (fen)')),
                ('ceiling_fen', models.PositiveIntegerField(default=2000, verbose_name='highest fee (fen)')),
                ('courier_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="courier's share (%)")),
                ('cancel_free_minutes', models.PositiveSmallIntegerField(default=1, verbose_name='free cancelling after a courier accepted (min)')),
                ('cancel_percent', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='fee for cancelling later (percent of the fee, to the courier)')),
                ('promise_minutes', models.PositiveSmallIntegerField(default=25, validators=[django.core.validators.MinValueValidator(1)], verbose_name='promised minutes besides the way')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_rules', to='campus.campus', verbose_name='campus')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made live by')),
            ],
            options={
                'verbose_name': 'price rule',
                'verbose_name_plural': 'price rules',
                'ordering': ['campus', 'kind', '-version'],
            },
        ),
        migrations.AddField(
            model_name='order',
            name='price_rule',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.pricerule'),
        ),
        migrations.CreateModel(
            name='StagePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, choices=[('parcel', 'Fetch a parcel'), ('purchase', 'Buy something'), ('document', 'Carry a document'), ('queue', 'Queue for me'), ('haul', 'Move things'), ('custom', 'Anything else'), ('takeaway', 'Takeaway')], help_text='Empty: every kind', max_length=12, verbose_name='kind')),
                ('stage', models.CharField(choices=[('placed', 'waiting for a courier'), ('accepted', 'courier fetching'), ('picked_up', 'courier delivering'), ('at_relay', 'waiting at the relay station'), ('returning', 'going back')], max_length=12, verbose_name='stage')),
                ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes')),
                ('stretches_at_peak', models.BooleanField(default=True, verbose_name='longer at peak times')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stage_policies', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'stage policy',
                'verbose_name_plural': 'stage policies',
                'ordering': ['campus', 'stage', 'kind'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('fields', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(db_index=True, default=core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_draft_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='History',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now)),
                ('machine', models.CharField(default='order', max_length=12)),
                ('action', models.CharField(max_length=32)),
                ('source', models.CharField(blank=True, max_length=16)),
                ('target', models.CharField(blank=True, max_length=16)),
                ('role', models.CharField(default='system', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='history', to='orders.order')),
            ],
            options={
                'verbose_name': 'history entry',
                'verbose_name_plural': 'history',
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['order', 'at'], name='history_of_order'), models.Index(condition=models.Q(('lat__isnull', False)), fields=['order'], name='history_located')],
            },
        ),
        migrations.CreateModel(
            name='OverBudget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cost_fen', models.PositiveIntegerField()),
                ('extra_fen', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('asked', 'waiting for the customer'), ('agreed', 'agreed'), ('declined', 'declined')], default='asked', max_length=8)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('answered_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='over_budget', to='orders.order')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'agreed', 'declined'])), name='over_budget_status'), models.UniqueConstraint(condition=models.Q(('status', 'asked')), fields=('order',), name='over_budget_asked_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='pricerule',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'live', 'superseded'])), name='price_rule_status'),
        ),
        migrations.AddConstraint(
            model_name='pricerule',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('live_at__isnull', False), _connector='OR'), name='price_rule_live_at'),
        ),
        migrations.AddConstraint(
            model_name='pricerule',
            constraint=models.UniqueConstraint(fields=('campus', 'kind', 'version'), name='price_rule_version'),
        ),
        migrations.AddConstraint(
            model_name='pricerule',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'live')), fields=('campus', 'kind'), name='one_live_price_rule'),
        ),
        migrations.AddConstraint(
            model_name='pricerule',
            constraint=models.CheckConstraint(condition=models.Q(('floor_fen__lte', models.F('ceiling_fen'))), name='price_floor_le_ceiling'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('stage_due_at__isnull', False)), fields=['stage_due_at'], name='order_stage_due'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('promise_due_at__isnull', False)), fields=['promise_due_at'], name='order_promise_due'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'pending_payment')), fields=['pay_by'], name='order_unpaid'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('release_at__isnull', False)), fields=['release_at'], name='order_release'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'delivered')), fields=['delivered_at'], name='order_delivered'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('earnings_due_at__isnull', False)), fields=['earnings_due_at'], name='order_earnings_due'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer', '-id'], name='order_of_customer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status__in', ['placed', 'accepted', 'picked_up', 'at_relay', 'returning'])), fields=['campus', 'status'], name='order_live'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['campus', '-created_at'], name='order_by_day'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending_payment', 'placed', 'accepted', 'picked_up', 'at_relay', 'delivered', 'completed', 'cancelled', 'expired', 'returning', 'returned'])), name='order_status'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['parcel', 'purchase', 'document', 'queue', 'haul', 'custom', 'takeaway'])), name='order_kind'),
        ),
        migrations.AddConstraint(
            model_name='stagepolicy',
            constraint=models.UniqueConstraint(fields=('campus', 'kind', 'stage'), name='stage_policy_once'),
        ),
    ]
