"""What a conversation is about and who takes part in it: told by the apps above, which chat does not know.

@subject("order")
def order(ref: str) -> Subject | None: ...          # the card beside the chat

@participants("order")
def customer(subject: Subject) -> Iterable[Participant]: ...

@open_while("order")                                # one yes is enough
def is_live(subject: Subject) -> bool: ...

@offers
def live_orders(user, role: str) -> Iterable[Subject]: ...    # what a person may ask customer service about

@keeps("order")                                     # of these, whose words must not be redacted yet
def disputed(refs: set[str]) -> set[str]: ...

@words("picked_up")                                 # a system message, in the active language
def picked_up(data: dict) -> str: ...
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Subject:
    """An order or a ticket as a card. `urls` by role: where customer, courier and operator look it up."""

    kind: str
    ref: str
    campus_id: int
    title: str
    state: str = ""
    icon: str = "package"
    urls: dict[str, str] = field(default_factory=dict)
    thing: object = None  # for the app that made it

    @property
    def key(self) -> str:
        """As a form's value: "order:K7Q2…"."""
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True)
class Participant:
    """One person's part. They see messages from `since` to `until` (None: without a limit), and write while it is open."""

    role: str
    user_id: int
    name: str
    since: datetime | None = None
    until: datetime | None = None
    url: str = ""  # where they look the subject up


_subjects: dict[str, Callable[[str], Subject | None]] = {}
_participants: dict[str, list[Callable[[Subject], Iterable[Participant]]]] = defaultdict(list)
_open: dict[str, list[Callable[[Subject], bool]]] = defaultdict(list)
_keeps: dict[str, list[Callable[[set[str]], set[str]]]] = defaultdict(list)
_offers: list[Callable[[object, str], Iterable[Subject]]] = []
_words: dict[str, Callable[[dict], str]] = {}


def subject(kind: str) -> Callable:
    def register(function):
        _subjects[kind] = function
        return function

    return register


def _adder(registry: dict[str, list]) -> Callable[[str], Callable]:
    def add(kind: str) -> Callable:
        def register(function):
            registry[kind].append(function)
            return function

        return register

    return add


participants, open_while, keeps = _adder(_participants), _adder(_open), _adder(_keeps)


def offers(function: Callable) -> Callable:
    _offers.append(function)
    return function


def words(code: str) -> Callable:
    def register(function):
        _words[code] = function
        return function

    return register


# -- Asking ------------------------------------------------------------------------------------------------


def find(kind: str, ref: str) -> Subject | None:
    return _subjects[kind](ref) if kind in _subjects and ref else None


def participants_of(found: Subject) -> list[Participant]:
    return [participant for function in _participants[found.kind] for participant in function(found)]


def is_open(found: Subject) -> bool:
    return any(function(found) for function in _open[found.kind])


def offered(user, role: str) -> list[Subject]:
    """What this person may want to ask about now."""
    return [one for function in _offers for one in function(user, role)]


def about(key: str, user) -> Subject | None:
    """The subject of a form's value, if this person takes part in it."""
    kind, _, ref = key.partition(":")
    found = find(kind, ref)
    if found is None or all(participant.user_id != user.pk for participant in participants_of(found)):
        return None
    return found


def kept(kind: str, refs: set[str]) -> set[str]:
    return {ref for function in _keeps[kind] for ref in function(refs)}


def sentence(data: dict) -> str:
    """A system message in the active language; empty for one that nobody speaks any more."""
    speak = _words.get(data.get("code", ""))
    return speak(data) if speak else ""
