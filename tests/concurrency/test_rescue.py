"""The second courier collects while an operator calls it off: one of the two, and the goods are with one courier."""

from threading import Barrier, Event

import pytest

from core.errors import WrongState
from delivery import services as delivery
from delivery.models import Custody, Leg, LegStatus, Rescue
from delivery.services import legs, rescues
from dispatch import services as dispatch
from orders.models import History
from payments.models import Account
from payments.services import balance
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def first(job, courier_zhao) -> Leg:
    """Zhao has Lin's parcel in hand."""
    leg = dispatch.grab(leg=job(), courier=courier_zhao)
    delivery.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    return delivery.pick_up(leg=leg, actor=courier_zhao.user)


@pytest.fixture
def send(first, courier_qian, operator_wang, places):
    """send(): Qian is sent to fetch it. Returns her leg."""

    def rescue() -> Leg:
        return dispatch.rescue(
            giver=first, courier=courier_qian, way="meet", where=places.gate.position, reason="x", actor=operator_wang
        ).leg  # fmt: skip

    return rescue


def both(second: Leg, giver, taker, operator) -> tuple:
    """Qian scans Zhao's code, and an operator lets Zhao go on."""
    return (
        lambda: delivery.collect(leg=second, actor=taker.user, giver=giver.user, how="scan"),
        lambda: delivery.call_off_rescue(leg=second, actor=operator),
    )


def end(first: Leg, second: Leg) -> tuple[str, str, str]:
    first.refresh_from_db(), second.refresh_from_db()
    return first.status, second.status, Rescue.objects.get().outcome


COLLECTED = (LegStatus.HANDED_ON, LegStatus.PICKED_UP, "collected")
CALLED_OFF = (LegStatus.PICKED_UP, LegStatus.CANCELLED, "called_off")


def test_collected_or_called_off_never_both(first, send, courier_zhao, courier_qian, operator_wang):
    second = send()
    done = together(*both(second, courier_zhao, courier_qian, operator_wang))
    found = end(first, second)
    assert found in (COLLECTED, CALLED_OFF)
    assert refusals(done) == {WrongState}
    assert len(won(done)) == 1
    links = Custody.objects.filter(act="transferred").count()
    paid = balance(Account.Kind.COURIER_EARNINGS, user=courier_zhao.user)
    assert (links, paid > 0) == ((1, True) if found == COLLECTED else (0, False))


def test_two_operators_send_one_courier(first, send):
    done = together(send, send)
    assert (len(won(done)), refusals(done)) == (1, {WrongState})
    assert Rescue.objects.count() == Leg.objects.filter(rescues=first).count() == 1


def test_the_first_delivers_or_is_rescued(first, send, courier_zhao):
    delivery.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    done = together(
        lambda: delivery.deliver(leg=first, actor=courier_zhao.user, code=first.order.receiving_code), send
    )
    assert (len(won(done)), refusals(done)) == (1, {WrongState})
    first.refresh_from_db()
    assert first.status in (LegStatus.DONE, LegStatus.HANDING_ON)


def test_without_the_locks_both_would_be_so(
    first, send, courier_zhao, courier_qian, operator_wang, monkeypatch
):
    """The negative control: called off and collected, one after the other has looked."""
    second = send()
    both_have_looked, one_is_done = Barrier(2), Event()
    look = rescues._locked_giver

    def slowly(rescue: Rescue, leg: Leg) -> Leg:
        found = look(rescue, leg)
        if both_have_looked.wait(10):
            one_is_done.wait(10)
        return found

    def then_tell(call):
        def run():
            try:
                return call()
            finally:
                one_is_done.set()

        return run

    monkeypatch.setattr(rescues, "_locked_giver", slowly)
    for module in (legs, rescues):
        monkeypatch.setattr(module, "for_update", lambda queryset: queryset)
    collect, call_off = (then_tell(call) for call in both(second, courier_zhao, courier_qian, operator_wang))
    assert len(won(together(collect, call_off))) == 2
    assert set(History.objects.values_list("action", flat=True)) >= {"collect", "call_off"}
