"""What a campus sets of a detector."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from exceptions.detection.base import Threshold
from exceptions.detection.registry import DETECTORS, THRESHOLDS
from exceptions.models import DetectorThreshold

BY_KEY: dict[str, Threshold] = {
    f"{name}.{threshold.name}": threshold for name in DETECTORS for threshold in THRESHOLDS[name]
}


def label_of(key: str) -> str:
    """The threshold as people read it; the key itself of one that is no more."""
    detector = DETECTORS.get(key.partition(".")[0])
    return f"{detector.label} · {BY_KEY[key].label}" if detector and key in BY_KEY else key


class DetectorThresholdForm(forms.ModelForm):
    """Which one is chosen once; what it may be is said by the detector."""

    key = forms.ChoiceField(label=_("Threshold"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = DetectorThreshold
        fields = ["campus", "value"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:  # not on a page to look at only
            self.fields["key"].choices = [(key, label_of(key)) for key in BY_KEY]
            if self.instance.pk:
                self.initial["key"] = f"{self.instance.detector}.{self.instance.name}"

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        key, value = cleaned.get("key"), cleaned.get("value")
        if key is None:
            return cleaned
        self.instance.detector, _dot, self.instance.name = key.partition(".")
        threshold, others = BY_KEY[key], DetectorThreshold.objects.exclude(pk=self.instance.pk)
        taken = others.filter(
            campus=cleaned.get("campus"), detector=self.instance.detector, name=self.instance.name
        )
        if cleaned.get("campus") and taken.exists():
            self.add_error("key", _("This campus has set it already: change that row."))
        if value is not None:
            for validate in (MinValueValidator(threshold.lowest), MaxValueValidator(threshold.highest)):
                try:
                    validate(value)
                except forms.ValidationError as error:
                    self.add_error("value", error)
        return cleaned
