"""What a customer may fill in on the way."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.pickers import PlaceField
from core.ids import new_no
from core.money import YuanField
from core.names import NameFormField
from orders.services.tipping import MAX_TIP_FEN
from payments import gateways


class CancelForm(forms.Form):
    """The fee that was shown goes along, so that a higher one is never charged unseen."""

    expected_fee_fen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Why are you cancelling?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("changed_mind", _("I no longer need it")),
            ("mistake", _("I made a mistake in the order")),
            ("too_slow", _("It takes too long")),
            ("courier", _("The courier asked me to")),
            ("other", _("Something else")),
        ],
    )


class TipForm(forms.Form):
    amount = YuanField(label=_("Tip"), min_fen=1_00, max_fen=MAX_TIP_FEN)
    gateway = forms.ChoiceField(choices=gateways.choices)
    key = forms.RegexField(r"^[0-9A-Z]{10}$", widget=forms.HiddenInput, initial=new_no)


class AddressForm(forms.Form):
    """Another door. The first press shows what changes in price, the second one means it."""

    use_required_attribute = False

    dropoff = PlaceField(label=_("Deliver to"))
    dropoff_detail = NameFormField(label=_("Floor and room"), max_length=60, required=False)
    # The difference in price that was shown, so that another one is never charged unseen.
    expected_fen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, campus, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dropoff"].use(campus)
