"""Codes scanned by fifty, offers answered at the last moment, jobs handed on while they are cancelled: one outcome each.

PostgreSQL only: SQLite writes one transaction after the other whatever the code does. Without the locks the first of
these tests would notice.
"""

from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Event

import pytest
from django.db import OperationalError

from campus.models import Place
from core import clock
from core.db import try_advisory_lock
from core.errors import DomainError
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import Custody, Leg, LegStatus, ScanCode
from delivery.services import codes, courier_actions, handovers, hub_checkin, legs, opening
from dispatch import services as dispatch
from dispatch.models import Offer
from dispatch.services import board, offers, scanning, taking
from orders import lifecycle
from orders import services as orders
from orders.models import Status
from payments.selectors import check_ledger
from tests import factories
from tests.concurrency.crowd import together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 50


@pytest.fixture
def on_shelf(campus, places, job, courier_zhao):
    """The code of goods on a shelf in front of the women's dorms, as the keeper shows it."""
    place = factories.PlaceFactory(campus=campus, code="relay", kind=Place.Kind.RELAY_STATION)
    station = factories.RelayStationFactory(place=place)
    station.zones.add(places.dorm_women.zone)
    keeper = factories.UserFactory(campus=campus)
    station.keepers.add(keeper)
    leg = dispatch.grab(leg=job(dropoff=places.dorm_women), courier=courier_zhao)
    delivery.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    delivery.pick_up(leg=leg, actor=courier_zhao.user)
    dispatch.process_scan(text=delivery.place_qr_code(place).signed, courier=courier_zhao)
    return delivery.issue_handover_code(leg=leg.order.legs.get(sequence=2), purpose="pickup", actor=keeper)


@pytest.fixture
def women(crowd):
    return crowd(CROWD, gender="female")


def scans(code: ScanCode, couriers):
    return [lambda one=one: dispatch.process_scan(text=code.signed, courier=one) for one in couriers]


def test_one_of_fifty_scans_counts_and_all_others_are_told(on_shelf, women):
    results = together(*scans(on_shelf, women))
    assert len(won(results)) == 1
    assert {error.code for error in results if isinstance(error, DomainError)} == {"code_used"}
    leg = Leg.objects.get(pk=on_shelf.leg_id)
    assert leg.status == LegStatus.PICKED_UP
    assert Custody.objects.filter(order=leg.order, act="fetched").count() == 1
    assert ScanCode.objects.get(pk=on_shelf.pk).used_by_id == leg.courier.user_id


def test_one_who_scans_fifty_times_takes_it_once(on_shelf, women):
    results = together(*scans(on_shelf, [women[0]] * CROWD))
    assert len(won(results)) == CROWD  # each is told that it is done
    assert Custody.objects.filter(order=on_shelf.leg.order_id, act="fetched").count() == 1


def test_without_the_locks_two_would_have_it(on_shelf, women, monkeypatch):
    """The negative control: it proves that the tests above can fail."""
    both_have_looked = Barrier(2)
    use = codes.use

    def slowly(code, *, actor):
        try:
            both_have_looked.wait(10)
        except BrokenBarrierError:
            pytest.fail("the couriers still wait for each other: a lock is on")
        return use(code, actor=actor)

    for module in (legs, taking, scanning, handovers, hub_checkin, courier_actions):
        if hasattr(module, "for_update"):
            monkeypatch.setattr(module, "for_update", lambda queryset: queryset)
    monkeypatch.setattr(scanning.codes, "use", slowly)
    results = together(*scans(on_shelf, women[:2]))
    told = [error.code for error in results if isinstance(error, DomainError)]
    assert "code_used" not in told  # both were let through by the code


