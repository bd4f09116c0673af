"""The same press from two devices at the same moment. PostgreSQL only, as in test_grab."""

import pytest

from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments import services as money
from payments.models import Account, Payment, Transfer
from payments.selectors import check_ledger
from tests.concurrency.crowd import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 4
KIND = Account.Kind


def test_one_key_is_one_order(campus, places, student_lin, wallet_money):
    wallet_money(student_lin, 100_000)

    def press():
        return orders.place_order(
            actor=student_lin,
            request=ErrandRequest(
                campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
            ),
            gateway="wallet",
            key="PRESS00001",
        )

    placed = together(*[press] * CROWD)

    assert len({order.pk for order in placed}) == 1
    assert {order.status for order in placed} == {"placed"}
    assert Order.objects.count() == Payment.objects.count() == 1


def test_one_key_is_one_compensation(campus, student_lin, courier_zhao, wallet_money):
    """Borne by the courier: what the first took must not make the others ask for something else."""
    ledger_account = money.account(KIND.COURIER_EARNINGS, user=courier_zhao.user)
    wallet_money(student_lin, 1000)
    money.transfer(
        key="earned", reason="courier_fee", ref="ORDER1",
        moves=[(money.account(KIND.WALLET, user=student_lin), -1000), (ledger_account, 1000)],
    )  # fmt: skip

    def press():
        return money.compensate(
            key="once", ref="ORDER1", user=student_lin, campus=campus, amount=800, borne_by="courier",
            courier_user=courier_zhao.user,
        )  # fmt: skip

    assert len({made.pk for made in together(*[press] * CROWD)}) == 1
    assert money.balance(KIND.WALLET, user=student_lin) == 800
    assert money.balance(KIND.COURIER_EARNINGS, user=courier_zhao.user) == 200
    assert Transfer.objects.filter(reason="compensation").count() == 1
    assert check_ledger() == []
