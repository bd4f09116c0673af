"""Things that the courier buys: at a shop that the customer names, or wherever they can be had."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campus.models import Place
from core.money import YuanField
from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, Number, pickup_detail_field, pickup_field
from orders.requests import HIGHEST_BUDGET_FEN

_WHEN_MISSING = {
    "similar": _("Take something similar"),
    "skip": _("Leave it out"),
    "call": _("Call the customer"),
}


class PurchaseForm(ErrandForm):
    kind = "purchase"
    floor_by_address = True
    what_fields = ("shopping_list", "budget", "when_missing", "weight_kg")
    pickup_kinds = (Place.Kind.SHOP, Place.Kind.CANTEEN, Place.Kind.OTHER)

    pickup = pickup_field(
        label=_("Where to buy"), required=False, help_text=_("Leave it open: any shop nearby.")
    )
    pickup_detail = pickup_detail_field(_("Shop or counter"))
    shopping_list = forms.CharField(
        label=_("What to buy"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    budget = YuanField(
        label=_("Budget for the goods"),
        min_fen=1_00,
        max_fen=HIGHEST_BUDGET_FEN,
        help_text=_("You pay what the receipt says; the rest comes back. Dearer only if you agree."),
    )
    when_missing = forms.ChoiceField(
        label=_("If something is sold out"),
        choices=[
            ("similar", _("Take something similar")),
            ("skip", _("Leave it out")),
            ("call", _("Call me")),
        ],
        widget=forms.RadioSelect,
        initial="similar",
    )
    weight_kg = Number(1, 20, label=_("Weight (kg)"), initial=1)

    def of_kind(self, given):
        words = given.get("shopping_list", "")
        return {
            "what": words.splitlines()[0] if words.strip() else "",
            "answers": {"shopping_list": words, "when_missing": given.get("when_missing", "")},
            "budget_fen": given.get("budget") or 0,
            "weight_kg": given.get("weight_kg") or 1,
        }


class Purchase(OrderKind):
    form_class = PurchaseForm
    icon, tile_class, tag_class = "shopping-bag", "is-amber", "tag-violet"
    tile_text = _("You pay what the receipt says")
    courier_label = _("Buy")
    is_bought = True

    at_pickup_title = _("The courier is buying your things")
    at_pickup_notice = _("They are buying your things now.")
    anywhere_label = _("Any shop nearby")
    pickup_title = _("Go and buy it")
    at_pickup_courier_title = _("Buying")
    pick_up_slide, pick_up_button = _("Slide when you have bought it"), _("Bought")
    pickup_pin = pgettext_lazy("buy", "B")

    def when_missing(self, details):
        return _WHEN_MISSING.get(details.get("when_missing"), "")
