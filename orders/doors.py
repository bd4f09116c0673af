"""Which door: the floor that an address names, and what a form must know of a dorm's stairs."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.pickers import PlaceField
from campus.models import Place
from core.names import NameFormField

HIGHEST_FLOOR = 40
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九十")} | {"两": 2}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMERAL = "[一二三四五六七八九十两]"
# "六楼", "第十二层"; not "二号楼", which is a house.
_CHINESE = re.compile(rf"({_NUMERAL}{{1,3}})\s*[楼层]")
_FLOOR = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:楼|层|/?\s*[Ff](?![A-Za-z])|(?:st|nd|rd|th)?\s*floor)|(?<![A-Za-z])(?:[FL]|floor|level)\s*(\d{1,2})(?!\d)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\s+floor", re.IGNORECASE)
# "三零六", "四0五".
_SPELT_ROOM = re.compile(r"[零〇一二三四五六七八九\d]{3,4}")
# "302", "1204"; not the year that somebody began in ("2026级").
_ROOM = re.compile(r"(?<!\d)(\d{1,2})\d\d(?!\d|\s*级)")


def named_floor(detail: str) -> int | None:
    """The floor that an address names: "3楼 302" → 3, "六楼" → 6, "1204" → 12, "by the door" → None."""
    text = unicodedata.normalize("NFKC", detail)
    if match := _CHINESE.search(text):
        return max(_number(match[1]), 1)
    if match := _ORDINAL.search(text):
        return _ORDINALS.index(match[1].lower()) + 1
    match = _FLOOR.search(text) or _ROOM.search(_SPELT_ROOM.sub(_in_digits, text))
    return max(int(next(filter(None, match.groups()))), 1) if match else None


def _in_digits(spelt: re.Match[str]) -> str:
    """ "三零六" → "306"."""
    return "".join(str(_DIGITS.get(char, 0)) if not char.isdecimal() else char for char in spelt[0])


def _number(numeral: str) -> int:
    """ "十二" → 12, "二十" → 20."""
    tens, ten, ones = numeral.rpartition("十")
    value = _DIGITS.get(ones, 0)
    return value + 10 * _DIGITS.get(tens, 1) if ten else value


def floor_of(detail: str, place: Place | None = None) -> int:
    """The floor of an address, the ground floor where it names none; never above the building's own."""
    highest = place.floors if place is not None and place.floors > 1 else HIGHEST_FLOOR
    return min(named_floor(detail) or 1, highest)


class DoorForm(forms.Form):
    """A place and the door in it. To a dorm the stairs are known before it is priced: a room, or that the customer comes
    downstairs."""

    # Whether goods are brought up to it.
    asks_room = True
    # The stairs follow from the address, also when it changes. The others ask for them, or have none.
    floor_by_address = False

    dropoff = PlaceField(label=_("Deliver to"))
    dropoff_detail = NameFormField(label=_("Floor and room"), max_length=60, required=False)
    downstairs = forms.BooleanField(label=_("I come downstairs to fetch it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.asks_room:
            del self.fields["downstairs"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        place, detail = cleaned.get("dropoff"), cleaned.get("dropoff_detail", "")
        asked = self.asks_room and place is not None and place.kind == Place.Kind.DORM
        if not asked or cleaned.get("downstairs") or "dropoff_detail" in self.errors:
            return cleaned
        if not detail:
            self.add_error("dropoff_detail", _("Which room? Or tick that you come downstairs."))
        elif self.floor_by_address and not place.has_lift and named_floor(detail) is None:
            self.add_error(
                "dropoff_detail", _("There is no lift: please name the floor or the room's number.")
            )
        return cleaned

    def floor(self) -> int:
        """The floor that it is brought up to, of what has been filled in so far."""
        given = self.cleaned_data
        return (
            1 if given.get("downstairs") else floor_of(given.get("dropoff_detail", ""), given.get("dropoff"))
        )
