"""What exceptions say to people: at each step the customer and the courier are told what happened, what is done about
it, by when, and what they get. One notice an entry of the ticket's log and person, however often a handler runs.

What dispatch and orders say already (another courier, more time for the courier, an order cancelled) is not said twice.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import yuan
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType, Party, Ticket, TicketEvent
from exceptions.tickets.lifecycle import people
from exceptions.tickets.wording import CAUSES, clock_time, event_text, headline, resolution_text
from messaging import kinds
from messaging.kinds import GRAVE, Topic
from messaging.models import Notice
from messaging.services import letter, notify, speaking_to

INFO, GOOD, WARN = Notice.Level
Audience = TicketEvent.Audience
# Dispatch tells the customer that another courier is being looked for.
_SAID_BY_DISPATCH = {("courier_cancelled", Party.CUSTOMER)}
TROUBLE, MONEY, NEEDED = Topic.TROUBLE, Topic.MONEY, Topic.NEEDED
_TELLERS: dict[str, Callable] = {}

kinds.add("ticket_opened", TROUBLE, severity=2, useful=timedelta(hours=6))


def _says(entry_kind: str, topic: Topic = TROUBLE, **traits) -> Callable:
    """Register what is said of an entry of that kind: words(entry, party) -> (title, body, level), None for nothing."""

    def register(words: Callable) -> Callable:
        kinds.add(f"ticket_{entry_kind}", topic, **({"useful": timedelta(hours=6)} | traits))
        _TELLERS[entry_kind] = words
        return words

    return register


def _severity(ticket: Ticket) -> int | None:
    """Somebody's safety goes by every way at any hour; else the kind of the notice says how grave it is."""
    return GRAVE if ticket.severity == ExceptionType.Severity.SAFETY else None


def opened(ticket: Ticket, rule: CompensationRule | None) -> Iterator[Notice]:
    """The letters to the people concerned by a new ticket. `rule` is what its type is worth on its campus, if anything.

    They are not sent here: a storm of tickets is told of in a few statements (`messaging.services.notify_all`).
    """
    for party, user in people(ticket):
        if (ticket.type_id, party) in _SAID_BY_DISPATCH:
            continue
        with speaking_to(user):
            title, body = headline(ticket, party)
            if party == Party.CUSTOMER:
                body = " ".join(filter(None, [body, by_when(ticket), prospect(ticket, rule)]))
            link, key = _link(ticket), f"ticket:{ticket.no}:opened"
            yield letter(
                user=user, kind="ticket_opened", title=title, body=body, link=link, level=WARN, key=key,
                severity=_severity(ticket),
            )  # fmt: skip


def by_when(ticket: Ticket) -> str:
    """Until when the customer hears of it."""
    return _("You hear from us by %(time)s.") % {"time": clock_time(ticket.respond_by)}


