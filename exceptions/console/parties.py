"""The people of a ticket: who carries the goods now, whom an operator may call, and how else to reach them."""

from dataclasses import dataclass

from accounts.models import User
from chat import rooms
from couriers.models import Courier
from delivery.models import CARRIED, Leg
from exceptions.models import Ticket
from exceptions.tickets.services import CARRIER, sides_of_call
from telephony.models import CallRole
from telephony.services import obstacle


@dataclass(frozen=True)
class Contact:
    """How to reach one of them. `obstacle`: why they cannot be called ("" when they can); then `in_chat` says whether the
    order's chat reaches them, or somebody who can pass it on."""

    party: str
    obstacle: str = ""
    in_chat: bool = True


def carrier(leg: Leg | None) -> Courier | None:
    """Who has the goods or is on the way to them now: another one than whom the ticket is about, after it was given on."""
    return leg.courier if leg and leg.status in CARRIED else None


def callable_parties(ticket: Ticket, leg: Leg | None) -> list[str]:
    """Whom an operator may call about it: CallRoles, "courier" being whom the ticket is about, and CARRIER."""
    parties = [CallRole.CUSTOMER.value]
    if ticket.order.has_other_receiver:
        parties.append(CallRole.RECEIVER.value)
    if ticket.courier:
        parties.append(CallRole.COURIER.value)
    present = carrier(leg)
    if present and present.pk != ticket.courier_id:
        parties.append(CARRIER)
    return parties


def contacts(ticket: Ticket, leg: Leg | None, actor: User) -> dict[str, Contact]:
    """By party, whom the operator may call, and what to do where a call cannot be made."""
    return {party: _contact(ticket, leg, actor, party) for party in callable_parties(ticket, leg)}


def _contact(ticket: Ticket, leg: Leg | None, actor: User, party: str) -> Contact:
    caller, callee = sides_of_call(ticket, actor, party, carrier(leg))
    reason = obstacle(ticket.campus, caller, callee)
    # A receiver is in no chat, but the customer is, who has named them.
    in_chat = not reason or callee.user is None or rooms.writes_about(callee.user, ticket.order.no)
    return Contact(party, reason, in_chat)
