"""A ticket as its parties see it: made for templates, in the active language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from exceptions.models import ExceptionType, Party, Ticket, TicketStatus
from exceptions.rulings.selectors import owed
from exceptions.tickets import selectors
from exceptions.tickets.headline import doing, headline
from exceptions.tickets.log import AUTO, KINDS, Gain, entry_text, resolution_text
from exceptions.tickets.notifications import prospect

_ICONS = {
    ExceptionType.Group.TIME: "clock-alert",
    ExceptionType.Group.COURIER: "bike",
    ExceptionType.Group.GOODS: "package-open",
    ExceptionType.Group.CUSTOMER: "user-round",
    ExceptionType.Group.PLACE: "door-open",
    ExceptionType.Group.MONEY: "wallet",
    ExceptionType.Group.CONDUCT: "shield-alert",
    ExceptionType.Group.OTHER: "circle-help",
}
# Entries that only fill the log: the parties need not read that a clerk took a ticket over from another.
_ROUTINE = {"alarm_repeated", "assigned", "unassigned", "closed"}
_SETTLED = (TicketStatus.RESOLVED, TicketStatus.CLOSED, TicketStatus.DISMISSED, TicketStatus.MERGED)


@dataclass(frozen=True)
class Card:
    """The head of a ticket: what happened, how it stands, until when.

    `tone` is "danger", "amber", "brand" or "muted"; `question` the words of what this party has been asked.
    """

    ticket: Ticket
    icon: str
    tone: str
    title: str
    body: str
    doing: str
    due: datetime | None
    asked: bool
    question: str
    settled: bool
    resolution: str
    may_rate: bool
    may_reopen: bool

    @property
    def is_late(self) -> bool:
        """News were promised by a time that has passed."""
        return self.due is not None and not self.asked and self.due <= clock.now()


@dataclass(frozen=True)
class Entry:
    """One line of the log, as components/timeline.html wants it."""

    at: datetime
    text: str
    note: str = ""
    level: str = ""


def card(ticket: Ticket, party: Party) -> Card:
    title, body = headline(ticket, party)
    asked = ticket.status == TicketStatus.WAITING_PARTY and ticket.asked_party == party
    settled = ticket.status in _SETTLED
    if asked:
        tone = "amber"
    elif settled:
        tone = "muted" if ticket.status == TicketStatus.DISMISSED else "brand"
    else:
        tone = "danger" if ticket.severity <= ExceptionType.Severity.PROMISE else "amber"
    rates = party == Party.CUSTOMER or ticket.reporter_id == ticket.courier.user_id
    return Card(
        ticket=ticket,
        icon="circle-check" if settled else _ICONS[ticket.type.group],
        tone=tone,
        title=ticket.type.name if settled else title,
        body=body,
        doing=doing(ticket, party),
        due=ticket.news_due,
        asked=asked,
        question=_question(ticket) if asked else "",
        settled=settled,
        resolution=_resolution(ticket, party),
        may_rate=rates and ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED),
        may_reopen=settled and selectors.reopenable(ticket),
    )


def _question(ticket: Ticket) -> str:
    asked = ticket.events.filter(kind="ask_party").order_by("-id").first()
    return asked.text if asked else ""


def _resolution(ticket: Ticket, party: Party) -> str:
    """What was done. Why something was a false alarm is written for colleagues, unless the platform said it."""
    if ticket.status == TicketStatus.DISMISSED and not ticket.resolution.startswith(AUTO):
        return _("We have looked into it and found nothing to put right.")
    return resolution_text(ticket)


def state(ticket: Ticket) -> str:
    """Changes when the page needs other forms."""
    return "settled" if ticket.status in _SETTLED else "open"


def log(ticket: Ticket, party: Party) -> list[Entry]:
    """The log as this party may read it, newest first."""
    entries = []
    for entry in selectors.log_for(ticket, party):
        if entry.kind in _ROUTINE:
            continue
        entry.ticket = ticket
        note = _("taken back") if hasattr(entry, "undone_by") else entry.text
        level = KINDS[entry.kind].level if entry.kind in KINDS else ""
        entries.append(Entry(entry.at, entry_text(entry, party), note, level))
    if ticket.responded_at and ticket.is_unresolved:
        entries.append(Entry(ticket.responded_at, _("Customer service has taken it up")))
        entries.sort(key=lambda entry: entry.at)
    return entries[::-1]


def gains(ticket: Ticket, party: Party) -> list[Gain]:
    """What this party has got or paid through the ticket, and what they can expect."""
    gained = [
        gain
        for entry in selectors.log_for(ticket, party)
        if (kind := KINDS.get(entry.kind)) and kind.gain and (gain := kind.gain(entry, party))
    ]
    if party == Party.CUSTOMER and ticket.is_unresolved and not gained:
        rule = ticket.compensation_rule
        fen = owed(ticket) if rule and "grades" not in rule.params else 0
        if fen:
            gained.append(Gain(_("By our rules you get at least %(fen)s.") % {"fen": yuan(fen)}))
        if text := prospect(ticket):
            gained.append(Gain(text))
    return gained
