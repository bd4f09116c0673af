import core.clock
import core.crypto
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
            name='Merchant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('kind', models.CharField(choices=[('stall', 'canteen stall'), ('restaurant', 'restaurant'), ('store', 'convenience store'), ('shop', 'shop')], max_length=12, verbose_name='kind')),
                ('status', models.CharField(choices=[('active', 'active'), ('suspended', 'suspended')], default='active', max_length=10, verbose_name='status')),
                ('errands_on_account', models.BooleanField(default=False, help_text='Couriers who buy here pay nothing: the platform pays the shop.', verbose_name='errands on account')),
                ('payee_channel', models.CharField(choices=[('wechatpay', 'WeChat'), ('alipay', 'Alipay'), ('bank', 'bank card')], default='bank', max_length=12, verbose_name='paid to')),
                ('payee_holder', core.crypto.EncryptedTextField(blank=True, max_length=40, verbose_name='account holder')),
                ('payee_account', core.crypto.EncryptedTextField(blank=True, max_length=64, verbose_name='account number')),
                ('payee_bank', models.CharField(blank=True, max_length=40, verbose_name='bank')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merchants', to='campus.campus', verbose_name='campus')),
                ('owners', models.ManyToManyField(blank=True, related_name='merchants', to=settings.AUTH_USER_MODEL, verbose_name='owners')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merchants', to='campus.place', verbose_name='place')),
            ],
            options={
                'verbose_name': 'merchant',
                'verbose_name_plural': 'merchants',
                'ordering': ['campus', 'name'],
            },
        ),
        migrations.CreateModel(
            name='CommissionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('live', 'live'), ('superseded', 'replaced')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('reason', models.CharField(blank=True, help_text='For whoever asks later why it was changed.', max_length=200, verbose_name='why this version')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='made')),
                ('live_at', models.DateTimeField(editable=False, null=True, verbose_name='live since')),
                ('kind', models.CharField(blank=True, choices=[('stall', 'canteen stall'), ('restaurant', 'restaurant'), ('store', 'convenience store'), ('shop', 'shop')], help_text='Empty: every kind', max_length=12, verbose_name='kind')),
                ('percent', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(50)], verbose_name='commission (% of the goods)')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commission_rules', to='campus.campus', verbose_name='campus')),
                ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made live by')),
                ('merchant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.merchant', verbose_name='merchant')),
            ],
            options={
                'verbose_name': 'commission rule',
                'verbose_name_plural': 'commission rules',
                'ordering': ['campus', 'kind', 'merchant', '-version'],
            },
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['active', 'suspended'])), name='merchant_status'),
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.UniqueConstraint(condition=models.Q(('errands_on_account', True), ('status', 'active')), fields=('place',), name='one_account_per_place'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'live', 'superseded'])), name='commission_rule_status'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('live_at__isnull', False), _connector='OR'), name='commission_rule_live_at'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.UniqueConstraint(condition=models.Q(('merchant__isnull', True), ('status', 'live')), fields=('campus', 'kind'), name='one_live_commission_rule'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'live')), fields=('merchant',), name='one_live_rule_of_merchant'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.CheckConstraint(condition=models.Q(('percent__lte', 50)), name='commission_at_most_half'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), ('merchant__isnull', True), _connector='OR'), name='commission_for_one_thing'),
        ),
    ]
