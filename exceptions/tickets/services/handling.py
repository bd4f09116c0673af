"""What operators do with a ticket besides the actions: take it, hand it on, end it, take it up again."""

from django.utils.translation import gettext as _

from accounts.models import Actor, User
from accounts.permissions import HANDLERS, is_operator
from core import clock
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery.call_sides import callee_of
from delivery.models import CARRIED
from exceptions.actions import run_action
from exceptions.events import TicketReopened, TicketResolved
from exceptions.models import PENDING, Ticket, TicketEvent
from exceptions.tickets.cases import others_for_update
from exceptions.tickets.lifecycle import (
    Audience,
    after_settlement,
    lock_ticket,
    require_operator,
    role_of,
    save_transition,
    take_up,
)
from exceptions.tickets.log import AUTO
from exceptions.tickets.selectors import party_of, reopenable
from telephony.models import CallRole
from telephony.services import About, Dial, Side, connect, open_call

# Whom to call: besides the CallRoles, the courier who has the goods now, if the ticket is about another one.
CARRIER = "carrier"


def claim(*, ticket: Ticket, actor: User) -> Ticket:
    """Make it mine, with all of its case that nobody has. Claiming one's own again changes nothing; another's is refused
    with TooLate."""
    with lock_ticket(ticket.pk) as ticket:
        require_operator(ticket, actor, *HANDLERS)
        if not ticket.is_unresolved:
            raise WrongState
        if ticket.assignee_id == actor.pk:
            return ticket
        if ticket.assignee_id is not None:
            raise TooLate(_("%(name)s is handling it already.") % {"name": ticket.assignee.display_name})
        take_up(ticket, actor, graver=True)
        save_transition(ticket, "claimed", actor=actor, role="operator")
    return ticket


def unassign(*, ticket: Ticket, actor: Actor) -> Ticket:
    """Put it back into the queue for others, with what the same person has of its case."""
    with lock_ticket(ticket.pk) as ticket:
        require_operator(ticket, actor, *HANDLERS)
        if not ticket.is_unresolved:
            raise WrongState
        if ticket.assignee_id is not None:
            for one in _in_the_same_hands(ticket):
                one.assignee = None
                save_transition(one, "unassigned", actor=actor, role="operator")
    return ticket


def assign(*, ticket: Ticket, actor: Actor, to) -> Ticket:
    """Hand it to a colleague of the same campus, with what the same person (or nobody) has of its case."""
    with lock_ticket(ticket.pk) as ticket:
        require_operator(ticket, actor, *HANDLERS)
        if not is_operator(to, ticket.campus_id, *HANDLERS):
            raise Invalid(_("%(name)s does not work on this campus.") % {"name": to.display_name})
        if not ticket.is_unresolved:
            raise WrongState
        if ticket.assignee_id != to.pk:
            data = {"name": to.display_name}
            for one in _in_the_same_hands(ticket):
                one.assignee = to
                save_transition(one, "assigned", actor=actor, role="operator", data=data)
    return ticket


def _in_the_same_hands(ticket: Ticket) -> list[Ticket]:
    """A locked ticket, and the others of its case that the same person has, or that nobody has either."""
    return [
        ticket,
        *(other for other in others_for_update(ticket) if other.assignee_id == ticket.assignee_id),
    ]


def note(
    *, ticket: Ticket, actor: User, text: str, audience: str = Audience.OPERATORS, key: str = ""
) -> TicketEvent:
    """Write something down about a ticket, also about a settled one."""
    key = key or f"note:{clock.now().isoformat()}:{actor.pk}"
    params = {"text": text, "audience": audience}
    return run_action(ticket=ticket, action="note", params=params, actor=actor, key=key)


