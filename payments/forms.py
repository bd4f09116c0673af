"""What people fill in about their money."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_no
from core.money import YuanField
from core.names import NameFormField
from payments import gateways
from payments.gateways.base import AccountNumber
from payments.models import Withdrawal
from payments.services import Payee
from payments.services.withdrawing import LEAST_FEN, MOST_FEN

Channel = Withdrawal.Channel


class TopUpForm(forms.Form):
    """How much to put into the wallet. `key` makes pressing twice one payment."""

    amount = YuanField(label=_("Amount"), min_fen=1_00, max_fen=2_000_00)
    key = forms.RegexField(r"^[0-9A-Z]{10}$", widget=forms.HiddenInput, initial=new_no)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """How much of the wallet goes back the way it was topped up."""

    amount = YuanField(label=_("Amount"), min_fen=1)
    key = forms.RegexField(r"^[0-9A-Z]{10}$", widget=forms.HiddenInput, initial=new_no)

    def __init__(self, *args, most: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].max_fen = most
        self.initial.setdefault("amount", most)


NEW = "new"
_CARD = AccountNumber(r"\d{12,19}", _("Enter the 12 to 19 digits of the card."))


class WithdrawForm(forms.Form):
    """How much, and to which account: one that was used before, or (`may_add`) a new one. `key` makes pressing twice one."""

    use_required_attribute = False

    amount = YuanField(label=_("Amount"))
    to = forms.ChoiceField(label=_("To which account?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Kind of account"), widget=forms.RadioSelect, required=False)
    account_no = forms.CharField(label=_("Account number"), max_length=64, required=False)
    holder = NameFormField(label=_("Name of the account holder"), min_length=2, max_length=40, required=False)
    bank = NameFormField(label=_("Bank"), max_length=40, required=False)
    key = forms.RegexField(r"^[0-9A-Z]{10}$", widget=forms.HiddenInput, initial=new_no)

    def __init__(self, *args, there: int, known: list[Withdrawal], may_add: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.pk): one for one in known}
        used = [
            (pk, f"{one.get_channel_display()} {one.masked_account} · {one.holder}")
            for pk, one in self.known.items()
        ]
        new = [(NEW, _("Another account") if used else _("My account"))] if may_add else []
        self.fields["to"].choices = [*used, *new]
        self.initial.setdefault("to", next(iter(dict([*used, *new])), ""))
        self.fields["channel"].choices = channels = gateways.withdrawal_channels()
        self.initial.setdefault("channel", channels[0][0])
        amount = self.fields["amount"]
        amount.min_fen, amount.max_fen = LEAST_FEN, max(min(there, MOST_FEN), LEAST_FEN)
        self.initial.setdefault("amount", min(there, MOST_FEN))

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("to") != NEW or self.errors:
            return cleaned
        number = cleaned["account_no"] = "".join((cleaned.get("account_no") or "").split())
        channel = cleaned.get("channel") or self.initial["channel"]
        gateway = gateways.find(channel)
        rule = (gateway.account_number if gateway else None) or _CARD
        if not re.fullmatch(rule.pattern, number, re.ASCII):
            self.add_error("account_no", rule.complaint)
        if not cleaned.get("holder"):
            self.add_error("holder", _("Enter the name that the account is in."))
        if channel == Channel.BANK and not cleaned.get("bank"):
            self.add_error("bank", _("Enter the bank of the card."))
        return cleaned

    def payee(self) -> Payee:
        """The chosen account, of a valid form."""
        if one := self.known.get(self.cleaned_data["to"]):
            return Payee(one.channel, one.holder, one.account_no, one.bank)
        channel = self.cleaned_data["channel"] or self.initial["channel"]
        bank = self.cleaned_data["bank"] if channel == Channel.BANK else ""
        return Payee(channel, self.cleaned_data["holder"], self.cleaned_data["account_no"], bank)
