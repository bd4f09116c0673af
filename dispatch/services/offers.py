"""Offers: made, answered, run out, withdrawn. Exactly one of these happens to each, and everybody concerned is told."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor, User
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import DomainError, NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery.events import LegAssigned
from delivery.models import CARRIED, Leg, LegStatus
from delivery.services.legs import save_transition, save_transitions
from delivery.services.opening import catch_up
from dispatch.admission import carriers, loads, refusal, why_not
from dispatch.events import OfferNotAccepted
from dispatch.models import Offer, OfferPause
from dispatch.services.taking import is_awaited, tell_order
from orders.models import Order

ANSWER_WITHIN = timedelta(seconds=30)
IGNORED_IN_A_ROW = 3


@dataclass(frozen=True)
class Proposal:
    """Jobs for one courier, and why for this one (see dispatch.services.rounds.explain)."""

    courier: Courier
    legs: Sequence[Leg]
    explanation: dict = field(default_factory=dict)


@dataclass
class _Held:
    """What an offer concerns, all rows locked: orders first, then legs, then the offer, then the courier."""

    offer: Offer
    legs: list[Leg]
    courier: Courier


def _locked_legs(pks: Iterable[int]) -> list[Leg]:
    """With their orders, which are locked first."""
    pks = list(pks)
    order_pks = list(Leg.objects.filter(pk__in=pks).values_list("order_id", flat=True))
    orders = {order.pk: order for order in for_update(Order.objects.filter(pk__in=order_pks))}
    legs = list(for_update(Leg.objects.filter(pk__in=pks)).select_related("relay", "dropoff"))
    for leg in legs:
        leg.order = orders[leg.order_id]
    return legs


def _locked_couriers(pks: Iterable[int]) -> list[Courier]:
    return list(for_update(Courier.objects.filter(pk__in=list(pks))).select_related("user"))


@contextmanager
def _answering(offer: Offer) -> Iterator[_Held]:
    with transaction.atomic():
        legs = _locked_legs(offer.legs.values_list("pk", flat=True))
        offer = for_update(Offer.objects.filter(pk=offer.pk)).get()
        (courier,) = _locked_couriers([offer.courier_id])
        yield _Held(offer, legs, courier)


def make(*, courier: Courier, legs: Sequence[Leg], actor: Actor = None) -> Offer:
    """Offer open legs to one courier for thirty seconds; nobody else can take them meanwhile.

    Raises TooLate when one of them is not open any more, NotAllowed when the courier may not carry them or has another
    offer before them.
    """
    (made,) = make_all(proposals=[Proposal(courier, legs)], actor=actor)
    if isinstance(made, DomainError):
        raise made
    return made


def make_all(*, proposals: Sequence[Proposal], actor: Actor = None) -> list[Offer | DomainError]:
    """An offer of each proposal, or why not: the others are made all the same, and all of them in one transaction of
    constant queries. Each courier and each leg is in one proposal only."""
    with transaction.atomic():
        legs = {leg.pk: leg for leg in _locked_legs(leg.pk for one in proposals for leg in one.legs)}
        held = _locked_couriers(one.courier.pk for one in proposals)
        couriers = {courier.pk: courier for courier in held}
        doubts = _Doubts(held, list(legs.values()))
        now = clock.now()  # the half minute begins when it is written, not when it was planned
        answers: list[Offer | DomainError] = []
        for one in proposals:
            courier, wanted = couriers[one.courier.pk], [legs[leg.pk] for leg in one.legs]
            answers.append(
                doubts.about(courier, wanted)
                or Offer(
                    campus_id=courier.campus_id, courier=courier, made_by=actor, offered_at=now,
                    expires_at=now + ANSWER_WITHIN, explanation=one.explanation,
                    pay_fen=sum(leg.total_fen + leg.tip_fen for leg in wanted),
                )
            )  # fmt: skip
        pairs = [
            (offer, legs[leg.pk])
            for offer, one in zip(answers, proposals, strict=True)
            if isinstance(offer, Offer)
            for leg in one.legs
        ]
        _write([offer for offer in answers if isinstance(offer, Offer)], pairs, actor)
    return answers


class _Doubts:
    """What may stand in the way of offers, asked of the database once for all of them. Their rows are locked."""

    def __init__(self, couriers: Sequence[Courier], legs: Sequence[Leg]) -> None:
        pks = [courier.pk for courier in couriers]
        self.answering = set(
            Offer.objects.filter(courier__in=pks, status=Offer.Status.OPEN).values_list(
                "courier_id", flat=True
            )
        )
        self.carriers = {carrier.pk: carrier for carrier in carriers(couriers)}
        self.loads = {leg.pk: load for leg, load in zip(legs, loads(legs), strict=True)}

    def about(self, courier: Courier, legs: Sequence[Leg]) -> DomainError | None:
        if courier.pk in self.answering:
            return NotAllowed(_("This courier is just answering another offer."))
        carrier = self.carriers[courier.pk]
        for number, leg in enumerate(legs):
            if not can_proceed(leg.offer) or not is_awaited(leg):
                return TooLate(_("Too late, someone else has just taken it."))
            then = replace(carrier, carried=carrier.carried + number)
            if reason := why_not(then, self.loads[leg.pk]):
                return NotAllowed(reason.for_dispatcher)  # who offers reads it, not who would be asked
        return None


def _write(offers: list[Offer], pairs: list[tuple[Offer, Leg]], actor: Actor) -> None:
    Offer.objects.bulk_create(offers)
    through = Offer.legs.through
    through.objects.bulk_create(through(offer=offer, leg=leg) for offer, leg in pairs)
    for _offer, leg in pairs:
        leg.offer()
    role = "dispatcher" if actor else "system"
    save_transitions([leg for _offer, leg in pairs], "offer", source=LegStatus.OPEN, actor=actor, role=role)
    for offer in offers:
        _publish(offer, offer.courier)


def accept(*, offer: Offer, actor: Actor) -> Offer:
    """All of it or nothing. Idempotent; TooLate when it has run out or was withdrawn. What cannot be had any more is
    withdrawn, and not counted as an offer that nobody answered."""
    with _answering(offer) as held:
        offer, courier = held.offer, held.courier
        _own(courier, actor)
        if offer.status == Offer.Status.ACCEPTED:
            return offer
        if not can_proceed(offer.accept) or offer.expires_at <= clock.now():
            raise _over(offer)
        hindrance = _hindrance(held)
        if hindrance:
            offer.withdraw()
            _give_back(held, "withdraw_offer")
        else:
            for leg in held.legs:
                source = leg.status
                leg.assign(courier)
                tell_order(leg)
                save_transition(leg, "assign", source=source, actor=actor, event=LegAssigned)
            offer.accept()
        _saved(offer, courier)
    if hindrance:
        raise hindrance
    return offer


def _hindrance(held: _Held) -> DomainError | None:
    """Why the courier cannot have all of it on the terms of the offer."""
    carried = held.courier.legs.filter(status__in=CARRIED).count()
    for number, leg in enumerate(held.legs):
        door = leg.dropoff_id
        try:
            catch_up(leg)
        except TooLate as error:
            return error
        is_there = leg.status == LegStatus.OFFERED and _is_last(held.offer, leg) and is_awaited(leg)
        if leg.dropoff_id != door or not is_there:
            return _changed()
        if reason := refusal(held.courier, leg, carried=carried + number):
            return NotAllowed(reason)
    # A tip or a bonus may have come to it.
    if sum(leg.total_fen + leg.tip_fen for leg in held.legs) < held.offer.pay_fen:
        return _changed()
    return None


def _changed() -> TooLate:
    return TooLate(_("One of the jobs was changed or cancelled a moment ago: the offer is over."))


def _is_last(offer: Offer, leg: Leg) -> bool:
    """Goods that were missing and found again are offered anew, while an earlier offer of them may still be open."""
    return not leg.offers.filter(pk__gt=offer.pk).exists()


def refuse(*, offer: Offer, actor: Actor) -> Offer:
    """No, thank you: it costs nothing, and the jobs go to others. This courier does not get them offered again."""
    with _answering(offer) as held:
        _own(held.courier, actor)
        if held.offer.status == Offer.Status.REFUSED:
            return held.offer
        if not can_proceed(held.offer.refuse) or held.offer.expires_at <= clock.now():
            raise _over(held.offer)
        held.offer.refuse()
        _give_back(held, "refuse_offer", actor=actor)
        _saved(held.offer, held.courier)
        _not_accepted(held)
    return held.offer


def expire(now: datetime | None = None) -> int:
    """Offers that nobody answered: their jobs are open again; the third one in a row pauses offers."""
    now = now or clock.now()
    due = Offer.objects.filter(status=Offer.Status.OPEN, expires_at__lte=now).order_by("expires_at")
    count = 0
    for offer in due[:200]:
        with _answering(offer) as held:
            if not can_proceed(held.offer.expire):
                continue
            held.offer.expire()
            _give_back(held, "ignore_offer")
            _saved(held.offer, held.courier)
            _not_accepted(held)
            if _ignored(held.courier) >= IGNORED_IN_A_ROW:
                OfferPause.objects.get_or_create(courier=held.courier, defaults={"since": now})
            count += 1
    return count


def withdraw(*, offer: Offer, actor: Actor = None) -> Offer:
    """A job in it was cancelled or is given away by hand: what is left of it is open again."""
    with _answering(offer) as held:
        if can_proceed(held.offer.withdraw):
            held.offer.withdraw()
            _give_back(held, "withdraw_offer", actor=actor)
            _saved(held.offer, held.courier)
    return held.offer


def resume(*, courier: Courier) -> None:
    """The courier looks at the phone again."""
    OfferPause.objects.filter(courier=courier).delete()
    realtime.broadcast(f"user.{courier.user_id}", "offer", id=courier.pk)


def _ignored(courier: Courier) -> int:
    """How many of the last offers, since coming on duty or asking for offers again, got no answer in a row."""
    count = 0
    recent = courier.offers.exclude(status__in=[Offer.Status.OPEN, Offer.Status.WITHDRAWN])
    if courier.duty_since:
        recent = recent.filter(offered_at__gte=courier.duty_since)
    for status in recent.order_by("-pk").values_list("status", flat=True)[:IGNORED_IN_A_ROW]:
        if status != Offer.Status.EXPIRED:
            break
        count += 1
    return count


def _own(courier: Courier, actor: User) -> None:
    if courier.user_id != actor.pk:
        raise NotAllowed(_("This offer is somebody else's."))


def _over(offer: Offer) -> Exception:
    if offer.status == Offer.Status.WITHDRAWN:
        return TooLate(_("This offer was withdrawn: a job in it was cancelled or given to someone else."))
    if offer.status in (Offer.Status.ACCEPTED, Offer.Status.REFUSED):
        return WrongState(_("You have answered this offer already."))
    return TooLate(_("The half minute is over. The next offer is for you again."), code="offer_expired")


def _give_back(held: _Held, action: str, actor: Actor = None) -> None:
    for leg in held.legs:
        if leg.status == LegStatus.OFFERED and _is_last(held.offer, leg):
            leg.unoffer()
            if action == "refuse_offer":
                leg.refused_by.add(held.courier)
            save_transition(
                leg, action, source=LegStatus.OFFERED, actor=actor, role="courier" if actor else "system",
            )  # fmt: skip


def _not_accepted(held: _Held) -> None:
    outbox.emit(OfferNotAccepted(offer=held.offer.pk, legs=tuple(leg.pk for leg in held.legs)))


def _saved(offer: Offer, courier: Courier) -> None:
    offer.save()
    _publish(offer, courier)


def _publish(offer: Offer, courier: Courier) -> None:
    groups = [f"user.{courier.user_id}", f"console.{offer.campus_id}"]
    realtime.broadcast(groups, "offer", id=offer.no, status=str(offer.status))
