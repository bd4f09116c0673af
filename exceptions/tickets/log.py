"""What the entries of a ticket's log say, in the active language: to an operator, and to the two parties.

An entry keeps facts (`TicketEvent.data`) and a person's own words (`text`); the sentence is made here, by the entry's
kind. Each action adds its own kinds (`exceptions.actions.<name>.texts`). Facts by kind:

  opened, alarm_repeated, claimed, unassigned, rated {stars}, closed, answered, said, joined
  assigned {name, with?} · claimed {with?} · merged {into, before: {status, asked_party, answer_by}} · split {from} ·
  duplicate_joined {no, order, news} · duplicate_left, lead_settled, lead_reopened {no} · silent {party} · promise_missed {was, until} · clock_missed {clocks: [[cycle, name], …]} · delivered {minutes_late} · undone {kind}
  resolved, dismissed, reopened {why?: a key of REASONS}
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.types import Text
from exceptions.clocks.state import ClockName
from exceptions.models import Party, Ticket, TicketEvent

# Why the platform itself ended a ticket. Stored in `resolution` behind "auto:".
REASONS = {
    "found_courier": gettext_lazy("A courier has taken it."),
    "looking_again": gettext_lazy("Another courier is being looked for."),
    "moved_on": gettext_lazy("The goods are on their way."),
    "delivered": gettext_lazy("It was delivered."),
    "confirmed": gettext_lazy("The customer has confirmed the receipt."),
    "found_again": gettext_lazy("It was found again."),
    "nothing_owed": gettext_lazy("It was delivered with a delay too short for compensation."),
    "cancelled": gettext_lazy("The order was cancelled."),
    "returned": gettext_lazy("The goods have been returned."),
    "courier_silent_over": gettext_lazy("The courier is heard of again."),
    "courier_stationary_over": gettext_lazy("The courier moves again."),
    "courier_off_route_over": gettext_lazy("The courier is back on the route."),
}
AUTO = "auto:"
CLOCK_NAMES = {
    ClockName.TOLD: gettext_lazy("customer told"),
    ClockName.WORKED: gettext_lazy("worked on"),
    ClockName.RESPONSE: gettext_lazy("first answer"),
    ClockName.RESOLUTION: gettext_lazy("solution"),
}


@dataclass(frozen=True)
class Gain:
    """Something a party got or gave (fen, signed from their side; None: words only)."""

    text: str
    fen: int | None = None


Sentence = Callable[[TicketEvent, Party | None], str]


@dataclass(frozen=True)
class EntryKind:
    """How entries of one kind are read: `sentence(entry, party)`, with None for an operator.

    `icon` is a Material symbol of the console's timeline and `tone` (hot, good) its colour there; `level` (danger, warn)
    is the colour of the parties' timeline. `gain(entry, party)` is what the party got or gave by it. `undone_name` is how
    an action is called that was undone, and `order_action` the entry of the order's own history that says the same.
    """

    sentence: Sentence
    icon: str
    tone: str = ""
    level: str = ""
    gain: Callable[[TicketEvent, Party], Gain | None] | None = None
    undone_name: Text = ""
    order_action: str = ""


def entry_text(entry: TicketEvent, party: Party | None = None) -> str:
    """What an entry says, to a party or (None) to an operator. Own words (`entry.text`) stand beside it."""
    kind = KINDS.get(entry.kind)
    return kind.sentence(entry, party) if kind else entry.kind


def resolution_text(ticket: Ticket) -> str:
    """What was done, as people read it."""
    code = ticket.resolution.removeprefix(AUTO)
    return str(REASONS[code]) if ticket.resolution.startswith(AUTO) and code in REASONS else ticket.resolution


def actor_name(entry: TicketEvent, party: Party | None) -> str:
    """Who did it: by name for operators, by part for the parties."""
    if party is not None and entry.role == party:
        return _("You")
    if party is None and entry.actor:
        return entry.actor.display_name
    return {
        "customer": _("The customer"),
        "courier": _("The courier"),
        "operator": _("Customer service"),
        "system": _("The platform"),
    }.get(entry.role, entry.role)


def by_actor(sentence: str) -> Sentence:
    """A sentence with only %(who)s in it. The msgid is marked where it is written."""
    return lambda entry, party: str(sentence) % {"who": actor_name(entry, party)}


def ended(entry: TicketEvent, party: Party | None) -> str:
    """That the ticket is over, and why if the platform ended it."""
    why = entry.data.get("why")
    if why in REASONS:
        return str(REASONS[why])
    return _("Resolved") if entry.kind == "resolved" else _("Closed: nothing was wrong")


def _opened(entry: TicketEvent, party: Party | None) -> str:
    name = entry.ticket.type.name
    if entry.role == "system":
        return _("Found by itself: %(type)s") % {"type": name}
    return _("%(who)s reported: %(type)s") % {"who": actor_name(entry, party), "type": name}


def _assigned(entry: TicketEvent, party: Party | None) -> str:
    return _("Given to %(name)s") % {"name": entry.data.get("name", "")}


def _delivered(entry: TicketEvent, party: Party | None) -> str:
    late = entry.data.get("minutes_late", 0)
    return ngettext("Delivered, %(n)s min late", "Delivered, %(n)s min late", late) % {"n": late}


def _promise_missed(entry: TicketEvent, party: Party | None) -> str:
    times = {name: clock.day_time(entry.data[name]) for name in ("was", "until")}
    if party is None:
        return _("No answer by %(was)s, as was promised; a new time was given: %(until)s") % times
    return _("We had promised an answer by %(was)s, and are late. We are sorry. New time: %(until)s") % times


def _merged(entry: TicketEvent, party: Party | None) -> str:
    if party is None:
        return _("Merged into %(no)s") % {"no": entry.data["into"]}
    return _("We handle it together with another report of the same problem")


def _split(entry: TicketEvent, party: Party | None) -> str:
    if party is None:
        return _("Split off from %(no)s again") % {"no": entry.data["from"]}
    return _("We handle it by itself again")


def _about_duplicate(sentence: str) -> Sentence:
    return lambda entry, party: str(sentence) % {"no": entry.data["no"]}


def _of_lead(operators: str, parties: str) -> Sentence:
    return lambda entry, party: str(operators) % {"no": entry.data["no"]} if party is None else str(parties)


def clock_names(data: dict) -> str:
    """Which clocks an entry says ran out: "customer told, first answer"."""
    return ", ".join(str(CLOCK_NAMES[name]) for _cycle, name in data["clocks"])


def _clock_missed(entry: TicketEvent, party: Party | None) -> str:
    return _("Time ran out: %(clocks)s") % {"clocks": clock_names(entry.data)}


def _rated(entry: TicketEvent, party: Party | None) -> str:
    return _("Rated the handling: %(stars)s of 5") % {"stars": entry.data.get("stars", "")}


def _undone(entry: TicketEvent, party: Party | None) -> str:
    undone = KINDS.get(entry.data.get("kind"))
    return _("Taken back: %(what)s") % {"what": undone.undone_name if undone else ""}


def _plain(sentence: str) -> Sentence:
    return lambda entry, party: str(sentence)


KINDS: dict[str, EntryKind] = {
    "opened": EntryKind(_opened, "e911_emergency", tone="hot", level="danger"),
    "joined": EntryKind(by_actor(gettext_lazy("%(who)s reported it too")), "add_comment"),
    "alarm_repeated": EntryKind(_plain(gettext_lazy("The alarm rang again: still not done")), "alarm"),
    "claimed": EntryKind(by_actor(gettext_lazy("%(who)s is handling it")), "front_hand"),
    "assigned": EntryKind(_assigned, "person_add"),
    "unassigned": EntryKind(by_actor(gettext_lazy("%(who)s put it back into the queue")), "back_hand"),
    "answered": EntryKind(by_actor(gettext_lazy("%(who)s answered")), "reply"),
    "said": EntryKind(by_actor(gettext_lazy("%(who)s added")), "reply"),
    "silent": EntryKind(
        _plain(gettext_lazy("No answer came in time; we go on without it")), "hourglass_disabled"
    ),
    "promise_missed": EntryKind(_promise_missed, "alarm", tone="hot", level="warn"),
    "clock_missed": EntryKind(_clock_missed, "timer_off", tone="hot"),
    "delivered": EntryKind(_delivered, "where_to_vote"),
    "dismissed": EntryKind(ended, "notifications_off"),
    "reopened": EntryKind(by_actor(gettext_lazy("%(who)s opened it again")), "restart_alt", "hot", "danger"),
    "rated": EntryKind(_rated, "star"),
    "closed": EntryKind(_plain(gettext_lazy("Closed")), "lock"),
    "undone": EntryKind(_undone, "undo"),
    "merged": EntryKind(_merged, "merge"),
    "split": EntryKind(_split, "call_split"),
    "duplicate_joined": EntryKind(_about_duplicate(gettext_lazy("%(no)s was merged into this one")), "merge"),
    "duplicate_left": EntryKind(_about_duplicate(gettext_lazy("%(no)s was split off again")), "call_split"),
    "lead_settled": EntryKind(
        _of_lead(
            gettext_lazy("Settled with %(no)s"), gettext_lazy("Settled, together with the other report")
        ),
        "task_alt",
        tone="good",
    ),
    "lead_reopened": EntryKind(
        _of_lead(
            gettext_lazy("Opened again with %(no)s"),
            gettext_lazy("Opened again, together with the other report"),
        ),
        "restart_alt",
    ),
}


def add_kinds(kinds: dict[str, EntryKind]) -> None:
    """Add the kinds of entries that an action writes. A kind has one meaning."""
    if known := KINDS.keys() & kinds.keys():
        raise ValueError(f"known kinds of log entries: {', '.join(sorted(known))}")
    KINDS.update(kinds)
