"""One form for each kind of errand. `request()` is what `orders.services.place_order` takes."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import phone_validator
from accounts.pickers import PlaceField
from campus.models import Admits, Campus, Place
from core import clock
from core.ids import new_no
from core.money import YuanField
from core.names import NameFormField
from orders import windows
from orders.models import Kind
from orders.pickup_codes import MOST_LENGTH, pickup_codes
from orders.requests import ErrandRequest
from orders.services.bidding import HIGHEST_BID_FEN
from orders.services.quoting import courier_gender
from payments import gateways

GENDERS = [(Admits.ANY, _("Anyone")), (Admits.MALE, _("A man")), (Admits.FEMALE, _("A woman"))]
SHOPS = [Place.Kind.SHOP, Place.Kind.CANTEEN, Place.Kind.OTHER]
MAX_PHOTOS = 3

_FLOOR = re.compile(r"(\d{1,2})\s*(?:楼|层|[Ff](?![a-z])|floor)")
_ROOM = re.compile(r"(?<!\d)(\d{1,2})\d\d(?!\d)")


def floor_of(detail: str) -> int:
    """The floor that an address names: "3楼 302" → 3, "1204" → 12, "by the door" → 1."""
    found = _FLOOR.search(detail) or _ROOM.search(detail)
    return min(max(int(found[1]), 1), 40) if found else 1


class Number(forms.IntegerField):
    """A whole number with − and + (components/stepper.html)."""

    def __init__(self, low: int, high: int, step: int = 1, **kwargs) -> None:
        widget = forms.NumberInput(attrs={"step": step, "inputmode": "numeric"})
        super().__init__(min_value=low, max_value=high, step_size=step, widget=widget, **kwargs)


class ErrandForm(forms.Form):
    """What every errand asks. The classes below add what their kind needs, and say where their fields belong."""

    kind: str
    what_fields: tuple[str, ...] = ()  # of the first section
    pickup_kinds: tuple[str, ...] | None = None
    dropoff_label = _("Deliver to")
    dropoff_detail_label = _("Floor and room")
    use_required_attribute = False

    dropoff = PlaceField(label=_("Deliver to"))
    dropoff_detail = NameFormField(label=_("Floor and room"), max_length=60, required=False)
    window = forms.ChoiceField(label=_("When"), initial=windows.ASAP)
    gender_wanted = forms.ChoiceField(
        label=_("Courier"), choices=GENDERS, widget=forms.RadioSelect, initial=Admits.ANY
    )
    tip = YuanField(label=_("Tip"), max_fen=100_00, required=False)
    note = forms.CharField(
        label=_("Note for the courier"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    goods_value = YuanField(
        label=_("Value of the goods"),
        max_fen=5_000_00,
        required=False,
        help_text=_("If something breaks or gets lost, compensation goes by this."),
    )
    contact_name = NameFormField(label=_("Who receives it"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("Their phone"),
        max_length=11,
        required=False,
        validators=[phone_validator],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    gateway = forms.ChoiceField(choices=gateways.choices, required=False)
    key = forms.RegexField(r"^[0-9A-Z]{10}$", widget=forms.HiddenInput, initial=new_no)
    quote_token = forms.CharField(widget=forms.HiddenInput, required=False)
    expected_fen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, campus: Campus, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.campus = campus
        self.fields["dropoff"].use(campus)
        self.fields["dropoff"].label = self.dropoff_label
        self.fields["dropoff_detail"].label = self.dropoff_detail_label
        if "pickup" in self.fields:
            self.fields["pickup"].use(campus, self.pickup_kinds)
        self.fields["window"].choices = [
            (windows.ASAP, _("As soon as possible")),
            *windows.windows(clock.now()),
        ]

    def clean_window(self):
        return windows.parse(self.cleaned_data["window"])

    def clean(self):
        cleaned = super().clean()
        if (
            cleaned.get("contact_name")
            and not cleaned.get("contact_phone")
            and "contact_phone" not in self.errors
        ):
            self.add_error("contact_phone", _("The courier needs a phone number to reach them."))
        return cleaned

    def request(self) -> ErrandRequest:
        """What has been filled in so far."""
        given = self.cleaned_data
        dropoff = given.get("dropoff")
        start, end = given.get("window") or (None, None)
        wanted = given.get("gender_wanted") or Admits.ANY
        common: dict[str, Any] = {
            "pickup": given.get("pickup"),
            "pickup_detail": given.get("pickup_detail", ""),
            "dropoff": dropoff,
            "dropoff_detail": given.get("dropoff_detail", ""),
            # Where the zone decides who may enter, there is nothing left to want.
            "gender_wanted": courier_gender(dropoff, wanted) if dropoff else wanted,
            "window_start": start,
            "window_end": end,
            "tip_fen": given.get("tip") or 0,
            "note": given.get("note", ""),
            "goods_value_fen": given.get("goods_value") or 0,
            "contact_name": given.get("contact_name", ""),
            "contact_phone": given.get("contact_phone", ""),
            "floor": floor_of(given.get("dropoff_detail", "")),
        }
        return ErrandRequest(campus=self.campus, kind=self.kind, **(common | self.of_kind(given)))

    def of_kind(self, given: dict) -> dict[str, Any]:
        """The fields of the request that only this kind has, or has in its own way."""
        return {}

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.what_fields]

    @classmethod
    def again(cls, order) -> dict:
        """What a new order like `order` starts with: the way and the wishes, never codes, times or tips."""
        details = order.details
        return {
            "pickup": order.pickup_id,
            "pickup_detail": order.pickup_detail,
            "dropoff": order.dropoff_id,
            "dropoff_detail": order.dropoff_detail,
            "gender_wanted": order.gender_wanted,
            "note": order.note,
            **{name: details[name] for name in cls.what_fields if name in details},
        }


def pickup_field(**kwargs) -> PlaceField:
    return PlaceField(**{"label": _("Fetch from"), **kwargs})


def pickup_detail_field(label="") -> NameFormField:
    return NameFormField(label=label or _("Where exactly"), max_length=80, required=False)


class ParcelForm(ErrandForm):
    kind = Kind.PARCEL
    what_fields = ("pickup_codes", "size", "weight_kg")
    pickup_kinds = (Place.Kind.PARCEL_STATION,)

    pickup = pickup_field(label=_("Parcel station"))
    pickup_codes = forms.CharField(
        label=_("Pickup code"),
        max_length=1000,  # of an SMS, or several
        help_text=_(
            "Several parcels: leave a space between the codes, or paste the SMS. Only your courier sees them, at the station."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "12-3-4567"}),
    )
    size = forms.ChoiceField(
        label=_("Size"),
        choices=[("S", _("Small")), ("M", _("Medium")), ("L", _("Large"))],
        widget=forms.RadioSelect,
        initial="S",
        help_text=_("Small fits into a school bag, large needs both arms."),
    )
    weight_kg = Number(1, 30, label=_("Weight (kg)"), initial=1)

    def clean_pickup_codes(self):
        codes = pickup_codes(self.cleaned_data["pickup_codes"])
        if len(codes) > MOST_LENGTH:
            raise forms.ValidationError(_("Enter the codes alone, please: this is too long."))
        return codes

    def of_kind(self, given):
        return {
            "pickup_codes": given.get("pickup_codes", ""),
            "size": given.get("size") or "S",
            "weight_kg": given.get("weight_kg") or 1,
        }


class PurchaseForm(ErrandForm):
    kind = Kind.PURCHASE
    what_fields = ("shopping_list", "budget", "when_missing", "weight_kg")
    pickup_kinds = tuple(SHOPS)

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
        max_fen=500_00,
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
            "shopping_list": words,
            "budget_fen": given.get("budget") or 0,
            "when_missing": given.get("when_missing", ""),
            "weight_kg": given.get("weight_kg") or 1,
        }


class DocumentForm(ErrandForm):
    kind = Kind.DOCUMENT
    what_fields = ("what", "signature")

    pickup = pickup_field()
    pickup_detail = pickup_detail_field()
    what = forms.CharField(label=_("What is it"), max_length=60)
    signature = forms.BooleanField(label=_("The receiver has to sign"), required=False)

    def of_kind(self, given):
        return {"what": given.get("what", ""), "signature": given.get("signature", False)}


class QueueForm(ErrandForm):
    kind = Kind.QUEUE
    what_fields = ("what", "minutes")
    dropoff_label = _("Where to queue")
    dropoff_detail_label = _("Where exactly")

    what = forms.CharField(label=_("What for"), max_length=60)
    minutes = Number(15, 180, 15, label=_("For how long (minutes)"), initial=30)

    def of_kind(self, given):
        return {"what": given.get("what", ""), "minutes": given.get("minutes") or 15, "floor": 1}


class HaulForm(ErrandForm):
    kind = Kind.HAUL
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
            "heaviest_kg": heaviest,
            "weight_kg": heaviest,
            "floor": 1 + climbed,
        }


class CustomForm(ErrandForm):
    kind = Kind.CUSTOM
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


FORMS: dict[str, type[ErrandForm]] = {
    form.kind: form for form in (ParcelForm, PurchaseForm, DocumentForm, QueueForm, HaulForm, CustomForm)
}
