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
        ('couriers', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ('courier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='couriers.courier', verbose_name='courier')),
                ('dropoff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='to')),
                ('excluded', models.ManyToManyField(blank=True, related_name='+', to='couriers.courier')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='orders.order', verbose_name='order')),
                ('pickup', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='from')),
                ('refused_by', models.ManyToManyField(blank=True, related_name='+', to='couriers.courier')),
                ('relay', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='delivery.relaystation', verbose_name='relay station')),
            ],
            options={
                'verbose_name': 'leg',
                'verbose_name_plural': 'legs',
                'ordering': ['-id'],
            },
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
                ('leg', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='custody', to='delivery.leg', verbose_name='leg')),
                ('station', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='delivery.relaystation', verbose_name='relay station')),
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
                ('leg', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='delivery.leg', verbose_name='leg')),
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
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='delivery.relaystation', verbose_name='relay station')),
            ],
            options={
                'verbose_name': 'goods on a shelf',
                'verbose_name_plural': 'goods on shelves',
            },
        ),
        migrations.CreateModel(
            name='PhotoWaiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('asked', 'waiting for a supervisor'), ('given', 'allowed')], default='asked', max_length=8, verbose_name='status')),
                ('asked_at', models.DateTimeField(default=core.clock.now, verbose_name='asked')),
                ('given_at', models.DateTimeField(null=True, verbose_name='allowed at')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='couriers.courier', verbose_name='courier')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='allowed by')),
                ('leg', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='photo_waiver', to='delivery.leg', verbose_name='leg')),
            ],
            options={
                'verbose_name': 'delivery without a photo',
                'verbose_name_plural': 'deliveries without a photo',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'given'])), name='photo_waiver_status')],
            },
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
    ]
