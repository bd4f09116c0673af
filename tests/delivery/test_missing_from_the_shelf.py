"""Goods that should lie on a shelf and do not: whoever had them last is asked, whoever is on the way need not come."""

import pytest

from core import outbox
from core.errors import NotAllowed, TooLate
from delivery import selectors, services
from delivery.models import Custody, LegStatus, ShelfItem
from dispatch import services as dispatch
from exceptions.models import Ticket
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.raises_type("lost_in_relay")
def test_missing_from_the_shelf_is_a_ticket_to_the_last_one_who_had_it(
    on_shelf, courier_zhao, courier_qian, student_lin
):
    second = on_shelf()
    dispatch.grab(leg=second, courier=courier_qian)
    item = ShelfItem.objects.get()
    services.report_missing(item=item, actor=courier_qian.user)
    ticket = Ticket.objects.get(type="lost_in_relay")
    assert (ticket.courier, ticket.leg.sequence) == (courier_zhao, 1)
    assert ticket.events.get(kind="opened").data["holder"] == "赵强"
    second.refresh_from_db()
    assert (second.status, second.courier) == (LegStatus.WAITING, None)
    assert selectors.where_is(second.order).act == "missed"


def test_what_a_keeper_took_in_concerns_no_courier_and_may_be_found_again(
    to_shelf, station, keeper_zhou, courier_zhao
):
    first = to_shelf()
    code = services.issue_handover_code(leg=first, purpose="hand_in", actor=courier_zhao.user)
    services.scan_at_station(text=code.signed, station=station, keeper=keeper_zhou)
    item = ShelfItem.objects.get()
    services.report_missing(item=item, actor=keeper_zhou)
    ticket = Ticket.objects.get(type="lost_in_relay")
    assert ticket.courier is None
    services.report_found(item=item, actor=keeper_zhou)
    ticket.refresh_from_db()
    assert not ticket.is_unresolved
    assert first.order.legs.get(sequence=2).status == LegStatus.OPEN
    services.report_found(item=item, actor=keeper_zhou)
    assert Custody.objects.filter(act="found").count() == 1  # idempotent


def test_a_stranger_may_not_say_that_it_is_missing(on_shelf, courier_qian):
    on_shelf()
    with pytest.raises(NotAllowed):
        services.report_missing(item=ShelfItem.objects.get(), actor=courier_qian.user)


def test_goods_that_are_missing_stop_whoever_is_asked_or_on_the_way(
    on_shelf, keeper_zhou, courier_qian, client_of
):
    second = on_shelf()
    item = ShelfItem.objects.get()
    offer = dispatch.make_offer(courier=courier_qian, legs=[second])
    services.report_missing(item=item, actor=keeper_zhou)
    offer.refresh_from_db()
    assert offer.status == "withdrawn"
    services.report_found(item=item, actor=keeper_zhou)
    dispatch.grab(leg=second, courier=courier_qian)
    services.report_missing(item=item, actor=keeper_zhou)
    notice = Notice.objects.get(user=courier_qian.user, kind="job_missing")
    assert "need not go" in notice.body
    answer = client_of(courier_qian).get(f"/c/job/{second.no}/live/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/c/route/"


def test_an_offer_of_before_takes_nothing_from_the_one_of_after(
    on_shelf, keeper_zhou, courier_qian, simulated_clock
):
    second = on_shelf()
    item = ShelfItem.objects.get()
    with outbox.deferred_delivery():
        before = dispatch.make_offer(courier=courier_qian, legs=[second])
        services.report_missing(item=item, actor=keeper_zhou)
        services.report_found(item=item, actor=keeper_zhou)
        other = factories.CourierFactory(campus=second.campus, gender="female")
        after = dispatch.make_offer(courier=other, legs=[second])
        with pytest.raises(TooLate):
            dispatch.accept_offer(offer=before, actor=courier_qian.user)
        dispatch.accept_offer(offer=after, actor=other.user)
    second.refresh_from_db()
    assert second.courier == other
