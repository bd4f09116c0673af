"""What is asked of the operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.geo import LatLon
from campus.models import Place
from campus.selectors import nearest_place, places_for
from core.ids import as_pk
from core.images import PhotoField
from core.money import YuanField
from couriers.models import Courier
from couriers.selectors.positions import accuracy_note
from delivery import services as delivery
from delivery.models import HOLDING, Leg, LegStatus, Rescue
from exceptions.actions.base import ActionForm, name_of
from exceptions.console.courier_candidates import Candidate, rescuers

MAX_EXTRA_FEN = 2000
IN_HAND = (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF, LegStatus.HANDING_ON)


def giver_of(order) -> Leg | None:
    """The leg of the courier who has the goods."""
    held = Leg.objects.filter(order=order, status__in=set(HOLDING) & set(IN_HAND)).select_related(
        "courier__user", "campus", "pickup", "dropoff__zone", "relay"
    )
    leg = held.order_by("pk").first()
    if leg is not None:
        leg.order = order
    return leg


@dataclass(frozen=True)
class Seen:
    """Where the first courier's phone was last, since when that is, and within what it is true (in words)."""

    where: LatLon
    at: datetime
    exact: str


def last_seen(giver: Leg) -> Seen | None:
    """However long ago; None where it was never heard."""
    courier = giver.courier
    if courier is None or courier.lat is None or courier.lon is None or courier.located_at is None:
        return None
    return Seen((courier.lat, courier.lon), courier.located_at, accuracy_note(courier))


class RescueForm(ActionForm):
    courier = forms.ModelChoiceField(label=gettext_lazy("Who fetches it"), queryset=Courier.objects.none())
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=Rescue.Way.choices, initial=Rescue.Way.MEET)
    place = forms.ModelChoiceField(label=gettext_lazy("Where"), queryset=Place.objects.none(), required=False)
    note = forms.CharField(
        label=gettext_lazy("Where exactly, and how to know it (optional)"), max_length=200, required=False
    )
    photo = PhotoField(label=gettext_lazy("Photo of where it lies (optional)"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why the first courier cannot go on, as all three read it"), max_length=100
    )
    extra_fen = YuanField(
        label=gettext_lazy("Added by the platform"),
        max_fen=MAX_EXTRA_FEN,
        required=False,
        help_text=gettext_lazy("Empty: so much that the second courier is paid as for the whole job."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.giver = giver_of(self.ticket.order)
        self.problem = delivery.rescue_problem(self.giver)
        place = cast(forms.ModelChoiceField, self.fields["place"])
        place.queryset = places_for(self.ticket.order.campus)
        self.initial["reason"] = self.ticket.type.name
        self.seen = last_seen(self.giver) if self.giver else None
        if self.giver and self.seen:
            near = nearest_place(self.giver.campus, *self.seen.where)
            place.empty_label = _("where %(name)s was last seen, near %(place)s") % {
                "name": name_of(self.giver.courier), "place": near.label if near else "—",
            }  # fmt: skip
        self.where = self._where(args[0] if args else kwargs.get("data"))
        self.offered: dict[int, Candidate] = {}
        if self.giver and self.where and not self.problem:
            self.offered = {one.courier.pk: one for one in rescuers(self.ticket, self.giver, self.where)}
        couriers = cast(forms.ModelChoiceField, self.fields["courier"])
        couriers.queryset = Courier.objects.filter(pk__in=self.offered).select_related("user")
        couriers.choices = [
            (pk, " · ".join([one.courier.user.display_name, *one.reasons]))
            for pk, one in self.offered.items()
        ]
        if self.offered:
            self.initial["courier"] = next(iter(self.offered))

    def _where(self, data: Mapping | None) -> LatLon | None:
        """The place that is chosen, or where the first one was last seen."""
        pk = as_pk(str((data or {}).get("place") or ""))
        if pk and (place := places_for(self.ticket.order.campus).filter(pk=pk).first()):
            return place.position
        return self.seen.where if self.seen else None

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if self.problem:
            raise forms.ValidationError(self.problem)
        if self.where is None:
            self.add_error("place", _("Nobody knows where the first courier is: choose a place."))
        elif not self.offered:
            self.add_error("courier", _("Nobody on duty may take it on just now."))
        if cleaned.get("way") == Rescue.Way.FETCH and not (cleaned.get("note") or cleaned.get("place")):
            self.add_error("note", _("Say where it lies, or choose a place."))
        return cleaned | {"where": self.where}
