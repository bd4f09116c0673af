import core.clock
import core.crypto
import core.ids
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from payments import ledger_constraints


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campus', '0001_initial'),
        ('catalog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawal_no', models.CharField(max_length=16, unique=True)),
                ('account_no', core.crypto.EncryptedTextField(max_length=64)),
                ('amount', models.BigIntegerField()),
                ('created_at', models.DateTimeField(default=core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('wallet', 'customer wallet'), ('escrow', 'order escrow'), ('courier_earnings', 'courier earnings, on hold'), ('courier_withdrawable', 'courier earnings, withdrawable'), ('merchant_payable', 'merchant payable'), ('platform_income', 'platform income'), ('platform_compensation', 'compensation paid by the platform'), ('promotion_cost', 'promotion cost'), ('gateway', 'gateway clearing'), ('refund_clearing', 'refunds on their way'), ('withdrawals', 'withdrawals on their way'), ('tips', 'tips'), ('insurance', 'insurance')], max_length=24)),
                ('ref', models.CharField(blank=True, help_text="The order's number, for escrow", max_length=32)),
                ('balance', models.BigIntegerField(default=0)),
                ('guarded', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('campus', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus')),
                ('merchant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.merchant')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
            },
        ),
        migrations.CreateModel(
            name='GatewayNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(choices=[('wallet', 'wallet'), ('sandbox', 'sandbox cashier'), ('wechatpay', 'WeChat Pay'), ('alipay', 'Alipay')], max_length=12)),
                ('nonce', models.CharField(max_length=64)),
                ('payment_no', models.CharField(max_length=16)),
                ('amount', models.BigIntegerField()),
                ('outcome', models.CharField(choices=[('taken', 'taken'), ('refused', 'refused')], max_length=8)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
            ],
            options={
                'verbose_name': 'gateway notice',
                'verbose_name_plural': 'gateway notices',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'nonce'), name='gateway_notice_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['taken', 'refused'])), name='gateway_notice_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('ref', models.CharField(db_index=True, max_length=32)),
                ('purpose', models.CharField(choices=[('order', 'order'), ('tip', 'tip'), ('goods', 'goods beyond the budget'), ('change', 'another address'), ('topup', 'top-up of the wallet')], default='order', max_length=16)),
                ('gateway', models.CharField(choices=[('wallet', 'wallet'), ('sandbox', 'sandbox cashier'), ('wechatpay', 'WeChat Pay'), ('alipay', 'Alipay')], max_length=12)),
                ('amount', models.BigIntegerField()),
                ('refunded', models.BigIntegerField(default=0)),
                ('status', models.CharField(choices=[('pending', 'waiting for payment'), ('paid', 'paid'), ('closed', 'closed')], default='pending', max_length=8)),
                ('gateway_no', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('paid_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('query_at', models.DateTimeField(null=True)),
                ('queries', models.PositiveSmallIntegerField(default=0)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('books', 'our own books'), ('sandbox', 'sandbox cashier'), ('wechatpay', 'WeChat Pay'), ('alipay', 'Alipay')], max_length=12, verbose_name='what is compared')),
                ('since_day', models.DateField(verbose_name='first day')),
                ('day', models.DateField(verbose_name='last day')),
                ('by_hand', models.BooleanField(default=False, verbose_name='by hand')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('failed', 'no bill yet')], default='waiting', max_length=8, verbose_name='status')),
                ('lines', models.PositiveIntegerField(default=0, verbose_name='lines of the bill')),
                ('found', models.PositiveIntegerField(default=0, verbose_name='found')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='created')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'reconciliation',
                'verbose_name_plural': 'reconciliations',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('books', 'our own books'), ('sandbox', 'sandbox cashier'), ('wechatpay', 'WeChat Pay'), ('alipay', 'Alipay')], max_length=12, verbose_name='found in')),
                ('kind', models.CharField(choices=[('missing_here', 'in the bill, not in our books'), ('missing_there', 'in our books, not in the bill'), ('double', 'booked twice'), ('wrong_amount', 'another amount'), ('wrong_payee', 'booked to another account'), ('escrow_left', 'money left over for a finished order'), ('stuck_payment', 'payment without an end'), ('stuck_refund', 'refund that does not arrive'), ('balance', 'a balance is not what its entries make'), ('unbalanced', 'a transfer does not add up'), ('overdrawn', 'an account is below zero'), ('refunded', 'a payment counts its refunds wrongly'), ('paid', 'payments and ledger differ'), ('on_the_way', 'what is on its way and its account differ'), ('unguarded', 'the database does not keep a rule of the ledger')], max_length=16, verbose_name='what is wrong')),
                ('no', models.CharField(help_text='Of the payment, refund, order, account or transfer.', max_length=120, verbose_name='number')),
                ('ref', models.CharField(blank=True, max_length=32, verbose_name='order')),
                ('fen', models.BigIntegerField(verbose_name='difference')),
                ('status', models.CharField(choices=[('open', 'unexplained'), ('settled', 'settled')], default='open', max_length=8, verbose_name='status')),
                ('note', models.CharField(blank=True, help_text='What it was. Writing it settles the finding.', max_length=300, verbose_name='explanation')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled at')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='found at')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.reconciliation', verbose_name='first found by')),
                ('last', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='payments.reconciliation', verbose_name='last found by')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True)),
                ('key', models.CharField(max_length=120)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(max_length=40)),
                ('status', models.CharField(choices=[('queued', 'queued'), ('done', 'done'), ('failed', 'failed')], default='queued', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('next_try_at', models.DateTimeField(default=core.clock.now, null=True)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('done_at', models.DateTimeField(null=True)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
            },
        ),
        migrations.CreateModel(
            name='SandboxBill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(max_length=24, unique=True)),
                ('payment_no', models.CharField(max_length=16, unique=True)),
                ('amount', models.BigIntegerField()),
                ('refunded', models.BigIntegerField(default=0)),
                ('status', models.CharField(choices=[('open', 'open'), ('paid', 'paid'), ('closed', 'closed')], default='open', max_length=8)),
                ('expires_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('paid_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'paid', 'closed'])), name='sandbox_bill_status'), models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('amount'))), name='sandbox_refund_le_paid')],
            },
        ),
        migrations.CreateModel(
            name='SandboxRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('refund_no', models.CharField(max_length=16, unique=True)),
                ('amount', models.BigIntegerField()),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.sandboxbill')),
            ],
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True, verbose_name='number')),
                ('day', models.DateField(verbose_name='day')),
                ('sales_count', models.PositiveIntegerField(verbose_name='sales')),
                ('goods_fen', models.BigIntegerField(verbose_name='goods')),
                ('commission_fen', models.BigIntegerField(verbose_name='commission')),
                ('charged_fen', models.BigIntegerField(default=0, verbose_name='borne for complaints')),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='made')),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='catalog.merchant', verbose_name='merchant')),
            ],
            options={
                'verbose_name': 'settlement',
                'verbose_name_plural': 'settlements',
                'ordering': ['-day', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Sale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=32, unique=True, verbose_name='order')),
                ('goods_fen', models.BigIntegerField(verbose_name='goods')),
                ('commission_fen', models.BigIntegerField(verbose_name='commission')),
                ('charged_fen', models.BigIntegerField(default=0, verbose_name='borne for complaints')),
                ('sold_at', models.DateTimeField(default=core.clock.now, verbose_name='handed over')),
                ('released_at', models.DateTimeField(null=True, verbose_name='free since')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sales', to='catalog.merchant', verbose_name='merchant')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.commissionrule', verbose_name='commission rule')),
                ('settlement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sales', to='payments.settlement', verbose_name='settlement')),
            ],
            options={
                'verbose_name': 'sale',
                'verbose_name_plural': 'sales',
                'ordering': ['sold_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('reason', models.CharField(choices=[('pay_order', 'Paid for an order'), ('pay_tip', 'Tip'), ('pay_goods', 'Paid more for the goods'), ('pay_change', 'Paid more for another address'), ('topup', 'Top-up'), ('refund', 'Refund'), ('refund_sent', 'Refund arrived at the payment provider'), ('compensation', 'Compensation'), ('sale', 'Goods sold'), ('courier_fee', 'Delivery fee'), ('goods_repaid', 'Goods bought for a customer'), ('bonus', 'Bonus'), ('earnings_released', 'Earnings can be withdrawn now'), ('gift', 'Gift from the platform'), ('topup_back', 'Top-up given back'), ('withdrawal', 'Withdrawal asked for'), ('withdrawal_paid', 'Withdrawal paid'), ('withdrawal_back', 'Withdrawal came back'), ('clawback', 'Pay taken back')], max_length=40)),
                ('ref', models.CharField(blank=True, db_index=True, max_length=32)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='payments.transfer')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payments.account')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payments.transfer')),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(default=core.ids.new_no, max_length=16, unique=True, verbose_name='number')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('source', models.CharField(choices=[('wallet', 'wallet'), ('courier', "courier's earnings"), ('merchant', "merchant's sales")], max_length=8, verbose_name='out of')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('channel', models.CharField(choices=[('wechatpay', 'WeChat'), ('alipay', 'Alipay'), ('bank', 'bank card'), ('sandbox', 'sandbox account')], max_length=12, verbose_name='paid to')),
                ('holder', core.crypto.EncryptedTextField(max_length=40, verbose_name='account holder')),
                ('account_no', core.crypto.EncryptedTextField(max_length=64, verbose_name='account number')),
                ('bank', models.CharField(blank=True, max_length=40, verbose_name='bank')),
                ('openid', models.CharField(blank=True, max_length=64)),
                ('status', models.CharField(choices=[('requested', 'waiting for approval'), ('approved', 'approved, being paid'), ('paid', 'paid'), ('refused', 'refused'), ('cancelled', 'taken back'), ('failed', 'could not be paid')], default='requested', max_length=10, verbose_name='status')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('gateway_no', models.CharField(blank=True, max_length=64, verbose_name='number of the payment')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('taken', models.BooleanField(default=False, verbose_name='taken by the provider')),
                ('confirm', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='requested')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('redacted_at', models.DateTimeField(editable=False, null=True)),
                ('campus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campus.campus', verbose_name='campus')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.merchant', verbose_name='merchant')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to=settings.AUTH_USER_MODEL, verbose_name='for')),
            ],
            options={
                'verbose_name': 'withdrawal',
                'verbose_name_plural': 'withdrawals',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='settlement',
            name='withdrawal',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='payments.withdrawal', verbose_name='payout'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(fields=['kind', 'user'], name='account_owner'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('guarded', False), ('balance__gte', 0), _connector='OR'), name='account_no_overdraft'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('query_at__isnull', False)), fields=['query_at'], name='payment_query'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'paid', 'closed'])), name='payment_status'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_positive'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('amount'))), name='payment_refund_le_paid'),
        ),
        migrations.AddConstraint(
            model_name='reconciliation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'done', 'failed'])), name='reconciliation_status'),
        ),
        migrations.AddConstraint(
            model_name='reconciliation',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['books', 'sandbox', 'wechatpay', 'alipay'])), name='reconciliation_scope'),
        ),
        migrations.AddConstraint(
            model_name='reconciliation',
            constraint=models.UniqueConstraint(condition=models.Q(('by_hand', False)), fields=('scope', 'day'), name='reconciliation_nightly'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'settled'])), name='finding_status'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('scope', 'kind', 'no'), name='finding_open_once'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('status', 'queued')), fields=['next_try_at'], name='refund_due'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'done', 'failed'])), name='refund_status'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('key', 'payment'), name='refund_once'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(condition=models.Q(('settlement__isnull', True)), fields=['merchant', 'released_at'], name='sale_unsettled'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('goods_fen__gt', 0)), name='sale_positive'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('commission_fen__gte', 0), ('charged_fen__gte', 0), ('goods_fen__gte', django.db.models.expressions.CombinedExpression(models.F('commission_fen'), '+', models.F('charged_fen')))), name='sale_not_below_zero'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='entry_not_zero'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('transfer', 'account'), name='entry_once_per_account'),
        ),
        migrations.AddIndex(
            model_name='withdrawal',
            index=models.Index(fields=['user', '-id'], name='withdrawal_of_user'),
        ),
        migrations.AddIndex(
            model_name='withdrawal',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='withdrawal_due'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['requested', 'approved', 'paid', 'refused', 'cancelled', 'failed'])), name='withdrawal_status'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='withdrawal_positive'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('merchant', 'day'), name='settlement_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('sales_count__gt', 0)), name='settlement_of_something'),
        ),
        migrations.RunPython(ledger_constraints.install, ledger_constraints.remove),
    ]
