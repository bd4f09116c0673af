import core.clock
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
            name='NumberBinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('ref', models.CharField(blank=True, max_length=64, verbose_name="the provider's name for it")),
                ('number', models.CharField(blank=True, max_length=20, verbose_name='lent number')),
                ('order_no', models.CharField(max_length=16, verbose_name='order')),
                ('leg_no', models.CharField(blank=True, max_length=16, verbose_name='leg')),
                ('ticket_no', models.CharField(blank=True, max_length=16, verbose_name='ticket')),
                ('a_role', models.CharField(choices=[('customer', 'customer'), ('receiver', 'receiver'), ('courier', 'courier'), ('operator', 'customer service')], max_length=8)),
                ('a_phone', models.CharField(max_length=11)),
                ('b_role', models.CharField(choices=[('customer', 'customer'), ('receiver', 'receiver'), ('courier', 'courier'), ('operator', 'customer service')], max_length=8)),
                ('b_phone', models.CharField(max_length=11)),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='made')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='needed until')),
                ('released_at', models.DateTimeField(null=True, verbose_name='returned to the provider')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('a_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('b_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
            ],
            options={
                'verbose_name': 'lent number',
                'verbose_name_plural': 'lent numbers',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CallAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_no', models.CharField(max_length=16, verbose_name='order')),
                ('leg_no', models.CharField(blank=True, max_length=16, verbose_name='leg')),
                ('ticket_no', models.CharField(blank=True, max_length=16, verbose_name='ticket')),
                ('caller_role', models.CharField(choices=[('customer', 'customer'), ('receiver', 'receiver'), ('courier', 'courier'), ('operator', 'customer service')], max_length=8, verbose_name="caller's part")),
                ('callee_role', models.CharField(choices=[('customer', 'customer'), ('receiver', 'receiver'), ('courier', 'courier'), ('operator', 'customer service')], max_length=8, verbose_name="called person's part")),
                ('callee_phone', models.CharField(max_length=11)),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='at')),
                ('result', models.CharField(choices=[('asked', 'number given out'), ('answered', 'answered'), ('unanswered', 'not answered'), ('busy', 'busy'), ('off', 'switched off or not reachable'), ('rejected', 'rejected'), ('failed', 'not connected')], default='asked', max_length=10, verbose_name='result')),
                ('seconds', models.PositiveIntegerField(null=True, verbose_name='duration (s)')),
                ('provider_call', models.CharField(max_length=64, null=True)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('callee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls_got', to=settings.AUTH_USER_MODEL, verbose_name='called')),
                ('caller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls_made', to=settings.AUTH_USER_MODEL, verbose_name='caller')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
                ('binding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='telephony.numberbinding')),
            ],
            options={
                'verbose_name': 'phone call',
                'verbose_name_plural': 'phone calls',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='numberbinding',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='binding_due'),
        ),
        migrations.AddIndex(
            model_name='numberbinding',
            index=models.Index(fields=['order_no'], name='binding_of_order'),
        ),
        migrations.AddIndex(
            model_name='numberbinding',
            index=models.Index(condition=models.Q(('redacted_at__isnull', True)), fields=['created_at'], name='binding_age'),
        ),
        migrations.AddConstraint(
            model_name='numberbinding',
            constraint=models.UniqueConstraint(condition=models.Q(('ref', ''), _negated=True), fields=('provider', 'ref'), name='binding_ref_once'),
        ),
        migrations.AddConstraint(
            model_name='numberbinding',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('order_no', 'ticket_no', 'a_phone', 'b_phone'), name='binding_of_pair_once'),
        ),
        migrations.AddIndex(
            model_name='callattempt',
            index=models.Index(fields=['order_no'], name='call_of_order'),
        ),
        migrations.AddIndex(
            model_name='callattempt',
            index=models.Index(condition=models.Q(('redacted_at__isnull', True)), fields=['at'], name='call_age'),
        ),
        migrations.AddConstraint(
            model_name='callattempt',
            constraint=models.UniqueConstraint(fields=('provider', 'provider_call'), name='call_once'),
        ),
        migrations.AddConstraint(
            model_name='callattempt',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['asked', 'answered', 'unanswered', 'busy', 'off', 'rejected', 'failed'])), name='call_result'),
        ),
    ]
