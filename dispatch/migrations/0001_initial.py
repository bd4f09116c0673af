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
            name='OfferPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=core.clock.now, verbose_name='since')),
                ('courier', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='offer_pause', to='couriers.courier', verbose_name='courier')),
            ],
            options={
                'verbose_name': 'pause of offers',
                'verbose_name_plural': 'pauses of offers',
            },
        ),
        migrations.CreateModel(
            name='Planning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0.05), django.core.validators.MaxValueValidator(5)], verbose_name='time for a plan (s)')),
                ('late', models.FloatField(default=1.0, validators=[django.core.validators.MinValueValidator(0)], verbose_name='each second late')),
                ('broken', models.FloatField(default=300.0, validators=[django.core.validators.MinValueValidator(0)], verbose_name='each broken promise')),
                ('travel', models.FloatField(default=0.2, validators=[django.core.validators.MinValueValidator(0)], verbose_name='each second that a courier rides')),
                ('share', models.FloatField(default=0.0, help_text='Fairness of earnings: above zero, jobs go rather to those who have earned less today.', validators=[django.core.validators.MinValueValidator(0)], verbose_name="each fen beyond a courier's share")),
                ('planned_at', models.DateTimeField(editable=False, null=True, verbose_name='last round')),
                ('figures', models.JSONField(default=dict, editable=False, verbose_name='figures of the last round')),
                ('rest', models.JSONField(default=list, editable=False)),
                ('campus', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='planning', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'planning',
                'verbose_name_plural': 'planning',
            },
        ),
        migrations.CreateModel(
            name='Bid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('open', 'standing'), ('chosen', 'chosen'), ('withdrawn', 'withdrawn')], default='open', max_length=12, verbose_name='status')),
                ('fee_fen', models.PositiveIntegerField(verbose_name='price (fen)')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes until it is done')),
                ('words', models.CharField(blank=True, max_length=80, verbose_name='words')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='made')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='couriers.courier', verbose_name='courier')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='orders.order', verbose_name='order')),
            ],
            options={
                'verbose_name': 'bid',
                'verbose_name_plural': 'bids',
                'ordering': ['fee_fen', 'minutes', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'chosen', 'withdrawn'])), name='bid_status'), models.UniqueConstraint(fields=('order', 'courier'), name='one_bid_of_a_courier'), models.UniqueConstraint(condition=models.Q(('status', 'chosen')), fields=('order',), name='one_chosen_bid')],
            },
        ),
        migrations.CreateModel(
            name='DispatchRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, choices=[('parcel', 'Fetch a parcel'), ('purchase', 'Buy something'), ('document', 'Carry a document'), ('queue', 'Queue for me'), ('haul', 'Move things'), ('custom', 'Anything else'), ('takeaway', 'Takeaway')], help_text='Empty: every kind', max_length=12, verbose_name='kind')),
                ('from_hour', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='from hour')),
                ('to_hour', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(24)], verbose_name='to hour')),
                ('hall', models.BooleanField(default=True, verbose_name='hall')),
                ('hall_rest', models.BooleanField(default=False, help_text='Where jobs are offered too: the hall shows only what the plan does not bring on time. Without a plan for two minutes it shows everything.', verbose_name='hall: only the rest')),
                ('offers', models.BooleanField(default=False, verbose_name='offers')),
                ('scan', models.BooleanField(default=True, verbose_name='scan to take')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dispatch_rules', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'dispatch rule',
                'verbose_name_plural': 'dispatch rules',
                'ordering': ['campus', 'kind', 'from_hour'],
                'constraints': [models.UniqueConstraint(fields=('campus', 'kind', 'from_hour'), name='dispatch_rule_once'), models.CheckConstraint(condition=models.Q(('from_hour__lt', models.F('to_hour')), ('to_hour__lte', 24)), name='dispatch_rule_hours')],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True, verbose_name='number')),
                ('status', models.CharField(choices=[('open', 'waiting for an answer'), ('accepted', 'accepted'), ('refused', 'refused'), ('expired', 'not answered'), ('withdrawn', 'withdrawn')], default='open', max_length=10, verbose_name='status')),
                ('pay_fen', models.PositiveIntegerField(verbose_name='pay (fen)')),
                ('explanation', models.JSONField(default=dict, verbose_name='explanation')),
                ('offered_at', models.DateTimeField(default=core.clock.now, verbose_name='offered')),
                ('expires_at', models.DateTimeField(verbose_name='to be answered by')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
                ('courier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='couriers.courier', verbose_name='courier')),
                ('legs', models.ManyToManyField(related_name='offers', to='delivery.leg', verbose_name='legs')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['expires_at'], name='offer_due'), models.Index(fields=['courier', '-id'], name='offer_of_courier')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'accepted', 'refused', 'expired', 'withdrawn'])), name='offer_status'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('courier',), name='one_open_offer')],
            },
        ),
    ]
