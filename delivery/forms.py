"""What a courier fills in on the way."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.images import PhotoField
from core.money import YuanField
from core.text_input import CodeField
from couriers.fixes import Position
from delivery.models import RatingTag
from delivery.services.proximity import Excuse, FarReason
from delivery.stages import GiveBackReason


class GiveBackForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why?"), choices=GiveBackReason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )  # fmt: skip
    words = forms.CharField(label=_("In your own words"), max_length=120, required=False)

    def reason(self) -> str:
        """As `delivery.stages.describe` reads it."""
        words = self.cleaned_data["words"].strip()
        return f"{self.cleaned_data['why']}: {words}" if words else self.cleaned_data["why"]


class FarForm(forms.Form):
    """Why somebody is "there" who is somewhere else by their position, and what it looks like where they are."""

    why = forms.ChoiceField(
        label=_("Why is your position another?"), choices=FarReason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )  # fmt: skip
    words = forms.CharField(label=_("In your own words"), max_length=120, required=False)
    photo = PhotoField(
        label=_("Photo of where you are"), error_messages={"required": _("Take a photo of where you are.")}
    )

    def excuse(self) -> Excuse:
        words = self.cleaned_data["words"].strip()
        return Excuse(
            f"{self.cleaned_data['why']}: {words}" if words else self.cleaned_data["why"],
            self.cleaned_data["photo"],
        )


class PositionForm(forms.Form):
    """Where the phone was when the button was pressed; all of it may be missing."""

    lat = forms.FloatField(min_value=-90, max_value=90)
    lon = forms.FloatField(min_value=-180, max_value=180)
    acc = forms.FloatField(min_value=0, required=False)
    ago = forms.FloatField(min_value=0, max_value=86_400, required=False)

    def position(self) -> Position | None:
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return Position(data["lat"], data["lon"], data["acc"] or 0.0, timedelta(seconds=data["ago"] or 0))


class RatingForm(forms.Form):
    """What the customer thought of the courier."""

    stars = forms.TypedChoiceField(
        label=_("Stars"), coerce=int, choices=[(n, f"{n} ★") for n in range(1, 6)], widget=forms.RadioSelect,
        error_messages={"required": _("Give one to five stars.")},
    )  # fmt: skip
    tags = forms.MultipleChoiceField(
        label=_("In a word"), choices=RatingTag.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    text = forms.CharField(
        label=_("In your own words"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The courier reads it after two days, without your name or your order."),
    )


class BuyForm(forms.Form):
    """What the goods cost, with the receipt."""

    cost = YuanField(
        label=_("What it cost"), min_fen=1, max_fen=1_000_000, error_messages={"required": _("Enter what it cost.")}
    )  # fmt: skip
    receipt = PhotoField(
        label=_("Photo of the receipt (required)"),
        error_messages={"required": _("Take a photo of the receipt.")},
    )


class ShelfPhotoForm(forms.Form):
    """How it lies in its slot."""

    photo = PhotoField(label=_("Photo of it in its slot"))


class CollectForm(forms.Form):
    """That the goods of another courier are in hand: their code was not scanned."""

    photo = PhotoField(
        label=_("Photo of the goods where you found them"), error_messages={"required": _("Take a photo of the goods.")}
    )  # fmt: skip


class NotThereForm(forms.Form):
    """Why goods are not fetched from another courier after all."""

    class Why(models.TextChoices):
        NOT_THERE = "not_there", _("I am there, and find neither goods nor courier")
        CANNOT = "cannot", _("I cannot fetch it")

    why = forms.ChoiceField(
        label=_("Why?"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )
    words = forms.CharField(label=_("In your own words"), max_length=120, required=False)


class DeliverForm(forms.Form):
    """The customer's four digits, or a photo of the goods at the door."""

    code = CodeField(
        r"^\d{4}$",
        label=_("Receiving code"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"}),
        error_messages={"invalid": _("The code has four digits.")},
    )
    photo = PhotoField(label=_("Photo of the goods at the door"), required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("code") and not data.get("photo"):
            raise ValidationError(
                _("Enter the customer's four digits, or take a photo of the goods at the door.")
            )
        return data