def test_an_offer_is_accepted_or_runs_out_but_never_both(job, courier_zhao, courier_qian):
    for _ in range(5):
        offer = dispatch.make_offer(courier=courier_zhao, legs=[job()])
        later = offer.expires_at + timedelta(seconds=1)
        together(
            lambda offer=offer: dispatch.accept_offer(offer=offer, actor=courier_zhao.user),
            lambda later=later: dispatch.expire_offers(later),
            lambda offer=offer: dispatch.refuse_offer(offer=offer, actor=courier_zhao.user),
        )
        offer.refresh_from_db()
        leg = offer.legs.get()
        told = leg.order.history.filter(action="accept").count()
        if offer.status == Offer.Status.ACCEPTED:
            assert (leg.status, leg.courier, told) == (LegStatus.ASSIGNED, courier_zhao, 1)
            delivery.give_back(leg=leg, actor=courier_zhao.user)
        else:
            assert offer.status in (Offer.Status.EXPIRED, Offer.Status.REFUSED)
            assert (leg.status, leg.courier, told) == (LegStatus.OPEN, None, 0)
        dispatch.resume_offers(courier=courier_zhao)


def test_an_offer_accepted_after_its_time_is_nobodys(job, courier_zhao, monkeypatch):
    offer = dispatch.make_offer(courier=courier_zhao, legs=[job()])
    Offer.objects.filter(pk=offer.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    results = together(
        *[lambda: dispatch.accept_offer(offer=offer, actor=courier_zhao.user)] * 10, dispatch.expire_offers
    )
    assert sum(not isinstance(result, DomainError) for result in results[:10]) == 0
    offer.refresh_from_db()
    assert (offer.status, offer.legs.get().status) == (Offer.Status.EXPIRED, LegStatus.OPEN)


def test_without_the_locks_an_offer_would_be_both(job, courier_zhao, monkeypatch):
    """The negative control: it proves that the tests above can fail."""
    offer = dispatch.make_offer(courier=courier_zhao, legs=[job()])
    both_have_looked = Barrier(2)

    def slowly(step):
        def go(*args, **kwargs):
            try:
                both_have_looked.wait(10)
            except BrokenBarrierError:
                pytest.fail("the answer and the clock still wait for each other: a lock is on")
            return step(*args, **kwargs)

        return go

    monkeypatch.setattr(offers, "for_update", lambda queryset: queryset)
    for step in ("catch_up", "_give_back"):  # what each does first when it has looked
        monkeypatch.setattr(offers, step, slowly(getattr(offers, step)))
    accepted, expired = together(
        lambda: dispatch.accept_offer(offer=offer, actor=courier_zhao.user),
        lambda: dispatch.expire_offers(offer.expires_at + timedelta(seconds=1)),
    )
    assert (accepted.status, expired) == (Offer.Status.ACCEPTED, 1)


def test_accepted_while_it_is_cancelled_is_one_of_them(job, courier_zhao, student_lin):
    for _ in range(5):
        leg = job()
        offer = dispatch.make_offer(courier=courier_zhao, legs=[leg])
        accepted, cancelled = together(
            lambda offer=offer: dispatch.accept_offer(offer=offer, actor=courier_zhao.user),
            lambda leg=leg: orders.cancel_order(order=leg.order, actor=student_lin),
        )
        leg.refresh_from_db(), leg.order.refresh_from_db(), offer.refresh_from_db()
        assert not isinstance(cancelled, DomainError)  # it was not picked up: cancelling is always possible
        assert (leg.order.status, leg.status) == (Status.CANCELLED, LegStatus.CANCELLED)
        was_first = not isinstance(accepted, DomainError)
        assert (offer.status == Offer.Status.ACCEPTED) == was_first
        assert (leg.courier == courier_zhao) == was_first
    assert check_ledger() == []


def test_handed_on_while_it_is_cancelled_is_one_outcome(job, courier_zhao, courier_qian, student_lin):
    for _ in range(5):
        leg = dispatch.grab(leg=job(), courier=courier_zhao)
        first = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
        answer = dispatch.process_scan(text=first.signed, courier=courier_qian).answer
        handed, cancelled = together(
            lambda answer=answer: dispatch.process_scan(text=answer.signed, courier=courier_zhao),
            lambda leg=leg: orders.cancel_order(order=leg.order, actor=student_lin),
        )
        leg.refresh_from_db(), leg.order.refresh_from_db()
        assert not isinstance(cancelled, DomainError)
        assert (leg.order.status, leg.status) == (Status.CANCELLED, LegStatus.CANCELLED)
        assert leg.courier == (courier_zhao if isinstance(handed, DomainError) else courier_qian)
    assert check_ledger() == []


def test_without_the_locks_what_was_cancelled_would_be_carried_on(
    job, courier_zhao, courier_qian, student_lin, monkeypatch
):
    """The negative control: it proves that the test above can fail."""
    leg = dispatch.grab(leg=job(), courier=courier_zhao)
    first = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
    answer = dispatch.process_scan(text=first.signed, courier=courier_qian).answer
    cancelled, change_hands = Event(), scanning.change_hands

    def slowly(*args, **kwargs):
        if not cancelled.wait(10):
            pytest.fail("cancelling still waits for the hand-over: a lock is on")
        return change_hands(*args, **kwargs)

    def cancel():
        orders.cancel_order(order=leg.order, actor=student_lin)
        cancelled.set()

    for module in (legs, opening, scanning, lifecycle):
        monkeypatch.setattr(module, "for_update", lambda queryset: queryset)
    monkeypatch.setattr(scanning, "change_hands", slowly)
    results = together(lambda: dispatch.process_scan(text=answer.signed, courier=courier_zhao), cancel)
    assert len(won(results)) == 2  # both were told that it is done
    leg.refresh_from_db()
    assert (leg.status, leg.courier) == (LegStatus.ASSIGNED, courier_qian)


def test_two_workers_never_plan_one_campus_at_once(campus):
    inside, leave = Barrier(2), Barrier(2)

    def first():
        with try_advisory_lock(f"dispatch-round-{campus.pk}") as free:
            inside.wait(20)
            leave.wait(20)
            return free

    def second():
        inside.wait(20)
        done = dispatch.plan_round(campus=campus, steps=1)
        leave.wait(20)
        return done

    assert together(first, second) == [True, None]
    assert dispatch.plan_round(campus=campus, steps=1) is not None


def exchange_both_ways(job, zhao, qian, dispatcher) -> None:
    """Two dispatchers exchange jobs of the same two couriers at once, one in each direction, ten times."""
    pairs = []
    for one, other in ((zhao, qian), (qian, zhao)):
        pairs.append((dispatch.grab(leg=job(), courier=one), dispatch.grab(leg=job(), courier=other)))
    for _ in range(10):
        calls = [
            lambda one=one, other=other: dispatch.swap_assignments(
                leg=one, other=other, actor=dispatcher, force=True
            )
            for one, other in pairs
        ]
        # what was one's is the other's now: in the same order of couriers again
        pairs = [(mine, theirs) for theirs, mine in together(*calls)]


def test_exchanges_in_both_directions_never_wait_for_each_other_for_ever(
    job, courier_zhao, courier_qian, operator_wang
):
    exchange_both_ways(job, courier_zhao, courier_qian, operator_wang)
    for courier in (courier_zhao, courier_qian):
        assert courier.legs.filter(status=LegStatus.ASSIGNED).count() == 2


def test_without_locking_both_couriers_first_they_would(
    job, courier_zhao, courier_qian, operator_wang, monkeypatch
):
    real = board.for_update
    monkeypatch.setattr(board, "for_update", lambda rows: [] if _is_pair_of_couriers(rows) else real(rows))
    with pytest.raises(OperationalError, match="deadlock"):
        exchange_both_ways(job, courier_zhao, courier_qian, operator_wang)


def _is_pair_of_couriers(rows) -> bool:
    return rows.model is Courier and rows.count() == 2
