"""What exceptions say to people: at each step the customer and the courier are told what happened, what is done about
it, by when, and what they get. One notice an entry of the ticket's log and person, however often a handler runs.

What dispatch and orders say already (another courier, more time for the courier, an order cancelled) is not said twice.
What is said of an action stands in its folder (`exceptions.actions.<name>.notification`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import StaffRole, User
from core import clock
from core.money import yuan
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType, Party, Ticket, TicketEvent
from exceptions.tickets.headline import headline
from exceptions.tickets.lifecycle import people
from exceptions.tickets.log import clock_names, entry_text
from notifications import kinds
from notifications.kinds import GRAVE, Topic
from notifications.models import Notice
from notifications.services import build_notification, notify

INFO, GOOD, WARN = Notice.Level
Audience = TicketEvent.Audience
TROUBLE, MONEY, NEEDED = Topic.TROUBLE, Topic.MONEY, Topic.NEEDED
USEFUL = timedelta(hours=6)

kinds.add("ticket_opened", TROUBLE, severity=2, useful=USEFUL)
kinds.add("clock_missed", NEEDED, severity=2, useful=USEFUL)
kinds.add("promise_missed", NEEDED, severity=2, useful=USEFUL)


@dataclass(frozen=True)
class Notification:
    """What a party is told of an entry: `text(entry, party)` is (title, body, level), or None for nothing.

    `traits` are those of `notifications.kinds.add`: how grave it is, how long it is of use, whether it may wait.
    """

    text: Callable[[TicketEvent, Party], tuple[str, str, str] | None]
    topic: Topic = TROUBLE
    traits: dict = field(default_factory=dict)


_notifications: dict[str, Notification] = {}


def add(notifications: dict[str, Notification]) -> None:
    """Tell people of the entries of these kinds."""
    for entry_kind, notification in notifications.items():
        kinds.add(f"ticket_{entry_kind}", notification.topic, **{"useful": USEFUL} | notification.traits)
        _notifications[entry_kind] = notification


def severity_of(ticket: Ticket) -> int | None:
    """Somebody's safety goes by every way at any hour; else the kind of the notice says how grave it is."""
    return GRAVE if ticket.severity == ExceptionType.Severity.SAFETY else None


def opened(ticket: Ticket) -> Iterator[Notice]:
    """The letters to the people concerned by a new ticket.

    They are not sent here: a storm of tickets is told of in a few statements (`notifications.services.notify_all`).
    """
    for party, user in people(ticket):
        if party == Party.CUSTOMER and not ticket.type.opening_notice:
            continue
        with in_language_of(user):
            title, body = headline(ticket, party)
            if party == Party.CUSTOMER:
                body = " ".join(filter(None, [body, by_when(ticket), prospect(ticket)]))
            link, key = _link(ticket), f"ticket:{ticket.no}:opened"
            yield build_notification(
                user=user, kind="ticket_opened", title=title, body=body, link=link, level=WARN, key=key,
                about=ticket.order.no, severity=severity_of(ticket),
            )  # fmt: skip


def by_when(ticket: Ticket) -> str:
    """Until when the customer hears of it."""
    return _("You hear from us by %(time)s.") % {"time": clock.day_time(ticket.respond_by)}


def prospect(ticket: Ticket) -> str:
    """What the customer gets if it takes longer, said before they ask."""
    rule = ticket.compensation_rule
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
    notification = _notifications.get(entry.kind)
    if notification is None or (entry.actor_id is None and entry.kind == "resolved"):
        return  # what has settled itself needs no notice: the order's own ones say that it went on
    ticket = entry.ticket
    for party, user in _audience(entry):
        with in_language_of(user):
            if told := notification.text(entry, party):
                title, body, level = told
                notify(
                    user=user, kind=f"ticket_{entry.kind}", title=title, body=body, link=_link(ticket), level=level,
                    about=ticket.order.no, key=f"ticket-entry:{entry.pk}", severity=severity_of(ticket),
                )  # fmt: skip


def _audience(entry: TicketEvent) -> list[tuple[Party, object]]:
    """The parties who may read the entry, without the one who wrote it."""
    ticket = entry.ticket
    if entry.audience == Audience.OPERATORS:
        return []
    if entry.audience == Audience.EVERYONE:
        readers = people(ticket)
    elif entry.audience == Audience.CUSTOMER:
        readers = [(Party.CUSTOMER, ticket.order.customer)]
    else:
        readers = [(Party.COURIER, ticket.courier.user)] if ticket.courier else []
    return [(party, user) for party, user in readers if user.pk != entry.actor_id]


def _link(ticket: Ticket) -> str:
    return reverse("exceptions:ticket", args=[ticket.no])


# -- What is said of the entries that no action writes ---------------------------------------------------------


def _unanswered(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("No answer came in time; we go on without it")
    return title, _("You can still write in the ticket what you know."), WARN


def _promise_missed(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    times = {name: clock.day_time(entry.data[name]) for name in ("was", "until")}
    title = _("Sorry, you have not heard from us by %(was)s") % times
    return title, _("A supervisor has been told of it. You hear from us by %(until)s.") % times, WARN


def _supervisors_of(ticket: Ticket) -> QuerySet[User]:
    return User.objects.filter(
        is_active=True, staff_roles__campus=ticket.campus_id, staff_roles__role=StaffRole.Role.SUPERVISOR
    ).distinct()


def missed_clocks(entry: TicketEvent) -> Iterator[Notice]:
    """To the campus's supervisors: clocks of a ticket have run out."""
    ticket = entry.ticket
    for user in _supervisors_of(ticket):
        with in_language_of(user):
            yield build_notification(
                user=user, kind="clock_missed", level=WARN, link=reverse("exceptions:console_ticket", args=[ticket.no]),
                title=_("Time ran out: %(clocks)s") % {"clocks": clock_names(entry.data)},
                body=_("%(type)s, open since %(time)s")
                % {"type": ticket.type.name, "time": clock.day_time(ticket.opened_at)},
                key=f"clock-missed:{entry.pk}",
            )  # fmt: skip


def missed_promise(entry: TicketEvent) -> Iterator[Notice]:
    """To the campus's supervisors: an answer that was promised has not been given."""
    ticket = entry.ticket
    for user in _supervisors_of(ticket):
        with in_language_of(user):
            times = {name: clock.day_time(entry.data[name]) for name in ("was", "until")}
            yield build_notification(
                user=user, kind="promise_missed", level=WARN, link=reverse("exceptions:console_ticket", args=[ticket.no]),
                title=_("A promised answer was missed: %(type)s") % {"type": ticket.type.name},
                body=_("It was due by %(was)s, and nobody has given it. The people were promised news by %(until)s.")
                % times,
                key=f"promise-missed:{entry.pk}",
            )  # fmt: skip


def _reopened(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("We look at it again: %(type)s") % {"type": entry.ticket.type.name}
    return title, by_when(entry.ticket) if party == Party.CUSTOMER else "", INFO


def _undone(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    return entry_text(entry, party), _("You see on the ticket's page how it stands now."), INFO


add(
    {
        "silent": Notification(_unanswered),
        "promise_missed": Notification(_promise_missed),
        "reopened": Notification(_reopened),
        "undone": Notification(_undone),
    }
)
