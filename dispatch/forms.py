"""What a courier fills in."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Gender
from campus.models import Vehicle
from core.images import PhotoField
from core.money import YuanField
from core.names import NameFormField
from dispatch.models import Courier, Course
from dispatch.stages import GiveBackReason


class GiveBackForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why?"), choices=GiveBackReason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )  # fmt: skip
    words = forms.CharField(label=_("In your own words"), max_length=120, required=False)

    def reason(self) -> str:
        """As `dispatch.stages.describe` reads it."""
        words = self.cleaned_data["words"].strip()
        return f"{self.cleaned_data['why']}: {words}" if words else self.cleaned_data["why"]


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


class BidForm(forms.Form):
    """What one would do an errand for, and how soon. `fee` is in fen."""

    fee = YuanField(label=_("Your price"), min_fen=1, max_fen=1_000_00)
    minutes = forms.IntegerField(
        label=_("Done in (minutes)"), min_value=5, max_value=1440, initial=30,
        # Any whole number from `min` on, for the browser as for the server: the buttons go by five, `step` does not.
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    words = forms.CharField(label=_("A word to the customer"), max_length=80, required=False)


class DeliverForm(forms.Form):
    """The customer's four digits, or a photo of the goods at the door."""

    code = forms.RegexField(
        r"^\d{4}$",
        label=_("Receiving code"),
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off", "pattern": r"\d{4}"}
        ),
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


class ZonesField(forms.ModelMultipleChoiceField):
    """Numbers that are larger than any row's are no zone of the campus either."""

    def clean(self, value):
        known = {str(pk) for pk in self.queryset.values_list("pk", flat=True)}
        if strange := set(map(str, value or [])) - known:
            error = self.error_messages["invalid_choice"]
            raise forms.ValidationError(error, code="invalid_choice", params={"value": min(strange)})
        return super().clean(value)


class ProfileForm(forms.ModelForm):
    """What couriers may change about themselves."""

    class Meta:
        model = Courier
        fields = ["vehicle", "capacity", "zones"]
        field_classes = {"zones": ZonesField}
        widgets = {"vehicle": forms.RadioSelect, "zones": forms.CheckboxSelectMultiple}

    capacity = forms.IntegerField(
        label=_("Orders at once"),
        min_value=1,
        max_value=5,
        widget=forms.NumberInput(attrs={"min": 1, "max": 5}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["zones"].queryset = self.instance.campus.zones.all()


class ApplyForm(forms.Form):
    """What somebody who wants to be a courier says and shows."""

    name = NameFormField(label=_("Name, as on the student card"), max_length=40)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[choice for choice in Gender.choices if choice[0] != Gender.UNKNOWN],
        widget=forms.RadioSelect,
        help_text=_("Some dorms admit one gender only."),
    )
    vehicle = forms.ChoiceField(
        label=_("How do you get around?"), choices=Vehicle.choices, widget=forms.RadioSelect
    )
    student_card = PhotoField(label=_("Photo of your student card"))
    face = PhotoField(
        label=_("Photo of your face"),
        help_text=_("Taken now, without a mask, so that the two can be compared."),
    )


class QuizForm(forms.Form):
    """The questions of a course; `answers` is {question id: "a"…"d"}."""

    def __init__(self, course: Course, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question in course.questions.all():
            self.fields[f"q{question.pk}"] = forms.ChoiceField(
                label=question.text,
                choices=question.answers,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose an answer.")},
            )

    def answers(self) -> dict[int, str]:
        return {int(name[1:]): answer for name, answer in self.cleaned_data.items()}
