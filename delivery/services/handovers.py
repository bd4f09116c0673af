"""A leg passes from hand to hand: to and from the keeper of a relay station, and from courier to courier."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import Actor
from core.db import for_update
from core.errors import NotAllowed, WrongState
from couriers.models import Courier
from delivery.events import LegTransferred
from delivery.models import Custody, Leg, RelayStation, ScanCode
from delivery.services import codes, hub_checkin
from delivery.services.codes import ON_THE_WAY, Purpose
from delivery.services.custody import How, hand_over
from delivery.services.legs import lock_leg, save_transition
from orders import services as orders
from telephony.services import end_bindings


@dataclass(frozen=True)
class Outcome:
    """What a scan did. `leg` is the job to go on with; `choices` are open legs that may be taken here; `answer` is a
    code to be shown to the other one, who scans it in turn."""

    text: str
    leg: Leg | None = None
    choices: list[Leg] = field(default_factory=list)
    answer: ScanCode | None = None


@hub_checkin.wrong_station_told()
def scan_at_station(*, text: str, station: RelayStation, keeper) -> Outcome:
    """A keeper scans a courier's code: in or out."""
    if not hub_checkin.may_keep(keeper, station):
        raise NotAllowed
    code = codes.read(text, campus_id=station.place.campus_id, reader=keeper)
    if code.purpose not in (Purpose.HAND_IN, Purpose.HAND_OUT):
        raise WrongState(
            _("This is not a code for the shelf. Ask the courier to open the job and show its code.")
        )
    how = How.DIGITS if codes.clean(text).isdigit() else How.SCAN
    with lock_leg(code.leg_id) as leg:
        code = locked_code(code)
        hub_checkin.check_station(leg, station)
        fresh = codes.use(code, actor=keeper)
        giver = code.shown_by
        if code.purpose == Purpose.HAND_IN:
            item = hub_checkin.put_on_shelf(
                leg=leg, station=station, courier_user=giver, keeper=keeper, how=how
            )
            return Outcome(_("Scanned in: put it into slot %(slot)s.") % {"slot": item.slot}, leg)
        if fresh:
            hub_checkin.take_from_shelf(leg=leg, station=station, courier_user=giver, keeper=keeper, how=how)
        slot = leg.order.shelf_items.latest("pk").slot
        return Outcome(
            _("Scanned out: give slot %(slot)s to %(name)s.") % {"slot": slot, "name": giver.display_name},
            leg,
        )


def locked_code(code: ScanCode) -> ScanCode:
    """The code as it is now, locked."""
    return for_update(ScanCode.objects.filter(pk=code.pk)).select_related("shown_by", "leg").get()


def change_hands(
    leg: Leg, taker: Courier, *, actor: Actor, role: str = "courier", how: str = How.SCAN, where=None
) -> None:
    """The leg goes on with another courier, at the stage that it is in. Caller holds the locks and has judged."""
    giver, source = leg.courier, leg.status
    leg.transfer(taker)
    # Now, and not by an event: the taker may call in a moment, and that number would end with the giver's.
    end_bindings(leg_no=leg.no)
    orders.change_courier(order=leg.order, courier_user=taker.user, role=role, where=where)
    if leg.status in ON_THE_WAY:
        hand_over(
            leg,
            Custody.Act.TRANSFERRED,
            giver=giver.user,
            taker=taker.user,
            how=how,
            where=where or giver.position,
        )
    save_transition(
        leg, "transfer", source=source, actor=actor, role=role, where=where, event=LegTransferred,
        data={"giver": giver.pk, "taker": taker.pk}, also=[giver.user_id],
    )  # fmt: skip
