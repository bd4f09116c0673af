"""What an import has done, or would do: every object of the map that could be a place is in it, made or left out."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from campus.imports import Change
from campus.models import Campus, Place


class Reason(models.TextChoices):
    """Why something on the map became no place."""

    NO_NAME = (
        "no_name",
        _("It has neither a name nor a number: name it on the map, or add the place by hand."),
    )
    OUTSIDE = "outside", _("It lies outside the campus.")
    REPEAT = "repeat", _("It is the same place as another one of its name.")
    NO_POSITION = "no_position", _("Its position is not in the file.")
    NO_KIND = "no_kind", _("It is of no kind that people order from or to.")


@dataclass(frozen=True)
class LeftOut:
    """Something on the map that became no place: its id there, what it is called, and why."""

    id: str
    name: str
    reason: Reason
    details: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" + (f": {self.details}" if self.details else "")


@dataclass
class Report:
    """What an import did."""

    campus: Campus
    places: Counter = field(default_factory=Counter)  # by kind
    made: list[str] = field(default_factory=list)  # names
    changed: list[tuple[str, list[Change]]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)  # names of what is on the map no more
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # sentences
    zones: int = 0
    nodes: int = 0
    edges: int = 0
    metres: int = 0
    shut_gates: int = 0
    dropped_edges: int = 0
    features: int = 0

    @property
    def new(self) -> int:
        return len(self.made)

    @property
    def gone(self) -> int:
        return len(self.closed)

    def left_out_by_reason(self) -> dict[Reason, list[LeftOut]]:
        groups = defaultdict(list)
        for item in self.left_out:
            groups[item.reason].append(item)
        return {reason: groups[reason] for reason in Reason if reason in groups}

    def as_data(self) -> dict:
        """What a page shows of it, in the language of now: lists of names, and sentences."""
        return {
            "name": self.campus.name,
            "code": self.campus.code,
            "kinds": [[str(Place.Kind(kind).label), count] for kind, count in self.places.most_common()],
            "places": sum(self.places.values()),
            "zones": self.zones,
            "km": round(self.metres / 1000, 1),
            "edges": self.edges,
            "shut_gates": self.shut_gates,
            "dropped_edges": self.dropped_edges,
            "made": self.made,
            "changed": [[name, ", ".join(map(_told, changes))] for name, changes in self.changed],
            "closed": self.closed,
            "left_out": [
                [str(reason.label), [str(item) for item in items]]
                for reason, items in self.left_out_by_reason().items()
            ],
            "notes": self.notes,
        }


def _told(change: Change) -> str:
    """A change in words: "floors 6 → 8"."""
    field = change.model._meta.get_field(change.field.removesuffix("_id"))
    if field.is_relation or field.get_internal_type() == "FloatField":
        return str(field.verbose_name)
    choices = dict(field.flatchoices)
    before, after = (choices.get(value, _SAID.get(value, value)) for value in (change.before, change.after))
    return f"{field.verbose_name} {before} → {after}"


_SAID = {True: _("yes"), False: _("no")}
