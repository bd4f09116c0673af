"""Goods in hand go to another courier whom an operator sends: the two meet, or the second fetches them from where they lie.

The first one's leg waits (`HANDING_ON`), and the second gets a leg of their own that begins where the goods are. One leg
that changes hands would forget whose trail, pay and time are whose, and two that are under way at once would be counted
twice: so an order has one leg under way, which is the second's as soon as it was decided, and nothing has changed hands
until it is collected. Whether somebody may carry it is judged above (`dispatch.services.rescue`).
"""

from django.utils.translation import gettext as _

from accounts.models import Actor, User
from campus.geo import LatLon
from campus.selectors import nearest_place
from core import clock
from core.db import for_update
from core.errors import WrongState
from core.money import percent_of
from couriers.models import Courier
from delivery.events import RescueBegun, RescueCollected, RescueEnded
from delivery.models import Custody, Leg, LegStatus, Rescue
from delivery.notices.rescues import tell_customer
from delivery.services.codes import ON_THE_WAY
from delivery.services.courier_actions import mine
from delivery.services.custody import How, hand_over
from delivery.services.legs import lock_leg, save_transition
from delivery.services.opening import due_of
from delivery.services.rescue_pay import quote_rescue
from orders import lifecycle
from orders import services as orders
from orders.models import Photo
from payments.services import pay_out_delivery
from telephony.services import end_bindings

Act, Outcome = Custody.Act, Rescue.Outcome
# What the history calls each end of one that failed.
_ENDS = {Outcome.CALLED_OFF: "call_off", Outcome.NOT_THERE: "not_there", Outcome.DECLINED: "decline"}


def rescue_problem(giver: Leg | None) -> str:
    """Why nobody can fetch the goods from this leg's courier now; empty when somebody can."""
    if giver is None:
        return _("No courier has the goods in hand.")
    if giver.status == LegStatus.HANDING_ON:
        return _("Another courier is on the way to fetch the goods.")
    if giver.status not in ON_THE_WAY or not giver.order.is_live:
        return _("The goods are not on the way with a courier.")
    return ""


def begin_rescue(
    *, giver: Leg, courier: Courier, way: str, where: LatLon, reason: str, actor: Actor, note: str = "", photo=None,
    extra_fen: int | None = None,
) -> Rescue:  # fmt: skip
    """`courier` fetches the goods of `giver` at `where`. The customer is told before anybody else: in this transaction.

    `photo` is clean (`core.images.clean_photo`). `extra_fen`: what the platform adds, by default so much that the second is
    paid as for the whole leg. Raises WrongState when the goods are not in the first one's hands.
    """
    with lock_leg(giver.pk) as giver:
        if problem := rescue_problem(giver):
            raise WrongState(problem)
        if courier.pk == giver.courier_id:
            raise WrongState(_("This courier has the job already."))
        pay = quote_rescue(giver, where, extra_fen)
        source = giver.status
        giver.await_rescue()
        save_transition(giver, "await_rescue", source=source, actor=actor, role="operator", reason=reason)
        leg = Leg(
            order=giver.order, campus_id=giver.campus_id, sequence=giver.sequence, rescues=giver,
            relay=giver.relay if giver.to_shelf else None, dropoff_id=giver.dropoff_id, gender=giver.gender,
            pickup=nearest_place(giver.campus, *where) or giver.pickup or giver.dropoff, pay_fen=pay.taker_fen,
            bonus_fen=giver.bonus_fen + pay.extra_fen, priority=giver.priority, due_at=due_of(giver),
            created_at=clock.now(),
        )  # fmt: skip
        leg.open()
        leg.assign(courier)
        leg.save()
        rescue = Rescue.objects.create(
            leg=leg, giver=giver, way=way, lat=where[0], lon=where[1], note=note, reason=reason, by=actor,
            giver_fen=pay.giver_fen, photo=_kept(giver, photo, actor),
        )  # fmt: skip
        tell_customer(rescue)
        save_transition(
            leg, "set_out", source=LegStatus.OPEN, actor=actor, role="operator", reason=reason, event=RescueBegun,
            data={"giver": giver.courier_id, "rescue": rescue.pk},
        )  # fmt: skip
        lifecycle.bump_version(leg.order)
    return rescue


def _kept(leg: Leg, photo, by: Actor) -> Photo | None:
    if photo is None or by is None:
        return None
    return Photo.objects.create(order=leg.order, by=by, purpose=Photo.Purpose.PLACE, image=photo)


