"""A ticket as its parties see it: made for templates, in the active language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from exceptions.models import ExceptionType, Party, Ticket, TicketStatus
from exceptions.rulings.selectors import owed
from exceptions.tickets import selectors
from exceptions.tickets.cases import gravest_first
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
    # Whether `due` is when it is to be solved; else when something is heard of it.
    solved_by: bool
    # What else is open about the same order, in a word each.
    also: tuple[str, ...] = ()

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
    asked = _is_asked(ticket, party)
    settled = not ticket.is_pending
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
        solved_by=ticket.responded_at is not None,
    )


def cards(tickets: Iterable[Ticket], party: Party) -> list[Card]:
    """One card for all that is open about an order, in the place of the first of them; settled tickets have each their own.
    What was merged into another ticket of the order goes with that."""
    shown: list[Card] = []
    groups: dict[int, list[Ticket]] = {}
    tickets = [one for one in tickets if not (one.merged_into and one.merged_into.order_id == one.order_id)]
    for ticket in tickets:
        if ticket.is_unresolved:
            groups.setdefault(ticket.order_id, []).append(ticket)
    for ticket in tickets:
        if not ticket.is_unresolved:
            shown.append(card(ticket, party))
        elif ticket.order_id in groups:
            shown.append(case_card(groups.pop(ticket.order_id), party))
    return shown


def case_card(tickets: Iterable[Ticket], party: Party) -> Card:
    """All that is open about an order as one text: what this party is asked comes first, else the gravest leads; news are
    due when the first of them are."""
    in_order = selectors.without_echoes(tickets)
    if len(in_order) == 1:
        return card(in_order[0], party)
    in_order = gravest_first(in_order)
    lead = next((one for one in in_order if _is_asked(one, party)), in_order[0])
    told, due = card(lead, party), lead.news_due
    if not told.asked:
        running = [one for one in in_order if one.status != TicketStatus.WAITING_PARTY]
        due = min((one.news_due for one in running), default=due)
    also = tuple(one.type.name for one in in_order if one is not lead)
    return replace(told, due=due, solved_by=told.solved_by and due == told.due, also=also)


def _is_asked(ticket: Ticket, party: Party) -> bool:
    return ticket.status == TicketStatus.WAITING_PARTY and ticket.asked_party == party


def _question(ticket: Ticket) -> str:
    asked = ticket.events.filter(kind="ask_party").order_by("-id").first()
    return asked.text if asked else ""


def _resolution(ticket: Ticket, party: Party) -> str:
    """What was done. Why something was a false alarm is written for colleagues, unless the platform said it."""
    if ticket.status == TicketStatus.DISMISSED and not ticket.resolution.startswith(AUTO):
        return _("We have looked into it and found nothing to put right.")
    if ticket.status == TicketStatus.MERGED:
        return _("It was settled together with another report of the same problem.")
    return resolution_text(ticket)


def log(tickets: Iterable[Ticket], party: Party) -> list[Entry]:
    """The logs of these tickets of one order as this party may read them, as one, newest first."""
    entries = []
    for ticket in tickets:
        for entry in selectors.log_for(ticket, party):
            if entry.kind in _ROUTINE:
                continue
            entry.ticket = ticket
            note = _("taken back") if hasattr(entry, "undone_by") else entry.text
            level = KINDS[entry.kind].level if entry.kind in KINDS else ""
            entries.append(Entry(entry.at, entry_text(entry, party), note, level))
    taken_up = [one.responded_at for one in tickets if one.responded_at and one.is_unresolved]
    if taken_up:
        entries.append(Entry(min(taken_up), _("Customer service has taken it up")))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def gains(tickets: Iterable[Ticket], party: Party) -> list[Gain]:
    """What this party has got or paid through these tickets of one order, and what they can expect: that once, however many
    tickets promise it."""
    gained, expected = [], []
    for ticket in tickets:
        found = [
            gain
            for entry in selectors.log_for(ticket, party)
            if (kind := KINDS.get(entry.kind)) and kind.gain and (gain := kind.gain(entry, party))
        ]
        gained += found
        if party == Party.CUSTOMER and ticket.is_unresolved and not found:
            expected += _expected(ticket)
    return gained + list(dict.fromkeys(expected))


def _expected(ticket: Ticket) -> Iterator[Gain]:
    rule = ticket.compensation_rule
    fen = owed(ticket) if rule and "grades" not in rule.params else 0
    if fen:
        yield Gain(_("By our rules you get at least %(fen)s.") % {"fen": yuan(fen)})
    if text := prospect(ticket):
        yield Gain(text)