def call_party(*, ticket: Ticket, actor: User, to: str) -> Dial:
    """Connect the operator with the customer, the receiver, the courier whom it is about (a CallRole) or the one who
    carries the goods now (CARRIER), while the ticket is open.

    The attempt is written down before it is made; the number stands on no page.
    """
    with lock_ticket(ticket.pk) as ticket:
        require_operator(ticket, actor, *HANDLERS)
        if not ticket.is_unresolved:
            raise WrongState(_("This ticket is over: the number is no longer shown."))
        leg = ticket.order.legs.filter(status__in=CARRIED).select_related("courier__user").first()
        caller, callee = sides_of_call(ticket, actor, to, leg.courier if leg else None)
        call = open_call(
            about=About(ticket.campus, ticket.order.no, ticket_no=ticket.no), caller=caller, callee=callee
        )
    return connect(call)


def sides_of_call(ticket: Ticket, actor: User, to: str, carrier: Courier | None) -> tuple[Side, Side]:
    """The operator and whom they call: a CallRole, or CARRIER for `carrier`."""
    if to in (CallRole.COURIER, CARRIER):
        courier = ticket.courier if to == CallRole.COURIER else carrier
        user = courier.user if courier else None
        callee = Side(CallRole.COURIER, user, user.phone if user else None)
    else:
        callee = callee_of(ticket.order, to)
    return Side(CallRole.OPERATOR, actor, actor.phone), callee


def resolve(*, ticket: Ticket, actor: Actor, resolution: str) -> Ticket:
    """Settle it. `actor` None is the platform, whose `resolution` is a key of log.REASONS."""
    if actor is not None:
        key = f"resolve:{ticket.version}"
        run_action(ticket=ticket, action="resolve", params={"resolution": resolution}, actor=actor, key=key)
        ticket.refresh_from_db()
        return ticket
    with lock_ticket(ticket.pk) as ticket:
        ticket.resolve(AUTO + resolution)
        _end(ticket, "resolved", data={"why": resolution})
    return ticket


def dismiss(*, ticket: Ticket, actor: Actor, reason: str) -> Ticket:
    """A false alarm. `actor` None is the platform, whose `reason` is a key of log.REASONS."""
    with lock_ticket(ticket.pk) as ticket:
        if actor is None:
            ticket.dismiss(AUTO + reason)
            _end(ticket, "dismissed", data={"why": reason})
            return ticket
        require_operator(ticket, actor, *HANDLERS)
        if not reason.strip():
            raise Invalid(_("Say why it was a false alarm."))
        ticket.dismiss(reason)
        ticket.assignee = ticket.assignee or actor
        _end(ticket, "dismissed", actor=actor, role="operator", text=reason)
    return ticket


def _end(ticket: Ticket, kind: str, **entry) -> None:
    # The words of a false alarm are for colleagues; that it is over, the people concerned see by its state.
    audience = Audience.EVERYONE if kind == "resolved" else Audience.OPERATORS
    save_transition(ticket, kind, audience=audience, event=TicketResolved, **entry)
    after_settlement(ticket)


def reopen(*, ticket: Ticket, actor: Actor, reason: str) -> Ticket:
    """Take a settled ticket up again, with new deadlines: within seven days, by an operator or a party to it."""
    with lock_ticket(ticket.pk) as ticket:
        role = role_of(ticket, actor)
        if role == "operator":
            require_operator(ticket, actor, *HANDLERS)
        elif party_of(ticket, actor) is None:
            raise NotAllowed
        if not reopenable(ticket):
            raise WrongState(_("It was settled more than seven days ago. Please write to customer service."))
        same = Ticket.objects.filter(PENDING, order=ticket.order, type=ticket.type)
        if not ticket.is_unresolved and (other := same.exclude(pk=ticket.pk).first()):
            raise WrongState(_("It is being handled already in ticket %(no)s.") % {"no": other.no})
        if not reason.strip():
            raise Invalid(_("Say what is still wrong."))
        ticket.reopen()
        audience = Audience.EVERYONE if role == "operator" else Audience(role)
        save_transition(
            ticket, "reopened", actor=actor, role=role, text=reason, audience=audience,
            event=TicketReopened,
        )  # fmt: skip
    return ticket
