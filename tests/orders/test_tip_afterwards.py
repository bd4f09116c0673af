"""A thank-you after the delivery: all of it Zhao's, once, and the books balance."""

from datetime import timedelta

import pytest

from core.errors import NotAllowed, WrongState
from orders import services
from orders.models import Status
from payments.selectors import check_ledger
from payments.services import balance

pytestmark = pytest.mark.django_db


def tip(order, actor, amount=500, key="TIPTIPTIP1"):
    return services.add_tip(order=order, actor=actor, amount=amount, gateway="wallet", key=key)


def earned(courier) -> int:
    return balance("courier_earnings", user=courier.user) + balance("courier_withdrawable", user=courier.user)


def test_all_of_it_is_the_couriers(delivered, student_lin, courier_zhao):
    order = delivered()
    before, purse = earned(courier_zhao), balance("wallet", user=student_lin)

    tip(order, student_lin)

    order.refresh_from_db()
    assert earned(courier_zhao) - before == 500
    assert purse - balance("wallet", user=student_lin) == 500
    assert (order.tip_fen, order.lines[-1]["code"]) == (500, "tip")
    assert balance("escrow", ref=order.no) == 0
    assert not check_ledger()


def test_pressed_twice_it_is_given_once(delivered, student_lin, courier_zhao):
    order = delivered()
    before = earned(courier_zhao)

    first, second = tip(order, student_lin), tip(order, student_lin)

    assert first == second
    assert earned(courier_zhao) - before == 500


def test_after_the_order_is_closed_and_its_pay_released_it_is_released_too(
    delivered, student_lin, courier_zhao, simulated_clock
):
    order = services.complete_order(order=delivered(), actor=student_lin)
    simulated_clock.advance(days=2)
    services.release_earnings()
    free = balance("courier_withdrawable", user=courier_zhao.user)

    tip(order, student_lin)
    assert balance("courier_withdrawable", user=courier_zhao.user) == free
    simulated_clock.advance(days=1, seconds=1)
    services.release_earnings()

    assert balance("courier_withdrawable", user=courier_zhao.user) == free + 500
    assert balance("courier_earnings", user=courier_zhao.user) == 0
    order.refresh_from_db()
    assert order.status == Status.COMPLETED
    assert not check_ledger()


def test_for_a_week_and_not_longer(delivered, student_lin, simulated_clock):
    order = delivered()
    simulated_clock.move_to(order.delivered_at + timedelta(days=7, seconds=1))

    with pytest.raises(WrongState):
        tip(order, student_lin)


def test_only_by_who_ordered(delivered, student_mei):
    with pytest.raises(NotAllowed):
        tip(delivered(), student_mei)


def test_not_for_what_was_cancelled(ordered, student_lin):
    order = services.cancel_order(order=ordered(), actor=student_lin)

    with pytest.raises(WrongState):
        tip(order, student_lin)


def test_the_courier_is_told(delivered, student_lin, courier_zhao):
    order = delivered()

    tip(order, student_lin)

    notice = courier_zhao.user.notices.get(kind="tip_added")
    assert "¥5" in notice.body
    assert "thank-you" in notice.body


def test_on_the_page(delivered, client_of, student_lin, courier_zhao):
    order, browser = delivered(), client_of(student_lin)
    before = earned(courier_zhao)
    assert "Thank with a tip" in browser.get(f"/o/{order.no}/").text

    answer = browser.post(f"/o/{order.no}/tip/", {"amount": "2", "gateway": "wallet", "key": "ABCDEFGH12"})

    assert answer.url == f"/o/{order.no}/"
    assert earned(courier_zhao) - before == 200
