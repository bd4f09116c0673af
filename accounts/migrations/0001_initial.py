import core.clock
import core.crypto
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('campus', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecentCode',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('code', core.crypto.EncryptedTextField()),
                ('sent_at', models.DateTimeField(default=core.clock.now)),
            ],
            options={
                'verbose_name': 'recent code',
                'verbose_name_plural': 'recent codes',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name="person's name")),
                ('phone', models.CharField(blank=True, max_length=11, null=True, unique=True, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter an 11-digit mobile number.')], verbose_name='phone')),
                ('phone_verified', models.BooleanField(default=False, verbose_name='phone verified')),
                ('gender', models.CharField(choices=[('unknown', 'not said'), ('male', 'male'), ('female', 'female')], default='unknown', max_length=8, verbose_name='gender')),
                ('language', models.CharField(default='zh-hans', max_length=8, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, help_text='Off: barred, on every device at once.', verbose_name='may log in')),
                ('is_virtual', models.BooleanField(default=False, verbose_name='virtual')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased')),
                ('epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('campus', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='campus.campus', verbose_name='campus')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
            },
        ),
        migrations.CreateModel(
            name='RestrictedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', core.crypto.EncryptedTextField()),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='erased')),
                ('campus', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='restricted_record', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'record under restriction',
                'verbose_name_plural': 'records under restriction',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('ref', models.CharField(blank=True, db_index=True, max_length=24)),
                ('logged_in_at', models.DateTimeField(null=True, verbose_name='logged in')),
                ('last_action_at', models.DateTimeField(default=core.clock.now, verbose_name='last action')),
                ('device', models.CharField(blank=True, max_length=200, verbose_name='device')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('second_factor', models.BooleanField(default=False, verbose_name='second factor')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('detail', models.CharField(blank=True, max_length=60, verbose_name='floor and room')),
                ('contact_name', models.CharField(blank=True, max_length=40, verbose_name='contact')),
                ('contact_phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter an 11-digit mobile number.')], verbose_name='contact phone')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.place', verbose_name='building')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'ordering': ['-is_default', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',), name='one_default_address')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(choices=[('terms', 'terms of use'), ('privacy', 'privacy notice')], max_length=8, verbose_name='document')),
                ('version', models.CharField(max_length=16, verbose_name='version')),
                ('given_at', models.DateTimeField(default=core.clock.now, verbose_name='given')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-given_at', 'document'],
                'constraints': [models.UniqueConstraint(fields=('user', 'document', 'version'), name='consent_once')],
            },
        ),
        migrations.CreateModel(
            name='NumberClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=300, verbose_name='what they know')),
                ('status', models.CharField(choices=[('waiting', 'waits for a supervisor'), ('approved', 'is the owner'), ('refused', 'is not the owner')], default='waiting', max_length=8, verbose_name='status')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='number_claims', to=settings.AUTH_USER_MODEL, verbose_name='whose account')),
            ],
            options={
                'verbose_name': 'claim to a long unused account',
                'verbose_name_plural': 'claims to long unused accounts',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'approved', 'refused'])), name='number_claim_status'), models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('user',), name='one_waiting_number_claim')],
            },
        ),
        migrations.CreateModel(
            name='SecurityEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='time')),
                ('kind', models.CharField(choices=[('login', 'logged in'), ('login_failed', 'login failed'), ('logout', 'logged out'), ('factor_used', 'second factor used'), ('factor_failed', 'second factor failed'), ('factor_added', 'second factor set up'), ('factor_removed', 'second factor removed'), ('password_changed', 'password changed'), ('phone_changed', 'phone number changed'), ('payout_changed', 'payout account changed'), ('refused', 'page refused'), ('sessions_ended', 'sessions ended'), ('session_expired', 'session expired'), ('role_given', 'role given'), ('role_taken', 'role taken away'), ('banned', 'banned'), ('number_shown', 'full number shown'), ('codes_capped', 'no more codes sent')], max_length=20, verbose_name='what')),
                ('identifier', models.CharField(blank=True, max_length=20, verbose_name='entered number, masked')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('device', models.CharField(blank=True, max_length=200, verbose_name='device')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('campus', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campus.campus', verbose_name='campus')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='security_events', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'security event',
                'verbose_name_plural': 'security log',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['user', '-at'], name='security_event_person'), models.Index(fields=['at'], name='security_event_at')],
            },
        ),
        migrations.CreateModel(
            name='StaffRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('support', 'support agent'), ('dispatcher', 'dispatcher'), ('finance', 'finance'), ('supervisor', 'supervisor')], max_length=12, verbose_name='role')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff_roles', to='campus.campus', verbose_name='campus')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff_roles', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'staff role',
                'verbose_name_plural': 'staff roles',
                'constraints': [models.UniqueConstraint(fields=('user', 'campus', 'role'), name='staff_role_once')],
            },
        ),
    ]
