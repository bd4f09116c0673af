"""The fact timeline of a ticket: what is known, when, from whom, and who else may read it. Assembled, never stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from chat import selectors as chat
from chat.models import Message, Thread
from core.money import yuan
from delivery.models import Custody
from delivery.selectors import chain
from delivery.services.proximity import describe
from exceptions.actions.registry import undoable
from exceptions.console import labels
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets.log import KINDS, entry_text
from notifications.models import Notice
from orders.models import History
from orders.timeline import sentence
from payments.selectors import ledger_trail
from telephony.selectors import calls_about
from telephony.wording import sentence as sentence_of_call

OPERATORS = TicketEvent.Audience.OPERATORS
EVERYONE = TicketEvent.Audience.EVERYONE


@dataclass(frozen=True)
class Fact:
    """One entry. `source` is order, custody, ticket, money, call, chat or notice; `quote` a person's own words; `tone` hot, good or ''."""

    at: datetime
    text: str
    who: str
    source: str
    icon: str
    audience: str
    quote: str = ""
    tone: str = ""
    event: TicketEvent | None = None
    undoable: bool = False
    photo: str = ""

    @property
    def audience_label(self) -> str:
        return TicketEvent.Audience(self.audience).label


def facts(ticket: Ticket, viewer) -> list[Fact]:
    """Newest first, with the pictures that the viewer may see. A constant number of queries."""
    told = list(_of_ticket(ticket))
    found = [
        *_of_order(ticket, [fact.event for fact in told]),
        *_of_custody(ticket, viewer),
        *told,
        *_of_money(ticket),
        *_of_calls(ticket),
        *_of_notices(ticket),
        *_of_chat(ticket),
    ]
    return sorted(found, key=lambda fact: fact.at, reverse=True)


def _is_told(entry: History, events: list[TicketEvent]) -> bool:
    """An action of the ticket may write the order's history too, in the same breath; the ticket's entry says more."""
    return any(
        (kind := KINDS.get(event.kind))
        and kind.order_action == entry.action
        and abs(event.at - entry.at) < timedelta(seconds=5)
        and event.data.get("minutes") == entry.data.get("minutes")
        for event in events
    )


def _of_order(ticket: Ticket, events: list[TicketEvent]):
    entries = History.objects.filter(order=ticket.order_id).select_related("actor")
    for entry in entries:
        text = sentence(entry)
        if text and not _is_told(entry, events):
            who = (
                f"{entry.actor.display_name} · {labels.role(entry.role)}"
                if entry.actor
                else labels.role("system")
            )
            yield Fact(
                entry.at,
                text,
                who,
                "order",
                labels.ORDER_ICONS.get(entry.action, "receipt_long"),
                OPERATORS if entry.machine == "note" else EVERYONE,
                quote=labels.reason(entry.reason, entry.action) or _far(entry),
            )


def _of_custody(ticket: Ticket, viewer):
    """Whose hands the goods went through: the last line before the trouble is where to begin."""
    for link in chain(ticket.order, viewer=viewer, full_names=True):
        yield Fact(
            link.at, link.text, _how(link.row), "custody", "transfer_within_a_station", OPERATORS,
            tone="hot" if link.row.act == "missed" else "", photo=link.photo,
        )  # fmt: skip


def _far(entry: History) -> str:
    """Who said "arrived" far away: how far, and why."""
    if not entry.data.get("far"):
        return ""
    return _("%(metres)s m away: %(why)s") % {
        "metres": entry.data["metres"],
        "why": describe(entry.data["excuse"]),
    }


def _how(row: Custody) -> str:
    """By what it was handed over, and how far from where it should have been."""
    how = str(row.get_how_display())
    if row.metres_away is None or row.place is None:
        return how
    return f"{how} · " + _("%(metres)s m from %(place)s") % {
        "metres": row.metres_away,
        "place": row.place.label,
    }


def _of_ticket(ticket: Ticket):
    for event in ticket.events.select_related("actor", "undone_by"):
        event.ticket = ticket
        kind = KINDS.get(event.kind)
        who = (
            f"{event.actor.display_name} · {labels.role(event.role)}"
            if event.actor
            else labels.role(event.role)
        )
        yield Fact(
            event.at,
            entry_text(event),
            who,
            "ticket",
            kind.icon if kind else "bolt",
            event.audience,
            quote=event.text,
            tone=kind.tone if kind else "",
            event=event,
            undoable=_undoable(ticket, event),
        )


def _undoable(ticket: Ticket, event: TicketEvent) -> bool:
    action = undoable(event.kind)
    return action is not None and not hasattr(event, "undone_by") and not action.cannot_undo(ticket, event)


def _of_money(ticket: Ticket):
    for row in ledger_trail(ticket.order.no):
        yield Fact(
            row.at,
            f"{row.text} {yuan(row.fen)}",
            row.actor or labels.role("system"),
            "money",
            "schedule" if row.waiting else "payments",
            OPERATORS,
            quote=row.note if row.waiting else "",
        )


def _of_calls(ticket: Ticket):
    """Every attempt to reach somebody about the order, by whomever."""
    for call in calls_about(ticket.order.no):
        name = f"{call.caller.display_name} · " if call.caller else ""
        yield Fact(
            call.at,
            sentence_of_call(call),
            name + call.get_caller_role_display(),
            "call",
            labels.CALL_ICONS.get(call.result, "phone_missed"),
            OPERATORS,
        )


def _of_notices(ticket: Ticket):
    """What the platform told the people concerned, and whether they have read it."""
    order = ticket.order
    people = [order.customer_id]
    if ticket.courier:
        people.append(ticket.courier.user_id)
    told = Notice.objects.filter(
        Q(link__contains=order.no) | Q(link__contains=ticket.no),
        user__in=people,
        created_at__gte=order.created_at,
    ).select_related("user")
    for notice in told:
        seen = _("read") if notice.read_at else _("not read yet")
        yield Fact(
            notice.created_at,
            _("Told %(name)s: %(title)s (%(seen)s)")
            % {"name": notice.user.display_name, "title": notice.title, "seen": seen},
            labels.role("system"),
            "notice",
            "notifications",
            TicketEvent.Audience.CUSTOMER
            if notice.user_id == order.customer_id
            else TicketEvent.Audience.COURIER,
        )


def _of_chat(ticket: Ticket):
    """What customer, courier and customer service wrote to each other about the order or the ticket."""
    said = chat.about([("order", ticket.order.no), ("ticket", ticket.no)]).exclude(kind=Message.Kind.SYSTEM)
    for line in said:
        between = line.thread.kind == Thread.Kind.ORDER
        yield Fact(
            line.at,
            _("Wrote in the order's chat") if between else _("Wrote in customer service's chat"),
            f"{line.author.display_name} · {labels.role(line.role)}",
            "chat",
            "image" if line.kind == Message.Kind.PHOTO else "chat",
            OPERATORS if line.internal else EVERYONE,
            quote=chat.text_of(line) or _("[Photo]"),
        )
