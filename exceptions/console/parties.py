"""The people of a ticket: who carries the goods now, and whom an operator may call."""

from couriers.models import Courier
from delivery.models import CARRIED, Leg
from exceptions.models import Ticket
from exceptions.tickets.services import CARRIER
from telephony.models import CallRole


def carrier(leg: Leg | None) -> Courier | None:
    """Who has the goods or is on the way to them now: another one than whom the ticket is about, after it was given on."""
    return leg.courier if leg and leg.status in CARRIED else None


def callable_parties(ticket: Ticket, leg: Leg | None) -> list[str]:
    """Whom an operator may call about it: CallRoles, "courier" being whom the ticket is about, and CARRIER."""
    parties = [CallRole.CUSTOMER]
    if ticket.order.has_other_receiver:
        parties.append(CallRole.RECEIVER)
    if ticket.courier:
        parties.append(CallRole.COURIER)
    present = carrier(leg)
    if present and present.pk != ticket.courier_id:
        parties.append(CARRIER)
    return parties
