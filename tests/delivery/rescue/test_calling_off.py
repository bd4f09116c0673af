"""Nobody fetches them after all: called off, not there, declined, or the first goes on."""

import pytest

from core.errors import NotAllowed, WrongState
from delivery import services
from delivery.models import LegStatus, Rescue
from notifications.models import Notice
from payments.selectors import check_ledger
from tests.delivery.rescue.conftest import earned

pytestmark = pytest.mark.django_db


def test_called_off_the_first_goes_on(first, send, operator_wang, courier_zhao, courier_qian):
    leg = send(first)
    services.call_off_rescue(leg=leg, actor=operator_wang)
    services.call_off_rescue(leg=leg, actor=operator_wang)
    first.refresh_from_db(), leg.refresh_from_db()
    assert (first.status, leg.status, leg.rescue.outcome) == (
        LegStatus.PICKED_UP,
        LegStatus.CANCELLED,
        "called_off",
    )
    assert Notice.objects.filter(user=courier_qian.user, kind="rescue_called_off").count() == 1
    assert (earned(courier_zhao), earned(courier_qian)) == (0, 0)


def test_once_collected_it_cannot_be_called_off(first, send, operator_wang, courier_qian, photo):
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    with pytest.raises(WrongState, match="has the goods already"):
        services.call_off_rescue(leg=leg, actor=operator_wang)


def test_not_there_pays_the_way_and_another_can_be_sent(first, send, courier_qian, places, campus):
    leg = send(first)
    with pytest.raises(WrongState, match="Say first"):
        services.report_not_there(leg=leg, actor=courier_qian.user)
    services.arrive_at_pickup(leg=leg, actor=courier_qian.user, where=places.print_shop.position)
    services.report_not_there(leg=leg, actor=courier_qian.user, words="nobody here")
    assert earned(courier_qian) == first.pay_fen * campus.fetching_percent // 100
    first.refresh_from_db()
    assert first.status == LegStatus.PICKED_UP
    assert send(first).status == LegStatus.ASSIGNED
    assert check_ledger() == []


def test_who_cannot_go_says_so_and_is_paid_nothing(first, send, courier_qian):
    leg = send(first)
    services.decline_rescue(leg=leg, actor=courier_qian.user, words="a flat tyre")
    assert earned(courier_qian) == 0
    assert Rescue.objects.get().outcome == "declined"


def test_the_first_may_bring_it_after_all(first, send, courier_zhao, courier_qian):
    send(first)
    services.go_on_oneself(giver=first, actor=courier_zhao.user)
    leg = services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert earned(courier_zhao) == leg.order.courier_fen


def test_only_the_three_concerned_say_anything(first, send, courier_zhao, courier_qian, photo):
    leg = send(first)
    for step in (services.decline_rescue, services.report_not_there):
        with pytest.raises(NotAllowed):
            step(leg=leg, actor=courier_zhao.user)
    with pytest.raises(NotAllowed):
        services.collect(leg=leg, actor=courier_zhao.user, photo=photo())
    with pytest.raises(NotAllowed):
        services.go_on_oneself(giver=first, actor=courier_qian.user)
