"""What happens when a code is scanned. One scan, one outcome, said in a sentence."""

from itertools import compress

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campus.models import Place
from core.db import for_update
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import CARRIED, Leg, LegStatus, RelayStation, ScanCode
from delivery.services import codes, courier_actions, hub_checkin
from delivery.services.codes import FETCHING, ON_THE_WAY, Purpose
from delivery.services.custody import How
from delivery.services.handovers import Outcome, change_hands, locked_code
from delivery.services.legs import lock_leg, require_not_prepaid
from dispatch.admission import admitted, refusal
from dispatch.selectors.channels import kinds_with
from dispatch.services import taking

MOST_OPEN = 30


@hub_checkin.wrong_station_told()
def process_scan(*, text: str, courier: Courier, where=None) -> Outcome:
    """A courier scans a square, or types its four digits."""
    user = courier.user
    if order_no := _receiving(text):
        return _deliver(courier, order_no[0], order_no[1], where)
    code = codes.read(text, campus_id=courier.campus_id, reader=user)
    how = How.DIGITS if codes.clean(text).isdigit() else How.SCAN
    match code.purpose:
        case Purpose.PLACE:
            return _at_place(code.place, courier, how, where)
        case Purpose.PICKUP:
            return _pickup(code, courier, how, where)
        case Purpose.TRANSFER:
            return _agree(code, courier, how, where)
        case Purpose.RECEIVE:
            return _transfer(code, courier, how, where)
    raise WrongState(_("This code is for the keeper of the relay station."))


# -- A poster at a place -------------------------------------------------------------------------------------


def _at_place(place: Place, courier: Courier, how: str, where) -> Outcome:
    """First what the courier has to do here, then what could be taken from here."""
    user, where = courier.user, where or place.position
    held = list(
        Leg.objects.filter(courier=courier, status__in=CARRIED)
        .select_related("order", "relay__place", "courier__user")
        .order_by("pk")
    )
    to_shelf = [leg for leg in held if leg.to_shelf and leg.status in ON_THE_WAY]
    mine = [leg for leg in to_shelf if leg.dropoff_id == place.pk]
    station = RelayStation.objects.filter(place=place).select_related("place").first()
    fetch = [leg for leg in held if leg.from_shelf and leg.pickup_id == place.pk]
    due = [leg for leg in fetch if leg.status in FETCHING]
    if station is not None and (mine or due):
        return _self_service(station, mine, due, courier, how, where)
    # (What is fetched from another courier has no poster: where it lies is near the place at best.)
    here = [
        leg for leg in held if leg.pickup_id == place.pk and leg.status in FETCHING and not leg.rescues_id
    ]
    if arriving := [leg for leg in here if leg.status == LegStatus.ASSIGNED]:
        for leg in arriving:
            courier_actions.arrive_at_pickup(leg=leg, actor=user, where=where)
        return Outcome(_("You are there. Scan once more when you have the goods."), arriving[0])
    if here:
        for leg in here:
            courier_actions.pick_up(leg=leg, actor=user, where=where, how=how)
        return Outcome(_("Picked up. Ride carefully!"), here[0])
    if to_shelf and station is not None:
        hub_checkin.check_station(to_shelf[0], station)
    if choices := _choices(place, courier):
        return Outcome(_("You can take these from here."), choices=choices)
    if fetch:
        return Outcome(_("You have it already."), fetch[0])
    raise _nothing_at(place)


def _self_service(station, mine: list[Leg], due: list[Leg], courier: Courier, how: str, where) -> Outcome:
    if not station.self_service:
        raise WrongState(_("A keeper scans here. Open the job and show its code."))
    if mine:
        items = [
            hub_checkin.put_on_shelf(
                leg=leg, station=station, courier_user=courier.user, how=how, where=where
            )
            for leg in mine
        ]
        slots = ", ".join(str(item.slot) for item in items)
        text = ngettext("Put it into slot %(slots)s.", "Put them into slots %(slots)s.", len(items))
        return Outcome(text % {"slots": slots}, mine[0])
    for leg in due:
        hub_checkin.take_from_shelf(leg=leg, station=station, courier_user=courier.user, how=how, where=where)
    slots = ", ".join(str(leg.order.shelf_items.latest("pk").slot) for leg in due)
    text = ngettext("Take it from slot %(slots)s.", "Take them from slots %(slots)s.", len(due))
    return Outcome(text % {"slots": slots}, due[0])


def _choices(place: Place, courier: Courier) -> list[Leg]:
    """The open legs that the courier may take from here by a scan. Constant queries."""
    legs = list(
        Leg.objects.filter(
            pickup=place, status=LegStatus.OPEN, order__kind__in=kinds_with(place.campus_id, "scan")
        )
        .select_related("order", "pickup", "dropoff__zone", "relay")
        .order_by("-priority", "opened_at")[:MOST_OPEN]
    )
    return list(compress(legs, admitted([courier], legs)[0]))


def _nothing_at(place: Place) -> WrongState:
    return WrongState(_("There is nothing for you to do at %(place)s now.") % {"place": place.label})


def claim_by_scan(*, text: str, leg: Leg, courier: Courier) -> Leg:
    """Take an open leg by the poster that hangs where it begins."""
    code = codes.read(text, campus_id=courier.campus_id, reader=courier.user)
    if code.purpose != Purpose.PLACE or code.place_id != leg.pickup_id:
        raise WrongState(_("This job does not begin here."))
    return _grab(leg, courier)


