"""Anything else, in the customer's own words: they offer a fee, or let couriers name theirs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import YuanField
from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, pickup_detail_field, pickup_field
from orders.pricing import HIGHEST_BID_FEN


class CustomForm(ErrandForm):
    kind = "custom"
    what_fields = ("what", "pricing", "fee_offer")

    pickup = pickup_field(required=False, help_text=_("Leave it open if there is nothing to fetch."))
    pickup_detail = pickup_detail_field()
    what = forms.CharField(
        label=_("What do you need"), max_length=120, widget=forms.Textarea(attrs={"rows": 3})
    )
    pricing = forms.ChoiceField(
        label=_("Who names the fee"),
        choices=[("offer", _("I do")), ("bids", _("Couriers, I choose one"))],
        widget=forms.RadioSelect,
        initial="offer",
        required=False,
    )
    fee_offer = YuanField(
        label=_("The fee you offer"),
        max_fen=HIGHEST_BID_FEN,
        required=False,
        help_text=_("Leave it empty if couriers are to name their price."),
    )

    def clean(self):
        cleaned = super().clean()
        asks = cleaned.get("pricing") == "bids"
        if not asks and not cleaned.get("fee_offer") and "fee_offer" not in self.errors:
            self.add_error("fee_offer", self.fields["fee_offer"].error_messages["required"])
        return cleaned

    def of_kind(self, given):
        asks = given.get("pricing") == "bids"
        return {
            "what": given.get("what", ""),
            "asks_bids": asks,
            "fee_offer_fen": 0 if asks else given.get("fee_offer") or 0,
            "floor": 1,
        }


class Custom(OrderKind):
    form_class = CustomForm
    icon = "sparkles"
    tile_text = _("Say it in your own words")
    courier_label = _("Custom")
    fee_by_customer = True
