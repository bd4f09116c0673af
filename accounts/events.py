"""Events of people and of how they get in."""

from datetime import date

from core.events import Event


class PersonBanned(Event, name="accounts.banned"):
    """A supervisor has banned somebody from the platform."""

    user: int
    by: int


class AccessChanged(Event, name="accounts.access_changed"):
    """How a person gets in, or where their money goes, was changed (`changes.Change`)."""

    user: int
    change: str
    old_phone: str = ""  # encrypted: the number that counted before, where another one counts now


class CodesCapped(Event, name="accounts.codes_capped"):
    """No more codes go to numbers without an account today: the cap of the site is reached."""

    kind: str  # login, signup
    most: int
    day: date


class NumberClaimed(Event, name="accounts.number_claimed"):
    """Somebody without a password claims a long unused account."""

    claim: int


class ClaimDecided(Event, name="accounts.claim_decided"):
    """A supervisor has approved or refused such a claim."""

    claim: int
