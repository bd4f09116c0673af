"""What every errand asks of its customer; the kinds add their own. `request()` is what `orders.services.place_order` takes."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.pickers import PlaceField
from campus.models import Admits, Campus
from core.ids import new_no
from core.money import YuanField
from core.names import NameFormField
from core.phones import PhoneFormField
from orders import windows
from orders.doors import DoorForm
from orders.gender import courier_gender
from orders.models import GIVE_UP_MINUTES
from orders.requests import ErrandRequest
from payments import gateways

GENDERS = [(Admits.ANY, _("Anyone")), (Admits.MALE, _("A man")), (Admits.FEMALE, _("A woman"))]
GIVE_UP_CHOICES = [(n, format_lazy(_("{n} min"), n=n)) for n in GIVE_UP_MINUTES]
MAX_PHOTOS = 3


class Number(forms.IntegerField):
    """A whole number with − and + that change it by `by` (components/stepper.html); any may be typed."""

    def __init__(self, low: int, high: int, by: int = 1, **kwargs) -> None:
        widget = forms.NumberInput(attrs={"inputmode": "numeric"})
        super().__init__(min_value=low, max_value=high, widget=widget, **kwargs)
        self.by = by


class ErrandForm(DoorForm):
    """What every errand asks. Each kind adds what it needs (`orders.kinds`), and says where its fields belong."""

    kind: str
    what_fields: tuple[str, ...] = ()  # of the first section
    pickup_kinds: tuple[str, ...] | None = None
    dropoff_label = _("Deliver to")
    dropoff_detail_label = _("Floor and room")
    use_required_attribute = False

    window = windows.WindowField()
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
    contact_phone = PhoneFormField(
        label=_("Their phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    # Asked while nobody on duty may carry it.
    give_up = forms.TypedChoiceField(
        label=_("If nobody accepts, everything comes back after"),
        choices=GIVE_UP_CHOICES,
        coerce=int,
        empty_value=None,
        required=False,
        initial=GIVE_UP_MINUTES[1],
        widget=forms.RadioSelect,
    )
    gateway = forms.ChoiceField(choices=gateways.choices, required=False)
    key = forms.RegexField(r"^[0-9A-Z]{10}$", widget=forms.HiddenInput, initial=new_no)
    quote_token = forms.CharField(widget=forms.HiddenInput, required=False)
    expected_fen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # The page said that somebody on duty may carry it.
    somebody = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, campus: Campus, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.campus = campus
        self.fields["window"].use(campus)
        self.fields["dropoff"].use(campus)
        self.fields["dropoff"].label = self.dropoff_label
        self.fields["dropoff_detail"].label = self.dropoff_detail_label
        if "pickup" in self.fields:
            self.fields["pickup"].use(campus, self.pickup_kinds)

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
            "give_up_minutes": None if start else given.get("give_up"),
            "goods_value_fen": given.get("goods_value") or 0,
            "contact_name": given.get("contact_name", ""),
            "contact_phone": given.get("contact_phone", ""),
            "floor": self.floor(),
            "downstairs": given.get("downstairs", False),
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
            **{name: details[name] for name in (*cls.what_fields, "downstairs") if name in details},
        }


def pickup_field(**kwargs) -> PlaceField:
    return PlaceField(**{"label": _("Fetch from"), **kwargs})


def pickup_detail_field(label="") -> NameFormField:
    return NameFormField(label=label or _("Where exactly"), max_length=80, required=False)
