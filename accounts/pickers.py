"""Choosing a place of the campus: a list by zone that filters as one types. Shared by addresses and orders.

class AddressForm(forms.ModelForm):
    place = PlaceField(label=_("Building"))
    def __init__(...): self.fields["place"].use(campus)            # or .use(campus, kinds=["parcel_station"])

In the template: {{ form.place }} inside components/form_field.html, and once on the page
<script src="{% static "js/picker.js" %}" defer>. Without scripts it is a plain list of radio buttons.
"""

from collections.abc import Iterable

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Campus, Place
from campus.selectors import places_for

ICONS = {
    Place.Kind.DORM: "building",
    Place.Kind.CANTEEN: "utensils",
    Place.Kind.SHOP: "store",
    Place.Kind.GATE: "door-open",
    Place.Kind.PARCEL_STATION: "package",
    Place.Kind.LIBRARY: "book-open",
    Place.Kind.TEACHING: "book-open",
}


class PlacePicker(forms.Widget):
    """Radio buttons grouped by zone under one field that shows the choice."""

    places: Iterable[Place] = ()

    def use_required_attribute(self, initial) -> bool:
        return False  # the browser would complain about a radio button that is folded away

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        attrs = {**self.attrs, **(attrs or {})}
        groups: dict[str, dict] = {}
        chosen = None
        for place in self.places:
            zone = place.zone
            key = str(zone.pk) if zone else ""
            group = groups.setdefault(
                key, {"title": zone.label if zone else _("Elsewhere"), "zone": zone, "places": []}
            )
            place.icon = ICONS.get(place.kind, "map-pin")
            place.words = f"{place.name} {place.name_en} {place.code} {zone.name if zone else ''}".lower()
            group["places"].append(place)
            if str(place.pk) == str(value or ""):
                chosen = place
        last = groups.pop("", None)
        context = {
            "name": name,
            "id": attrs.get("id", f"id_{name}"),
            "described_by": attrs.get("aria-describedby", ""),
            "invalid": attrs.get("aria-invalid", ""),
            "groups": [*groups.values(), *([last] if last else [])],
            "chosen": chosen,
        }
        return mark_safe(render_to_string("components/place_picker.html", context))


class PlaceField(forms.ModelChoiceField):
    """A place of one campus; call `use` in the form's `__init__`. One query for the list, one for the check."""

    widget = PlacePicker
    default_error_messages = {
        "invalid_choice": gettext_lazy("Choose a place from the list."),
        "required": gettext_lazy("Choose a place from the list."),
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(Place.objects.none(), **kwargs)

    def use(self, campus: Campus, kinds: Iterable[str] | None = None) -> None:
        """Offer the open places of the campus, all or those of `kinds`."""
        self.queryset = places_for(campus, kinds)

    def _set_queryset(self, queryset) -> None:
        super()._set_queryset(queryset)
        self.widget.places = self.queryset

    queryset = property(forms.ModelChoiceField._get_queryset, _set_queryset)
