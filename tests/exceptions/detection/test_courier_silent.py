"""Nothing is heard of a courier: asked by a push, offered to be called, then a ticket. A locked phone alone is nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from couriers import services as couriers
from delivery import services as delivery
from exceptions.detection import watching
from exceptions.detection.scanner import scan
from exceptions.models import DetectorThreshold, Ticket, Watch
from orders.models import Order

pytestmark = pytest.mark.django_db
Step = Watch.Step
SILENT = {"type": "courier_offline"}


@pytest.fixture
def riding(order, walk, simulated_clock):
    """Zhao has Lin's parcel; the next stop of the plan is due in five minutes, and no other alarm goes off."""
    walk(order, "picked_up")
    leg = order.legs.get()
    leg.next_stop_at = clock.now() + timedelta(minutes=5)
    leg.save(update_fields=["next_stop_at"])
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    return leg


@pytest.fixture
def watch(riding) -> Watch:
    return Watch.objects.get(detector="courier_silent", order=riding.order)


@pytest.fixture
def live(simulated_clock, watch):
    """live(minutes): so much time passes, with the scanner at work. Returns the step at its end."""

    def pass_time(minutes: float) -> int:
        for _ in range(round(minutes * 2)):
            simulated_clock.advance(seconds=30)
            scan()
        watch.refresh_from_db()
        return watch.step

    return pass_time


def locate(courier) -> None:
    couriers.report_position(courier=courier, lat=31.0265, lon=121.4342)


@pytest.mark.raises_type("courier_offline")
def test_asked_then_called_then_a_ticket(live, watch, riding, courier_zhao):
    asked = courier_zhao.user.notices.filter(kind="courier_silent")
    assert live(7.5) == Step.QUIET  # past the stop, and not silent for long enough
    assert live(1) == Step.FIRST
    assert asked.count() == 1
    assert reverse("delivery:job", args=[riding.no]) == asked.get().link
    assert live(1.5) == Step.SECOND
    assert list(watching.to_call([riding.campus_id])) == [watch]
    assert not Ticket.objects.exists()
    assert live(3.5) == Step.TICKET
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.source, ticket.courier, ticket.leg) == (
        "courier_offline", "scanner", courier_zhao, riding,
    )  # fmt: skip
    assert live(20) == Step.TICKET
    assert (Ticket.objects.count(), asked.count()) == (1, 1)


def test_before_the_next_stop_silence_is_nothing(live, watch, riding, courier_zhao):
    """A locked phone: nothing for twenty minutes, and the stop is due in thirty."""
    riding.next_stop_at = clock.now() + timedelta(minutes=30)
    riding.save(update_fields=["next_stop_at"])
    assert live(20) == Step.QUIET
    assert not courier_zhao.user.notices.filter(kind="courier_silent").exists()
    assert live(9) == Step.FIRST  # two minutes before it is due
    assert live(2.5) == Step.SECOND


def test_a_position_is_enough(live, watch, courier_zhao):
    assert live(10) >= Step.FIRST
    locate(courier_zhao)
    assert live(0.5) == Step.QUIET
    assert watching.to_call([watch.campus_id]).count() == 0


def test_a_phone_that_speaks_is_never_asked(live, watch, courier_zhao):
    for _ in range(8):
        assert live(3) == Step.QUIET
        locate(courier_zhao)
    assert not Ticket.objects.exists()


def test_a_tap_on_the_push_is_enough(live, watch, riding, client_of, courier_zhao):
    assert live(8.5) == Step.FIRST
    browser = client_of(courier_zhao)
    page = browser.get(reverse("delivery:job", args=[riding.no])).content.decode()
    address = reverse("exceptions:all_well", args=[riding.no])
    assert address in page
    assert browser.post(address).status_code == 302
    assert live(0.5) == Step.QUIET
    assert address not in browser.get(reverse("delivery:job", args=[riding.no])).content.decode()
    assert live(7) == Step.QUIET
    assert live(1) == Step.FIRST  # silent again


def test_only_its_courier_says_so(live, watch, riding, client_of, courier_qian):
    assert live(8.5) == Step.FIRST
    address = reverse("exceptions:all_well", args=[riding.no])
    assert client_of(courier_qian).post(address).status_code == 404
    watch.refresh_from_db()
    assert watch.answered_at is None