def collect(
    *, leg: Leg, actor: User, giver: User | None = None, how: str = How.PHOTO, photo=None, where=None
) -> Leg:
    """The second courier has the goods: by the first one's code (`giver` showed it), or found where they lie, with a photo.
    The first one's part is booked. Idempotent."""
    with lock_leg(leg.pk) as leg:
        mine(leg, actor)
        rescue = _rescue_of(leg)
        if rescue.outcome == Outcome.COLLECTED:
            return leg
        if not rescue.is_under_way:
            raise WrongState(_("This job is not with you any more."))
        if giver is None and photo is None:
            raise WrongState(_("Take a photo of the goods: it shows that you have them."))
        source, first = leg.status, _locked_giver(rescue, leg)
        if leg.status == LegStatus.ASSIGNED:
            leg.arrive_at_pickup()
        leg.pick_up()
        first.hand_on(rescue.giver_fen)
        orders.hand_on(
            order=leg.order,
            leg_no=first.no,
            courier_user=first.courier.user,
            fen=rescue.giver_fen,
            actor=actor,
        )
        end_bindings(leg_no=first.no)
        orders.change_courier(order=leg.order, courier_user=actor, where=where)
        picture = (
            Photo.objects.create(order=leg.order, by=actor, purpose=Photo.Purpose.PLACE, image=photo)
            if photo
            else None
        )
        hand_over(
            leg, Act.TRANSFERRED if giver else Act.COLLECTED, giver=giver, taker=actor, how=how, where=where,
            place=leg.pickup, photo=picture,
        )  # fmt: skip
        _close(rescue, Outcome.COLLECTED)
        save_transition(first, "hand_on", source=LegStatus.HANDING_ON, actor=actor)
        save_transition(
            leg, "collect", source=source, actor=actor, where=where, event=RescueCollected,
            data={"giver": first.courier_id, "rescue": rescue.pk, "scanned": giver is not None},
            also=[first.courier.user_id],
        )  # fmt: skip
    return leg


def call_off_rescue(*, leg: Leg, actor: Actor, words: str = "") -> Leg:
    """An operator lets the first courier go on. Raises WrongState once the goods are collected; else idempotent. Returns
    the first one's leg."""
    return _end(leg, actor, Outcome.CALLED_OFF, words, "operator", whose=None)


def go_on_oneself(*, giver: Leg, actor: User) -> Leg:
    """The first courier can bring it after all, and nobody has to come."""
    rescue = Rescue.objects.filter(giver=giver).select_related("leg").first()
    if rescue is None:
        raise WrongState
    return _end(rescue.leg, actor, Outcome.CALLED_OFF, "", "courier", whose="giver")


def report_not_there(*, leg: Leg, actor: User, words: str = "") -> Leg:
    """The second courier has come, and finds neither goods nor courier."""
    return _end(leg, actor, Outcome.NOT_THERE, words, "courier", whose="taker")


def decline_rescue(*, leg: Leg, actor: User, words: str = "") -> Leg:
    """The second courier cannot fetch it after all."""
    return _end(leg, actor, Outcome.DECLINED, words, "courier", whose="taker")


def _end(leg: Leg, actor: Actor, outcome: Outcome, words: str, role: str, whose: str | None) -> Leg:
    """Nobody fetches it, and the first one goes on. Who has come for nothing is paid for the way, by the platform."""
    with lock_leg(leg.pk) as leg:
        rescue = _rescue_of(leg)
        if whose:
            mine(leg if whose == "taker" else _locked_giver(rescue, leg), actor)
        if rescue.outcome == Outcome.COLLECTED:
            raise WrongState(_("%(name)s has the goods already.") % {"name": leg.courier.user.display_name})
        first = _locked_giver(rescue, leg)
        if not rescue.is_under_way:
            return first
        if outcome == Outcome.NOT_THERE and leg.status != LegStatus.AT_PICKUP:
            raise WrongState(_("Say first that you are there."))
        source = leg.status
        fee = (
            wasted_trip_fee(first) if leg.status == LegStatus.AT_PICKUP and outcome != Outcome.DECLINED else 0
        )
        leg.cancel()
        first.go_on()
        if fee:
            pay_out_delivery(
                key=f"wasted-trip:{leg.no}", ref=leg.order.no, campus=leg.campus, courier_user=leg.courier.user,
                courier_fen=0, bonus_fen=fee, platform_fen=0, actor=actor,
            )  # fmt: skip
        end_bindings(leg_no=leg.no)
        _close(rescue, outcome, words)
        save_transition(leg, _ENDS[outcome], source=source, actor=actor, role=role, reason=words)
        save_transition(
            first, "go_on", source=LegStatus.HANDING_ON, actor=actor, role=role, event=RescueEnded,
            data={
                "rescue": rescue.pk, "taker": leg.courier_id, "outcome": str(outcome), "fee_fen": fee,
                "by_operator": role == "operator",
            },
            also=[leg.courier.user_id],
        )  # fmt: skip
        lifecycle.bump_version(leg.order)
    return first


def wasted_trip_fee(giver: Leg) -> int:
    """What somebody gets who has come and found nothing: what the campus pays for fetching."""
    return percent_of(giver.pay_fen, giver.campus.fetching_percent)


def _rescue_of(leg: Leg) -> Rescue:
    rescue = Rescue.objects.filter(leg=leg).first()
    if rescue is None:
        raise WrongState
    return rescue


def _locked_giver(rescue: Rescue, leg: Leg) -> Leg:
    """The first one's leg; its order is locked already."""
    giver = for_update(Leg.objects.filter(pk=rescue.giver_id)).select_related("courier__user", "campus").get()
    giver.order = leg.order
    return giver


def _close(rescue: Rescue, outcome: str, words: str = "") -> None:
    rescue.outcome, rescue.ended_at, rescue.words = outcome, clock.now(), words[:200]
    rescue.save(update_fields=["outcome", "ended_at", "words"])
