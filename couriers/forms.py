"""What couriers, and those who would like to be, fill in about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Gender
from campus.models import Vehicle
from core.images import PhotoField
from core.names import NameFormField
from couriers.models import Courier, Course


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