def test_a_message_in_the_chat_is_enough(live, watch, riding, courier_zhao):
    from chat import services as chat

    assert live(8.5) == Step.FIRST
    chat.send_message(
        actor=courier_zhao.user, key=f"order-{riding.order.no}", client="line-00000001", text="Two minutes"
    )
    assert live(0.5) == Step.QUIET


def test_a_step_of_another_job_is_enough(live, watch, place, walk, courier_zhao):
    assert live(8.5) == Step.FIRST
    walk(place(), "delivered")
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    assert live(0.5) == Step.QUIET


def test_who_is_heard_of_again_needs_no_ticket(live, watch, courier_zhao):
    assert live(14) == Step.TICKET
    locate(courier_zhao)
    live(1)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.resolution) == ("resolved", "auto:courier_silent_over")


def test_nothing_is_watched_when_it_is_delivered(live, watch, walk, riding):
    walk(riding.order, "delivered")
    scan()
    assert live_rows(riding) == 0


def live_rows(leg) -> int:
    clock_now = clock.now()
    Watch.objects.filter(detector="courier_silent", order=leg.order).update(due_at=clock_now)
    scan()
    return Watch.objects.filter(detector="courier_silent", order=leg.order).count()


def test_a_campus_waits_as_long_as_it_wants(live, watch):
    DetectorThreshold.objects.create(
        campus=watch.campus, detector="courier_silent", name="silent_minutes", value=20
    )
    assert live(15) == Step.QUIET
    assert live(5.5) == Step.FIRST


def test_a_scanner_that_stood_still_asks_first(simulated_clock, watch, courier_zhao):
    simulated_clock.advance(minutes=60)
    scan()
    watch.refresh_from_db()
    assert watch.step == Step.FIRST
    assert not Ticket.objects.exists()


def test_a_handover_begins_anew(live, watch, riding, courier_qian):
    from delivery.services.handovers import change_hands
    from delivery.services.legs import lock_leg

    assert live(10) >= Step.FIRST
    with lock_leg(riding.pk) as leg:
        change_hands(leg, courier_qian, actor=courier_qian.user)
    watch.refresh_from_db()
    assert watch.step == Step.QUIET


# -- The console ---------------------------------------------------------------------------------------------


def test_the_operator_calls_with_one_tap(live, watch, desk, riding, courier_zhao):
    assert live(10.5) == Step.SECOND
    page = desk.get(reverse("exceptions:console")).content.decode()
    address = reverse("exceptions:console_silent_call", args=[watch.pk])
    assert address in page
    assert courier_zhao.user.display_name in page
    answer = desk.post(address)
    assert answer.status_code == 204
    assert "oc:call" in answer["HX-Trigger"]
    from telephony.models import CallAttempt

    call = CallAttempt.objects.get()
    assert (call.callee, call.order_no, call.leg_no) == (courier_zhao.user, riding.order.no, riding.no)
    call.result = CallAttempt.Result.ANSWERED
    call.at = clock.now() + timedelta(seconds=1)
    call.save()
    assert live(0.5) == Step.QUIET
    assert desk.post(address).status_code == 404  # heard of again: no reason to ring them up


def test_nobody_is_rung_up_before(live, watch, desk):
    assert live(8.5) == Step.FIRST
    assert desk.post(reverse("exceptions:console_silent_call", args=[watch.pk])).status_code == 404


def test_finance_looks_and_does_not_call(live, watch, client_of, finance_li):
    assert live(10.5) == Step.SECOND
    assert (
        client_of(finance_li).post(reverse("exceptions:console_silent_call", args=[watch.pk])).status_code
        == 403
    )


def test_delivery_predicts_the_next_stop(order, walk, courier_zhao):
    walk(order, "picked_up")
    locate(courier_zhao)
    delivery.renew_etas([courier_zhao.pk])
    leg = order.legs.get()
    assert abs(leg.next_stop_at - leg.eta_at) <= timedelta(
        minutes=1
    )  # one stop is left; smaller shifts are not written
