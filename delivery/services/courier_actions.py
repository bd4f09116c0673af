"""The courier's way with a leg, stage by stage. Each takes the leg and the courier's user as `actor`."""

from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor, User
from core import attempts, clock, outbox
from core.attempts import Attempt
from core.errors import Invalid, NotAllowed, WrongState
from delivery.events import (
    DeliveredFarAway,
    LegAtDropoff,
    LegAtPickup,
    LegDone,
    LegEvent,
    LegPickedUp,
    LegReleased,
)
from delivery.models import CARRIED, Custody, Leg, LegStatus, PhotoWaiver
from delivery.plan import FETCHING, nothing_to_fetch
from delivery.services.custody import How, hand_over
from delivery.services.legs import booked_fen, lock_leg, save_transition
from delivery.services.opening import follow_door, reopen
from delivery.services.proximity import Excuse, check_near
from delivery.stages import GiveBackReason
from orders import lifecycle
from orders import services as orders
from orders.kinds import KINDS
from orders.models import OverBudget, Photo, Status

FREE_TO_GIVE_BACK = timedelta(minutes=1)
WRONG_CODES, WRONG_CODES_LAST = 5, timedelta(hours=1)


def mine(leg: Leg, actor: User) -> None:
    if leg.courier is None or leg.courier.user_id != actor.pk:
        raise NotAllowed(_("This job is not yours."))


def arrive_at_pickup(*, leg: Leg, actor: Actor, where=None, excuse: Excuse | None = None) -> Leg:
    """The courier is where the goods are: from here on they see the pickup codes. Raises FarAway without an `excuse`."""
    return _arrive(leg, "arrive_at_pickup", LegStatus.AT_PICKUP, LegAtPickup, actor, where, excuse)


def arrive_at_dropoff(*, leg: Leg, actor: Actor, where=None, excuse: Excuse | None = None) -> Leg:
    """The courier is at the door, at the relay station, or back where it came from. Raises FarAway without an `excuse`."""
    return _arrive(leg, "arrive_at_dropoff", LegStatus.AT_DROPOFF, LegAtDropoff, actor, where, excuse)


def _arrive(
    leg: Leg, name: str, there: str, event: type[LegEvent] | None, actor: Actor, where, excuse: Excuse | None
) -> Leg:
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status == there:
            return leg
        source = leg.status
        if name == "arrive_at_dropoff" and nothing_to_fetch(leg) and source in FETCHING:
            _pick_up_nothing(leg, actor, where)
        getattr(leg, name)()
        place = leg.pickup if name == "arrive_at_pickup" else leg.dropoff
        distance = check_near(leg, place, where, actor, excuse)
        if leg.to_shelf and name == "arrive_at_dropoff":
            # Nobody's door: the customer hears when it lies on the shelf.
            name, event = "arrive_at_relay", None
        elif leg.goes_back and name == "arrive_at_dropoff":
            name, event = "arrive_back", None
        elif leg.from_shelf and name == "arrive_at_pickup":
            name = "arrive_at_shelf"
        elif leg.rescues_id and name == "arrive_at_pickup":
            name, event = "arrive_at_rescue", None
        save_transition(leg, name, source=source, actor=actor, where=where, event=event, data=distance)
        lifecycle.bump_version(leg.order)
    return leg


def _pick_up_nothing(leg: Leg, actor: Actor, where) -> None:
    """What is done at the customer's door has no goods: neither leg nor order waits for them."""
    if leg.status == LegStatus.ASSIGNED:
        leg.arrive_at_pickup()
    leg.pick_up()
    follow_door(leg)
    orders.pick_up(order=leg.order, actor=actor, where=where, fetched=False)


def take_back_arrival(*, leg: Leg, actor: Actor) -> Leg:
    """ "Arrived" was pressed by mistake: the courier is on the way again. Taken back twice, it is so once.

    Raises WrongState when it is too late for that.
    """
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status in (LegStatus.ASSIGNED, LegStatus.PICKED_UP):
            return leg
        source = leg.status
        step = leg.leave_pickup if leg.status == LegStatus.AT_PICKUP else leg.leave_dropoff
        if not can_proceed(step):
            raise WrongState(_("It is too late to take that back."))
        step()
        save_transition(leg, "take_back_arrival", source=source, actor=actor)
        lifecycle.bump_version(leg.order)
    return leg


def buy_goods(*, leg: Leg, actor: Actor, cost_fen: int, photo) -> OverBudget | None:
    """Enter what the goods cost, with the receipt. Over the budget the customer is asked: returns the question."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status not in (LegStatus.ASSIGNED, LegStatus.AT_PICKUP) or not KINDS[leg.order.kind].is_bought:
            raise WrongState
        if cost_fen <= leg.order.budget_fen:
            orders.record_goods_cost(order=leg.order, actor=actor, cost_fen=cost_fen, photo=photo)
            return None
        return orders.ask_over_budget(order=leg.order, actor=actor, cost_fen=cost_fen, photo=photo)


def pick_up(*, leg: Leg, actor: Actor, where=None, how: str = How.BUTTON, giver=None) -> Leg:
    """The goods are in the courier's hands. `giver`: who handed them out, if a code says so."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status == LegStatus.PICKED_UP:
            return leg
        if leg.from_shelf:
            raise Invalid(_("Scan the code at the shelf: then it is yours."))
        if leg.rescues_id:
            raise Invalid(
                _("Scan the other courier's code, or photograph it where it lies: then it is yours.")
            )
        order = leg.order
        if KINDS[order.kind].is_bought and order.budget_fen and order.goods_cost_fen is None:
            raise Invalid(_("Enter what the goods cost and photograph the receipt first."))
        source = leg.status
        leg.pick_up()
        follow_door(leg)  # it may have been changed a moment ago, in the same area; from now on it cannot
        orders.pick_up(order=order, actor=actor, where=where, to_station=leg.to_shelf)
        hand_over(
            leg, Custody.Act.PICKED_UP, giver=giver, taker=actor, place=leg.pickup, how=how, where=where
        )
        save_transition(leg, "pick_up", source=source, actor=actor, where=where, event=LegPickedUp)
    return leg


