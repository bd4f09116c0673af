"""What a customer may fill in on the way."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_no
from core.money import YuanField
from orders.doors import DoorForm
from orders.kinds import KINDS
from orders.models import Order
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


class AddressForm(DoorForm):
    """Another door. The first press shows what changes in price, the second one means it."""

    use_required_attribute = False

    # The difference in price that was shown, so that another one is never charged unseen.
    expected_fen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, order: Order, **kwargs) -> None:
        form_class = KINDS[order.kind].form_class
        if form_class is not None:
            self.asks_room, self.floor_by_address = form_class.asks_room, form_class.floor_by_address
        super().__init__(*args, **kwargs)
        self.fields["dropoff"].use(order.campus)
