"""Luggage, boxes and furniture, up and down the stairs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, Number, floor_of, pickup_detail_field, pickup_field


class HaulForm(ErrandForm):
    kind = "haul"
    what_fields = ("what", "pieces", "heaviest_kg", "stairs")

    pickup = pickup_field()
    pickup_detail = pickup_detail_field(_("Floor and room"))
    what = forms.CharField(label=_("What is to be moved"), max_length=60)
    pieces = Number(1, 20, label=_("Pieces"), initial=1)
    heaviest_kg = Number(1, 50, label=_("The heaviest (kg)"), initial=5)
    stairs = Number(0, 20, label=_("Floors to climb without a lift"), initial=0)

    def of_kind(self, given):
        heaviest = given.get("heaviest_kg") or 1
        climbed = max(given.get("stairs") or 0, floor_of(given.get("dropoff_detail", "")) - 1)
        return {
            "what": given.get("what", ""),
            "pieces": given.get("pieces") or 1,
            "answers": {"heaviest_kg": heaviest},
            "weight_kg": heaviest,
            "floor": 1 + climbed,
        }


class Haul(OrderKind):
    form_class = HaulForm
    icon, tile_class, tag_class = "luggage", "is-danger", "tag-amber"
    tile_text = _("Luggage, boxes, furniture")
    courier_label = _("Move")
