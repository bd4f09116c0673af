"""What a courier offers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import YuanField


class BidForm(forms.Form):
    """What one would do an errand for, and how soon. `fee` is in fen."""

    fee = YuanField(label=_("Your price"), min_fen=1, max_fen=1_000_00)
    minutes = forms.IntegerField(
        label=_("Done in (minutes)"), min_value=5, max_value=1440, initial=30,
        # Any whole number from `min` on, for the browser as for the server: the buttons go by five, `step` does not.
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    words = forms.CharField(label=_("A word to the customer"), max_length=80, required=False)
