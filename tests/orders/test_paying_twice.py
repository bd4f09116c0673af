"""A customer pays at the cashier and, impatient, from the wallet as well: one of the two comes back."""

import pytest

from orders import services
from payments import gateways
from payments import services as money
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Payment, SandboxBill
from payments.selectors import check_ledger

pytestmark = pytest.mark.django_db
CASHIER = gateways.get("sandbox")


@pytest.fixture
def at_cashier(ordered):
    order = ordered(gateway="sandbox")
    payment = Payment.objects.get(ref=order.no)
    CASHIER.create(payment)
    return order, payment


def settle(payment):
    bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
    return money.settle_payment(payment_no=payment.no, amount=bill.amount, gateway_no=bill.no)


def test_paying_at_the_cashier_places_the_order(at_cashier):
    order, payment = at_cashier
    settle(payment)

    order.refresh_from_db()
    assert order.status == "placed"


def test_the_second_payment_goes_back(at_cashier, student_lin, campus, simulated_clock):
    order, payment = at_cashier
    money.start_payment(
        key="impatient", ref=order.no, purpose="order", user=student_lin, campus=campus, amount=order.total_fen,
        gateway="wallet",
    )  # fmt: skip
    order.refresh_from_db()
    assert order.status == "placed"

    simulated_clock.advance(seconds=5)
    settle(payment)

    assert money.balance(Account.Kind.ESCROW, ref=order.no) == order.total_fen
    assert sum(p.refunded for p in Payment.objects.filter(ref=order.no)) == order.total_fen
    assert check_ledger() == []


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_money_for_an_order_that_has_died_goes_back(at_cashier, student_lin, simulated_clock, end):
    order, payment = at_cashier
    bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
    if end == "cancel":
        services.cancel_order(order=order, actor=student_lin)
    else:
        simulated_clock.advance(minutes=16)
        assert services.expire_unpaid() == 1

    money.settle_payment(payment_no=payment.no, amount=bill.amount, gateway_no=bill.no)
    money.send_refunds()

    order.refresh_from_db()
    bill.refresh_from_db()
    assert order.status in {"cancelled", "expired"}
    assert bill.refunded == order.total_fen
    assert money.balance(Account.Kind.ESCROW, ref=order.no) == 0
    assert check_ledger() == []
