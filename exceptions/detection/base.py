"""What a detector is made of."""

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.functional import Promise

Words: TypeAlias = str | Promise


@dataclass(frozen=True)
class Threshold:
    """A whole number that a campus may set for itself. `label` says the unit."""

    name: str
    label: Words
    default: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class Detector:
    """One way in which the platform itself notices a problem.

    `evidence`: what its tickets rest on. `types`: the codes of the exception types that it opens tickets of. Their tickets settle themselves by what the
    type's row says (`obsolete_on`), and `settles` names what else ends them; `stays` says why those of a type that
    nothing ends wait for a person.
    """

    label: Words
    types: tuple[str, ...]
    evidence: str
    settles: str = ""
    stays: str = ""
