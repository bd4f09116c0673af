import core.clock
import core.ids
import datetime
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campus', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Courier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('applied', 'applied'), ('refused', 'not accepted'), ('vetted', 'vetted'), ('training', 'in training'), ('active', 'active'), ('suspended', 'suspended'), ('left', 'left')], default='applied', max_length=12, verbose_name='status')),
                ('gender', models.CharField(choices=[('male', 'male'), ('female', 'female')], max_length=8, verbose_name='gender')),
                ('vehicle', models.CharField(choices=[('foot', 'on foot'), ('bicycle', 'bicycle'), ('ebike', 'e-bike')], default='foot', max_length=8, verbose_name='vehicle')),
                ('capacity', models.PositiveSmallIntegerField(default=3, verbose_name='orders at once')),
                ('on_duty', models.BooleanField(default=False, verbose_name='on duty')),
                ('duty_since', models.DateTimeField(editable=False, null=True)),
                ('rest_until', models.DateTimeField(editable=False, null=True, verbose_name='rests until')),
                ('rest_advised_at', models.DateTimeField(editable=False, null=True)),
                ('credit', models.SmallIntegerField(default=100, verbose_name='credit score')),
                ('rating_sum', models.PositiveIntegerField(default=0, editable=False)),
                ('rating_count', models.PositiveIntegerField(default=0, editable=False)),
                ('lat', models.FloatField(editable=False, null=True)),
                ('lon', models.FloatField(editable=False, null=True)),
                ('located_at', models.DateTimeField(editable=False, null=True, verbose_name='last position')),
                ('suspended_for', models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason of the suspension')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='couriers', to='campus.campus', verbose_name='campus')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='courier', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('zones', models.ManyToManyField(blank=True, help_text='None chosen: everywhere.', related_name='+', to='campus.zone', verbose_name='delivers to')),
            ],
            options={
                'verbose_name': 'courier',
                'verbose_name_plural': 'couriers',
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
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='orders.order', verbose_name='order')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='dispatch.courier', verbose_name='courier')),
            ],
            options={
                'verbose_name': 'bid',
                'verbose_name_plural': 'bids',
                'ordering': ['fee_fen', 'minutes', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('returned', 'better photo asked for'), ('accepted', 'accepted'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='waiting', max_length=12, verbose_name='status')),
                ('student_card', models.ImageField(blank=True, upload_to='applications/%Y/%m/', verbose_name='student card')),
                ('face', models.ImageField(blank=True, upload_to='applications/%Y/%m/', verbose_name='photo of the face')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('sent_at', models.DateTimeField(default=core.clock.now, verbose_name='sent')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='dispatch.courier', verbose_name='courier')),
            ],
            options={
                'verbose_name': 'courier application',
                'verbose_name_plural': 'courier applications',
                'ordering': ['sent_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, choices=[('parcel', 'Fetch a parcel'), ('purchase', 'Buy something'), ('document', 'Carry a document'), ('queue', 'Queue for me'), ('haul', 'Move things'), ('custom', 'Anything else'), ('takeaway', 'Takeaway')], help_text='Empty: for every courier.', max_length=12, verbose_name='for the kind of job')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('live', 'live'), ('old', 'replaced')], default='draft', max_length=8, verbose_name='status')),
                ('pass_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='pass mark (%)')),
                ('wait_minutes', models.PositiveSmallIntegerField(default=10, verbose_name='minutes before another try')),
                ('grace_days', models.PositiveSmallIntegerField(default=7, help_text='For who is a courier already when this version becomes live.', verbose_name='days of grace')),
                ('live_at', models.DateTimeField(editable=False, null=True, verbose_name='live since')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='made')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='courses', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
                'ordering': ['campus', 'kind', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='when')),
                ('right', models.PositiveSmallIntegerField(verbose_name='right answers')),
                ('asked', models.PositiveSmallIntegerField(verbose_name='questions')),
                ('passed', models.BooleanField(verbose_name='passed')),
                ('wrong', models.JSONField(default=list)),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='dispatch.courier', verbose_name='courier')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='dispatch.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'try at a quiz',
                'verbose_name_plural': 'tries at quizzes',
                'ordering': ['-at', '-id'],
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
            },
        ),
        migrations.CreateModel(
            name='DutySpell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='from')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spells', to='dispatch.courier', verbose_name='courier')),
            ],
            options={
                'verbose_name': 'stretch of duty',
                'verbose_name_plural': 'stretches of duty',
                'ordering': ['-since'],
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True, verbose_name='number')),
                ('sequence', models.PositiveSmallIntegerField(default=1, verbose_name='sequence')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('open', 'open'), ('offered', 'offered'), ('assigned', 'accepted'), ('at_pickup', 'at the pickup'), ('picked_up', 'picked up'), ('at_dropoff', 'at the door'), ('done', 'done'), ('released', 'given back'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='waiting', max_length=12, verbose_name='status')),
                ('version', models.PositiveIntegerField(default=1)),
                ('gender', models.CharField(choices=[('any', 'anyone'), ('male', 'men only'), ('female', 'women only')], default='any', max_length=8, verbose_name='courier wanted')),
                ('pay_fen', models.PositiveIntegerField(verbose_name='pay (fen)')),
                ('bonus_fen', models.PositiveIntegerField(default=0, verbose_name='bonus (fen)')),
                ('priority', models.PositiveSmallIntegerField(default=0, verbose_name='priority')),
                ('ready_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('eta_at', models.DateTimeField(editable=False, null=True, verbose_name='expected')),
                ('opened_at', models.DateTimeField(null=True, verbose_name='opened')),
                ('assigned_at', models.DateTimeField(null=True, verbose_name='accepted')),
                ('at_pickup_at', models.DateTimeField(null=True, verbose_name='at the pickup')),
                ('picked_up_at', models.DateTimeField(null=True, verbose_name='picked up')),
                ('at_dropoff_at', models.DateTimeField(null=True, verbose_name='at the door')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='made')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='campus.campus', verbose_name='campus')),
                ('courier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='dispatch.courier', verbose_name='courier')),
                ('dropoff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='to')),
                ('excluded', models.ManyToManyField(blank=True, related_name='+', to='dispatch.courier')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='orders.order', verbose_name='order')),
                ('pickup', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='from')),
                ('refused_by', models.ManyToManyField(blank=True, related_name='+', to='dispatch.courier')),
            ],
            options={
                'verbose_name': 'leg',
                'verbose_name_plural': 'legs',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('text', models.TextField(help_text='A paragraph a line.', max_length=4000, verbose_name='text')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='dispatch.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
                'ordering': ['position', 'id'],
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
                ('courier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='dispatch.courier', verbose_name='courier')),
                ('legs', models.ManyToManyField(related_name='offers', to='dispatch.leg', verbose_name='legs')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
            },
        ),
        migrations.CreateModel(
            name='OfferPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=core.clock.now, verbose_name='since')),
                ('courier', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='offer_pause', to='dispatch.courier', verbose_name='courier')),
            ],
            options={
                'verbose_name': 'pause of offers',
                'verbose_name_plural': 'pauses of offers',
            },
        ),
        migrations.CreateModel(
            name='PhotoWaiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('asked', 'waiting for a supervisor'), ('given', 'allowed')], default='asked', max_length=8, verbose_name='status')),
                ('asked_at', models.DateTimeField(default=core.clock.now, verbose_name='asked')),
                ('given_at', models.DateTimeField(null=True, verbose_name='allowed at')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='dispatch.courier', verbose_name='courier')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='allowed by')),
                ('leg', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='photo_waiver', to='dispatch.leg', verbose_name='leg')),
            ],
            options={
                'verbose_name': 'delivery without a photo',
                'verbose_name_plural': 'deliveries without a photo',
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
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('text', models.CharField(max_length=200, verbose_name='question')),
                ('a', models.CharField(max_length=120, verbose_name='A')),
                ('b', models.CharField(max_length=120, verbose_name='B')),
                ('c', models.CharField(blank=True, max_length=120, verbose_name='C')),
                ('d', models.CharField(blank=True, max_length=120, verbose_name='D')),
                ('right', models.CharField(choices=[('a', 'A'), ('b', 'B'), ('c', 'C'), ('d', 'D')], max_length=1, verbose_name='right answer')),
                ('why', models.CharField(blank=True, help_text='Shown to who has answered wrongly.', max_length=200, verbose_name='why')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='dispatch.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RelayStation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('when_needed', 'when no courier who may enter is free'), ('always', 'for everything to its areas')], default='when_needed', max_length=12, verbose_name='used')),
                ('slots', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='slots')),
                ('opens', models.TimeField(default=datetime.time(7, 0), verbose_name='opens')),
                ('closes', models.TimeField(default=datetime.time(23, 0), verbose_name='closes')),
                ('first_percent', models.PositiveSmallIntegerField(default=60, help_text='The rest is for the way from it to the door. A tip goes to the one at the door.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='share of the pay for the way to it (%)')),
                ('self_service', models.BooleanField(default=True, help_text='They scan the code on the shelf. Off: only a keeper scans in and out.', verbose_name='couriers use the shelf by themselves')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('keepers', models.ManyToManyField(blank=True, related_name='relay_stations', to=settings.AUTH_USER_MODEL, verbose_name='keepers')),
                ('place', models.OneToOneField(limit_choices_to={'kind': 'relay_station'}, on_delete=django.db.models.deletion.PROTECT, related_name='relay_station', to='campus.place', verbose_name='place')),
                ('zones', models.ManyToManyField(related_name='relay_stations', to='campus.zone', verbose_name='areas it serves')),
            ],
            options={
                'verbose_name': 'relay station',
                'verbose_name_plural': 'relay stations',
            },
        ),
        migrations.AddField(
            model_name='leg',
            name='relay',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='dispatch.relaystation', verbose_name='relay station'),
        ),
        migrations.CreateModel(
            name='Custody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='when')),
                ('act', models.CharField(choices=[('picked_up', 'picked up'), ('shelved', 'put on the shelf'), ('fetched', 'taken from the shelf'), ('transferred', 'handed to another courier'), ('delivered', 'delivered'), ('brought_back', 'brought back'), ('missed', 'not on the shelf'), ('found', 'found again')], max_length=12, verbose_name='what')),
                ('how', models.CharField(choices=[('scan', 'code scanned'), ('digits', 'digits entered'), ('button', 'said so in the app'), ('photo', 'photo'), ('waived', 'without a photo, as a supervisor allowed')], max_length=8, verbose_name='how')),
                ('slot', models.PositiveSmallIntegerField(null=True, verbose_name='slot')),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('giver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='from')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='custody', to='orders.order', verbose_name='order')),
                ('photo', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.photo', verbose_name='photo')),
                ('place', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='where')),
                ('taker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='to')),
                ('leg', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='custody', to='dispatch.leg', verbose_name='leg')),
                ('station', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.relaystation', verbose_name='relay station')),
            ],
            options={
                'verbose_name': 'hand-over',
                'verbose_name_plural': 'chain of custody',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ScanCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=core.ids.new_no, editable=False, max_length=16, unique=True)),
                ('digits', models.CharField(default=core.ids.new_code, max_length=4, verbose_name='digits')),
                ('purpose', models.CharField(choices=[('place', 'poster at a place'), ('pickup', 'goods to be fetched'), ('hand_in', 'onto the shelf'), ('hand_out', 'off the shelf'), ('transfer', 'to another courier'), ('receive', 'another courier agrees')], max_length=8, verbose_name='purpose')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='made')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='valid until')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campus.campus', verbose_name='campus')),
                ('leg', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='dispatch.leg', verbose_name='leg')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campus.place', verbose_name='place')),
                ('shown_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='shown by')),
                ('used_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='used by')),
            ],
            options={
                'verbose_name': 'scan code',
                'verbose_name_plural': 'scan codes',
            },
        ),
        migrations.CreateModel(
            name='ShelfItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.PositiveSmallIntegerField(verbose_name='slot')),
                ('put_at', models.DateTimeField(default=core.clock.now, verbose_name='scanned in')),
                ('due_at', models.DateTimeField(null=True, verbose_name='to be fetched by')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='scanned out')),
                ('missed_at', models.DateTimeField(null=True, verbose_name='found missing')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shelf_items', to='orders.order', verbose_name='order')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='dispatch.relaystation', verbose_name='relay station')),
            ],
            options={
                'verbose_name': 'goods on a shelf',
                'verbose_name_plural': 'goods on shelves',
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='start')),
                ('places', models.PositiveSmallIntegerField(verbose_name='places')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='campus.campus', verbose_name='campus')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='campus.zone', verbose_name='zone')),
            ],
            options={
                'verbose_name': 'shift',
                'verbose_name_plural': 'shifts',
                'ordering': ['starts_at', 'zone'],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='start')),
                ('outcome', models.CharField(blank=True, choices=[('', 'still to come'), ('came', 'came'), ('missed', 'did not come')], default='', max_length=8, verbose_name='outcome')),
                ('reminded_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='taken')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='dispatch.courier', verbose_name='courier')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='dispatch.shift', verbose_name='shift')),
            ],
            options={
                'verbose_name': 'taken shift',
                'verbose_name_plural': 'taken shifts',
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='TrailPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('courier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trail', to='dispatch.courier', verbose_name='courier')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='courier',
            index=models.Index(condition=models.Q(('on_duty', True)), fields=['campus'], name='courier_on_duty'),
        ),
        migrations.AddConstraint(
            model_name='courier',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['applied', 'refused', 'vetted', 'training', 'active', 'suspended', 'left'])), name='courier_status'),
        ),
        migrations.AddConstraint(
            model_name='courier',
            constraint=models.CheckConstraint(condition=models.Q(('gender__in', ['male', 'female'])), name='courier_gender'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'chosen', 'withdrawn'])), name='bid_status'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.UniqueConstraint(fields=('order', 'courier'), name='one_bid_of_a_courier'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'chosen')), fields=('order',), name='one_chosen_bid'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'returned', 'accepted', 'refused', 'withdrawn'])), name='application_status'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('courier',), name='one_open_application'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'live', 'old'])), name='course_status'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('live_at__isnull', False), _connector='OR'), name='course_live_at'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(fields=('campus', 'kind', 'version'), name='course_version'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'live')), fields=('campus', 'kind'), name='one_live_course'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('passed', True)), fields=['courier', 'course'], name='attempt_passed'),
        ),
        migrations.AddConstraint(
            model_name='dispatchrule',
            constraint=models.UniqueConstraint(fields=('campus', 'kind', 'from_hour'), name='dispatch_rule_once'),
        ),
        migrations.AddConstraint(
            model_name='dispatchrule',
            constraint=models.CheckConstraint(condition=models.Q(('from_hour__lt', models.F('to_hour')), ('to_hour__lte', 24)), name='dispatch_rule_hours'),
        ),
        migrations.AddIndex(
            model_name='dutyspell',
            index=models.Index(fields=['courier', 'until'], name='spell_of_courier'),
        ),
        migrations.AddConstraint(
            model_name='dutyspell',
            constraint=models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='spell_order'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['expires_at'], name='offer_due'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['courier', '-id'], name='offer_of_courier'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'accepted', 'refused', 'expired', 'withdrawn'])), name='offer_status'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('courier',), name='one_open_offer'),
        ),
        migrations.AddConstraint(
            model_name='photowaiver',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'given'])), name='photo_waiver_status'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('right__in', ['a', 'b', 'c', 'd'])), name='question_right'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('c', ''), ('right', 'c'), _negated=True), models.Q(('d', ''), ('right', 'd'), _negated=True)), name='question_right_exists'),
        ),
        migrations.AddConstraint(
            model_name='relaystation',
            constraint=models.CheckConstraint(condition=models.Q(('first_percent__lte', 100)), name='relay_share'),
        ),
        migrations.AddConstraint(
            model_name='relaystation',
            constraint=models.CheckConstraint(condition=models.Q(('slots__gte', 1)), name='relay_has_slots'),
        ),
        migrations.AddConstraint(
            model_name='relaystation',
            constraint=models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='relay_hours'),
        ),
        migrations.AddIndex(
            model_name='leg',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['campus', 'opened_at'], name='leg_hall'),
        ),
        migrations.AddIndex(
            model_name='leg',
            index=models.Index(condition=models.Q(('status__in', ['assigned', 'at_pickup', 'picked_up', 'at_dropoff'])), fields=['courier'], name='leg_carried'),
        ),
        migrations.AddIndex(
            model_name='leg',
            index=models.Index(fields=['courier', '-ended_at'], name='leg_of_courier'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'open', 'offered', 'assigned', 'at_pickup', 'picked_up', 'at_dropoff', 'done', 'released', 'cancelled', 'failed'])), name='leg_status'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['assigned', 'at_pickup', 'picked_up', 'at_dropoff']), _negated=True), ('courier__isnull', False), _connector='OR'), name='leg_carried_by'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['waiting', 'open', 'offered', 'assigned', 'at_pickup', 'picked_up', 'at_dropoff'])), fields=('order', 'sequence'), name='one_unfinished_leg'),
        ),
        migrations.AddIndex(
            model_name='custody',
            index=models.Index(fields=['order', 'at'], name='custody_of_order'),
        ),
        migrations.AddIndex(
            model_name='custody',
            index=models.Index(condition=models.Q(('lat__isnull', False)), fields=['order'], name='custody_located'),
        ),
        migrations.AddIndex(
            model_name='scancode',
            index=models.Index(condition=models.Q(('used_at__isnull', True)), fields=['campus', 'digits'], name='code_digits'),
        ),
        migrations.AddConstraint(
            model_name='scancode',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'place')), fields=('place',), name='one_poster_a_place'),
        ),
        migrations.AddConstraint(
            model_name='scancode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('place__isnull', False), ('purpose', 'place')), models.Q(models.Q(('purpose', 'place'), _negated=True), ('expires_at__isnull', False), ('leg__isnull', False)), _connector='OR'), name='code_of_place_or_leg'),
        ),
        migrations.AddConstraint(
            model_name='shelfitem',
            constraint=models.UniqueConstraint(condition=models.Q(('missed_at__isnull', True), ('taken_at__isnull', True)), fields=('station', 'slot'), name='one_item_a_slot'),
        ),
        migrations.AddConstraint(
            model_name='shelfitem',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_at__isnull', True)), fields=('order',), name='order_on_one_shelf'),
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(fields=['campus', 'starts_at'], name='shift_of_day'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('zone', 'starts_at'), name='shift_once'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['starts_at'], name='promise_to_watch'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('courier', 'starts_at'), name='one_shift_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'came', 'missed'])), name='promise_outcome'),
        ),
        migrations.AddIndex(
            model_name='trailpoint',
            index=models.Index(fields=['courier', 'at'], name='trail_of_courier'),
        ),
        migrations.AddIndex(
            model_name='trailpoint',
            index=models.Index(fields=['at'], name='trail_by_age'),
        ),
    ]
