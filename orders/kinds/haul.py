"""Luggage, boxes and furniture, up and down the stairs."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Address
from orders.doors import floor_of
from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, Number, pickup_detail_field, pickup_field


class HaulForm(ErrandForm):
    kind = "haul"
    what_fields = ("what", "pieces", "heaviest_kg", "stairs")

    pickup = pickup_field()
    pickup_detail = pickup_detail_field(_("Floor and room"))
    what = forms.CharField(label=_("What is to be moved"), max_length=60)
    pieces = Number(1, 20, label=_("Pieces"), initial=1)
    heaviest_kg = Number(1, 50, label=_("The heaviest (kg)"), initial=5)
    stairs = Number(
        0,
        20,
        label=_("Floors to climb without a lift"),
        initial=0,
        help_text=_("At both ends together. They are what you pay for."),
    )

    def clean(self):
        cleaned = super().clean()
        place, stairs = cleaned.get("dropoff"), cleaned.get("stairs")
        up = self.floor() - 1 if place is not None and not place.has_lift else 0
        if stairs is not None and stairs < up:
            text = ngettext(
                "To this room alone it is %(n)s floor.", "To this room alone there are %(n)s floors.", up
            )
            self.add_error("stairs", text % {"n": up})
        return cleaned

    def of_kind(self, given):
        heaviest = given.get("heaviest_kg") or 1
        return {
            "what": given.get("what", ""),
            "pieces": given.get("pieces") or 1,
            "answers": {"heaviest_kg": heaviest},
            "weight_kg": heaviest,
            "floor": 1 + (given.get("stairs") or 0),
        }

    @classmethod
    def again(cls, order):
        return {**super().again(order), "stairs": (order.details.get("floor") or 1) - 1}


class Haul(OrderKind):
    form_class = HaulForm
    icon, tile_class, tag_class = "luggage", "is-danger", "tag-amber"
    tile_text = _("Luggage, boxes, furniture")
    courier_label = _("Move")

    def initial(self, customer, campus):
        """The stairs up to where the form begins."""
        home = Address.objects.filter(user=customer, is_default=True).select_related("place").first()
        return {"stairs": floor_of(home.detail, home.place) - 1} if home and not home.place.has_lift else {}