def prospect(ticket: Ticket, rule: CompensationRule | None) -> str:
    """What the customer gets if it takes longer, said before they ask."""
    if rule is None or rule.formula != CompensationRule.Formula.TIER_BY_MINUTES_LATE:
        return ""
    late = int(ticket.order.lateness().total_seconds() // 60)
    tier = compensation.next_tier(rule.params, late)
    if tier is None:
        return ""
    minutes, fen = tier
    return _("From %(minutes)s min late on you get %(fen)s.") % {"minutes": minutes, "fen": yuan(fen)}


def entry_written(entry: TicketEvent) -> None:
    """Tell those whom a new entry of the log concerns."""
    make = _TELLERS.get(entry.kind)
    if make is None or (entry.actor_id is None and entry.kind == "resolved"):
        return  # what has settled itself needs no notice: the order's own ones say that it went on
    ticket = entry.ticket
    for party, user in _audience(entry):
        with speaking_to(user):
            told = make(entry, party)
            if told:
                title, body, level = told
                _tell(
                    ticket, user, f"ticket_{entry.kind}", title, body, level, key=f"ticket-entry:{entry.pk}"
                )


def _audience(entry: TicketEvent) -> list[tuple[Party, object]]:
    """The parties who may read the entry, without the one who wrote it."""
    ticket = entry.ticket
    if entry.audience == Audience.OPERATORS:
        return []
    if entry.audience == Audience.EVERYONE:
        found = people(ticket)
    elif entry.audience == Audience.CUSTOMER:
        found = [(Party.CUSTOMER, ticket.order.customer)]
    else:
        found = [(Party.COURIER, ticket.courier.user)] if ticket.courier else []
    return [(party, user) for party, user in found if user.pk != entry.actor_id]


def _tell(ticket: Ticket, user, kind: str, title: str, body: str, level: str, *, key: str) -> None:
    notify(
        user=user, kind=kind, title=title, body=body, link=_link(ticket), level=level, key=key,
        severity=_severity(ticket),
    )  # fmt: skip


def _link(ticket: Ticket) -> str:
    return reverse("exceptions:ticket", args=[ticket.no])


# -- What is said of each kind of entry: (title, body, level), or None for nothing ---------------------------


@_says("extend_promise")
def _extended(entry: TicketEvent, party: Party):
    if party == Party.COURIER:
        return None
    title = _("New time for your order: %(time)s") % {"time": clock_time(entry.data["promised_at"])}
    body = _("We are sorry: %(cause)s.") % {"cause": CAUSES.get(entry.data.get("cause"), CAUSES["other"])}
    return title, f"{body} {entry.text}".strip(), INFO


@_says("reassign")
def _reassigned(entry: TicketEvent, party: Party):
    if party == Party.COURIER or entry.data.get("before"):
        return None
    return _("We are finding you a courier"), _("Your order is at the head of the queue now."), INFO


@_says("refund", MONEY)
def _refunded(entry: TicketEvent, party: Party):
    title = _("%(fen)s comes back to you") % {"fen": yuan(entry.data["fen"])}
    return title, _("It goes the way you paid. %(reason)s") % {"reason": entry.text}, GOOD


@_says("compensate", MONEY)
def _compensated(entry: TicketEvent, party: Party):
    title = _("%(fen)s compensation is in your wallet") % {"fen": yuan(entry.data["fen"])}
    name = entry.ticket.type.name
    return title, _("%(type)s. %(text)s") % {"type": name, "text": entry.text} if entry.text else name, GOOD


@_says("charged")
def _charged(entry: TicketEvent, party: Party):
    title = _("%(fen)s is taken from the pay of a job") % {"fen": yuan(entry.data["fen"])}
    body = _("It goes to the customer: %(type)s. If you see it otherwise, answer in the ticket.")
    return title, body % {"type": entry.ticket.type.name}, WARN


@_says("warn")
def _warned(entry: TicketEvent, party: Party):
    points = entry.data.get("points", 0)
    if not points:
        body = _("This is the first time, so it costs nothing: %(reason)s") % {"reason": entry.text}
        return _("Please take care: a warning"), body, WARN
    title = ngettext("%(n)s credit point taken", "%(n)s credit points taken", points) % {"n": points}
    return title, entry.text, WARN


@_says("ask_party", NEEDED, severity=2, useful=timedelta(hours=1))
def _asked(entry: TicketEvent, party: Party):
    title = _("A question for you, answer by %(time)s") % {"time": clock_time(entry.data["until"])}
    return title, entry.text, WARN


@_says("silent")
def _unanswered(entry: TicketEvent, party: Party):
    title = _("No answer came in time; we go on without it")
    return title, _("You can still write in the ticket what you know."), WARN


@_says("note")
def _noted(entry: TicketEvent, party: Party):
    return _("News about: %(type)s") % {"type": entry.ticket.type.name}, entry.text, INFO


@_says("resolved", waits=True)
def _resolved(entry: TicketEvent, party: Party):
    title = _("Settled: %(type)s") % {"type": entry.ticket.type.name}
    body = resolution_text(entry.ticket)
    if party == Party.CUSTOMER:
        body += " " + _("How did we do? Not right yet? Open it again within 7 days.")
    return title, body, GOOD


@_says("reopened")
def _reopened(entry: TicketEvent, party: Party):
    title = _("We look at it again: %(type)s") % {"type": entry.ticket.type.name}
    return title, by_when(entry.ticket) if party == Party.CUSTOMER else "", INFO


@_says("undone")
def _undone(entry: TicketEvent, party: Party):
    return event_text(entry, party), _("You see on the ticket's page how it stands now."), INFO
