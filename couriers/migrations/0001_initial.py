import core.clock
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
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='couriers.courier', verbose_name='courier')),
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
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('live', 'live'), ('superseded', 'replaced')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('reason', models.CharField(blank=True, help_text='For whoever asks later why it was changed.', max_length=200, verbose_name='why this version')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='made')),
                ('live_at', models.DateTimeField(editable=False, null=True, verbose_name='live since')),
                ('kind', models.CharField(blank=True, choices=[('parcel', 'Fetch a parcel'), ('purchase', 'Buy something'), ('document', 'Carry a document'), ('queue', 'Queue for me'), ('haul', 'Move things'), ('custom', 'Anything else'), ('takeaway', 'Takeaway')], help_text='Empty: for every courier.', max_length=12, verbose_name='for the kind of job')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('pass_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='pass mark (%)')),
                ('wait_minutes', models.PositiveSmallIntegerField(default=10, verbose_name='minutes before another try')),
                ('grace_days', models.PositiveSmallIntegerField(default=7, help_text='For who is a courier already when this version becomes live.', verbose_name='days of grace')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='courses', to='campus.campus', verbose_name='campus')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made live by')),
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
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='couriers.courier', verbose_name='courier')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='couriers.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'try at a quiz',
                'verbose_name_plural': 'tries at quizzes',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DutySpell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='from')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spells', to='couriers.courier', verbose_name='courier')),
            ],
            options={
                'verbose_name': 'stretch of duty',
                'verbose_name_plural': 'stretches of duty',
                'ordering': ['-since'],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('text', models.TextField(help_text='A paragraph a line.', max_length=4000, verbose_name='text')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='couriers.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
                'ordering': ['position', 'id'],
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
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='couriers.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['position', 'id'],
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
                ('courier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='couriers.courier', verbose_name='courier')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='couriers.shift', verbose_name='shift')),
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
                ('courier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trail', to='couriers.courier', verbose_name='courier')),
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
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'returned', 'accepted', 'refused', 'withdrawn'])), name='application_status'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('courier',), name='one_open_application'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'live', 'superseded'])), name='course_status'),
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
        migrations.AddIndex(
            model_name='dutyspell',
            index=models.Index(fields=['courier', 'until'], name='spell_of_courier'),
        ),
        migrations.AddConstraint(
            model_name='dutyspell',
            constraint=models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='spell_order'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('right__in', ['a', 'b', 'c', 'd'])), name='question_right'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('c', ''), ('right', 'c'), _negated=True), models.Q(('d', ''), ('right', 'd'), _negated=True)), name='question_right_exists'),
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