def deliver(
    *, leg: Leg, actor: Actor, code: str = "", photo=None, where=None, excuse: Excuse | None = None
) -> Leg:
    """Hand over: with the customer's four digits, a photo of the goods left at the door, or neither where a supervisor
    has allowed it. Digits prove it anywhere; who leaves it far from the door says why (else FarAway), and a ticket asks
    the customer before the pay is free."""
    with counted_code(leg, actor, code) as attempt:
        return deliver_attempt(
            leg=leg, actor=actor, attempt=attempt, code=code, photo=photo, where=where, excuse=excuse
        )


def counted_code(leg: Leg, actor: User, code: str) -> AbstractContextManager[Attempt | None]:
    """Counts a wrong receiving code. Goes around the transaction that hands over; who has not got the order, or gives
    no code, has no attempt."""
    if not code or not Leg.objects.filter(pk=leg.pk, courier__user=actor.pk).exists():
        return nullcontext()
    return attempts.counted(f"receiving-code:{leg.order_id}", most=WRONG_CODES, lasts=WRONG_CODES_LAST)


def deliver_attempt(
    *,
    leg: Leg,
    actor: Actor,
    attempt: Attempt | None,
    code: str = "",
    photo=None,
    where=None,
    excuse: Excuse | None = None,
) -> Leg:
    """`deliver` for callers that open a transaction of their own, inside `counted_code`."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status == LegStatus.DONE:
            return leg
        if leg.to_shelf:
            raise Invalid(_("This one goes onto the relay's shelf. Scan it in there."))
        source = leg.status
        leg.finish()
        how = _proof(
            leg, code, photo, attempt
        )  # only now: who does not stand at the door with it has no guess either
        distance = {} if how == How.DIGITS else check_near(leg, leg.dropoff, where, actor, excuse)
        far = bool(distance.get("far"))
        kept = None
        if photo is not None:
            kept = Photo.objects.create(order=leg.order, by=actor, purpose=Photo.Purpose.DOOR, image=photo)
        orders.deliver(
            order=leg.order, courier_user=leg.courier.user, bonus_fen=leg.bonus_fen, actor=actor, where=where,
            relayed_fen=booked_fen(leg.order),
            how="far" if far else {How.DIGITS: "code"}.get(how, how.value),
        )  # fmt: skip
        hand_over(
            leg, Custody.Act.DELIVERED, giver=actor, taker=leg.order.customer, place=leg.dropoff, where=where,
            how=how, photo=kept,
        )  # fmt: skip
        save_transition(leg, "finish", source=source, actor=actor, where=where, event=LegDone, data=distance)
        if far:
            outbox.emit(
                DeliveredFarAway(
                    leg=leg.pk, order=leg.order_id, courier=leg.courier_id, reason=excuse.reason,
                    metres=distance["metres"],
                )
            )  # fmt: skip
    return leg


def _proof(leg: Leg, code: str, photo, attempt: Attempt | None) -> How:
    """By what it is handed over. Four digits can be guessed: after five wrong ones only a photo is taken."""
    if not code:
        if photo is not None and leg.order.needs_signature:
            raise Invalid(_("The customer wants it handed over in person: enter their four digits."))
        if photo is not None:
            return How.PHOTO
        if PhotoWaiver.objects.filter(
            leg=leg, courier=leg.courier_id, status=PhotoWaiver.Status.GIVEN
        ).exists():
            return How.WAIVED
        raise Invalid(_("Enter the customer's four digits, or take a photo of the goods at the door."))
    if attempt is None or not attempt.allowed:
        raise Invalid(_("Too many wrong codes. Please take a photo at the door instead."))
    if code != leg.order.receiving_code:
        raise attempt.wrong(_("This code is not right. Ask the customer to show it again."))
    return How.DIGITS


def give_back(*, leg: Leg, actor: Actor, reason: str = "") -> Leg:
    """The courier cannot do it after all. Free within a minute; later it opens a ticket that asks why. What is prohibited
    costs nothing at any time: an operator looks at the order before anybody else sees it."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        if leg.status not in CARRIED:
            return leg
        code, _colon, words = reason.partition(": ")
        prohibited = code == GiveBackReason.PROHIBITED
        free = prohibited or clock.now() - leg.assigned_at <= FREE_TO_GIVE_BACK
        excluded = [*leg.excluded.all(), leg.courier]
        source = leg.status
        leg.release()
        if not leg.from_shelf:
            orders.unassign(order=leg.order, actor=actor, role="courier", reason=reason)
        save_transition(
            leg, "release", source=source, actor=actor, reason=reason, event=LegReleased,
            data={"free": free},
        )  # fmt: skip
        if prohibited and leg.order.status == Status.PLACED:
            leg.excluded.set(excluded)  # whoever carries it if it may be carried
            orders.hold_for_review(leg.order, reporter=actor, text=words)
        else:
            reopen(leg, excluded=excluded)
    return leg
