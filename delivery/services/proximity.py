"""How far a courier is from where they say they are.

Phones know their place to some ten metres, between houses to a hundred, and not at all in a cellar: the doubt of a fix
counts for the courier, and where there is no recent one nothing is concluded.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Actor
from campus.geo import metres
from campus.models import Place
from core.errors import Invalid
from couriers.fixes import MOST_DOUBT_M, Position
from delivery.models import Leg
from orders.models import Photo

RECENT = timedelta(minutes=1)  # a courier on a bicycle is 250 m farther by then


class FarReason(models.TextChoices):
    """Why somebody says "arrived" who seems to be elsewhere. Kept as "code" or "code: own words"."""

    POSITION = "position", gettext_lazy("My phone shows the wrong position")
    MAP = "map", gettext_lazy("The place is wrong on the map")
    MET = "met", gettext_lazy("We agreed to meet somewhere else")
    OTHER = "other", gettext_lazy("Something else")


@dataclass(frozen=True)
class Excuse:
    """What a courier says and shows who is far away. `photo` is clean (`core.images.clean_photo`)."""

    reason: str
    photo: File


class FarAway(Invalid):
    """The courier is `metres` away, and has not said why."""

    code = "far_away"

    def __init__(self, metres: int, place: Place) -> None:
        super().__init__(
            _("By your position you are %(metres)s m away from %(place)s.")
            % {"metres": metres, "place": place.label}
        )
        self.metres, self.place = metres, place


def metres_away(place: Place | None, where: tuple | None) -> int | None:
    """The straight distance, less what the fix itself is in doubt. None: nobody knows."""
    if place is None or where is None:
        return None
    position = Position(*where)
    if position.age > RECENT:
        return None
    return max(0, round(metres(position[:2], place.position) - min(position.accuracy_m, MOST_DOUBT_M)))


def is_far(leg: Leg, away: int | None) -> bool:
    return away is not None and away > leg.campus.arrival_radius_m


def check_near(
    leg: Leg, place: Place | None, where: tuple | None, actor: Actor, excuse: Excuse | None
) -> dict:
    """What the history keeps of it: {"metres", "far", "excuse"}, as far as it is known and so.

    Raises FarAway for somebody who is beyond the campus's radius without a reason and a photo of where they stand.
    """
    away = metres_away(place, where)
    if away is None:
        return {}
    if not is_far(leg, away):
        return {"metres": away}
    if excuse is None:
        raise FarAway(away, place)
    Photo.objects.create(order=leg.order, by=actor, purpose=Photo.Purpose.PLACE, image=excuse.photo)
    return {"metres": away, "far": True, "excuse": excuse.reason}


def describe(excuse: str) -> str:
    """An excuse as it was stored, in the active language."""
    code, _colon, words = excuse.partition(": ")
    if code not in FarReason.values:
        return excuse
    return f"{FarReason(code).label}: {words}" if words else str(FarReason(code).label)