def _grab(leg: Leg, courier: Courier) -> Leg:
    """Take an open leg, where jobs of its kind may be taken by a scan."""
    if leg.order.kind not in kinds_with(leg.campus_id, "scan"):
        raise _nothing_at(leg.pickup)
    return taking.grab(leg=leg, courier=courier)


# -- Codes of one leg ----------------------------------------------------------------------------------------


def _pickup(code: ScanCode, courier: Courier, how: str, where) -> Outcome:
    """Behind the counter somebody shows the code of one order: it takes the open leg, or hands out one's own."""
    with lock_leg(code.leg_id) as leg:
        code = locked_code(code)
        fresh = codes.use(code, actor=courier.user)
        if not fresh:
            return Outcome(_("Done already."), leg)
        if leg.status == LegStatus.OPEN:
            leg = _grab(leg, courier)
        elif leg.courier_id != courier.pk:
            raise TooLate(_("Another courier has taken this one."))
        if leg.from_shelf:
            hub_checkin.take_from_shelf(
                leg=leg,
                station=leg.relay,
                courier_user=courier.user,
                keeper=code.shown_by,
                how=how,
                where=where,
            )
        else:
            courier_actions.arrive_at_pickup(leg=leg, actor=courier.user, where=where)
            courier_actions.pick_up(leg=leg, actor=courier.user, where=where, how=how, giver=code.shown_by)
        return Outcome(_("It is yours. Ride carefully!"), leg)


def _agree(code: ScanCode, courier: Courier, how: str, where) -> Outcome:
    """The first scan of a transfer: who would take over agrees, and shows a code that the giver scans in turn. Whoever was
    sent to fetch it has agreed before, and has it."""
    with lock_leg(code.leg_id) as leg:
        code = locked_code(code)
        if leg.courier_id == courier.pk and code.used_by_id == courier.user_id:
            return Outcome(_("Done already."), leg)
        if leg.status in (LegStatus.HANDING_ON, LegStatus.HANDED_ON):
            return _collect(code, leg, courier, how, where)
        codes.use(code, actor=courier.user)
        _may_take_over(leg, courier, giver=code.shown_by)
        answer = codes.issue_handover_code(leg=leg, purpose=Purpose.RECEIVE, actor=courier.user)
        text = _("Now let %(name)s scan your code.") % {"name": code.shown_by.display_name}
        return Outcome(text, answer=answer)


def _collect(code: ScanCode, giver: Leg, courier: Courier, how: str, where) -> Outcome:
    """Who was sent for the goods scans the first courier's code."""
    leg = Leg.objects.filter(rescues=giver, courier=courier).exclude(status=LegStatus.CANCELLED).first()
    if leg is None:
        raise NotAllowed(_("Another courier is on the way to fetch this one."))
    codes.use(code, actor=courier.user)
    leg = delivery.collect(leg=leg, actor=courier.user, giver=code.shown_by, how=how, where=where)
    return Outcome(_("It is yours. Ride carefully!"), leg)


def _transfer(code: ScanCode, giver: Courier, how: str, where) -> Outcome:
    """The second scan: the giver confirms, and the leg changes hands."""
    with lock_leg(code.leg_id) as leg:
        code = locked_code(code)
        taker = for_update(Courier.objects.filter(user=code.shown_by_id)).select_related("user").get()
        if leg.courier_id == taker.pk and code.used_by_id == giver.user_id:
            return Outcome(_("Done already."))
        if leg.courier_id != giver.pk:
            raise NotAllowed(_("This job is not yours."))
        if not codes.use(code, actor=giver.user):  # of an earlier time: the taker agrees each time anew
            raise TooLate(_("This code has already been used."), code="code_used")
        _may_take_over(leg, taker, giver=giver.user)
        change_hands(leg, taker, actor=giver.user, how=how, where=where)
        return Outcome(
            _("%(name)s has it now. Thank you for helping out.") % {"name": taker.user.display_name}
        )


def _may_take_over(leg: Leg, courier: Courier, *, giver) -> None:
    if (
        leg.status not in CARRIED or not leg.order.is_live
    ):  # a cancelled order takes its legs along a moment later
        raise TooLate(_("This job is over, it cannot be handed on."))
    if leg.courier.user_id != giver.pk:
        raise TooLate(_("Another courier has it by now."))
    require_not_prepaid(leg)
    carried = courier.legs.filter(status__in=CARRIED).count()
    excluded = leg.excluded.filter(pk=courier.pk).exists()
    if reason := refusal(courier, leg, carried=carried, excluded=excluded):
        raise NotAllowed(reason)


# -- The customer's receiving code ---------------------------------------------------------------------------


def _receiving(text: str) -> tuple[str, str] | None:
    """(order's number, four digits) of the square on the customer's page."""
    parts = codes.clean(text).split(":")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "errand" else None


def _deliver(courier: Courier, order_no: str, digits: str, where) -> Outcome:
    leg = Leg.objects.filter(order__no=order_no, courier=courier, status__in=CARRIED).first()
    if leg is None:
        raise Invalid(_("This order is not with you."))
    if leg.to_shelf:
        raise WrongState(_("This one goes onto the relay's shelf. Scan it in there."))
    # A wrong code takes the arrival back, and counts all the same.
    with courier_actions.counted_code(leg, courier.user, digits) as attempt, transaction.atomic():
        if leg.status == LegStatus.PICKED_UP:
            leg = courier_actions.arrive_at_dropoff(leg=leg, actor=courier.user, where=where)
        leg = courier_actions.deliver_attempt(
            leg=leg, actor=courier.user, attempt=attempt, code=digits, where=where
        )
    return Outcome(_("Delivered, well done"), leg)
