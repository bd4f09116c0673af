"""Forms of getting in, with the limits of accounts.limits."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import limits, work
from accounts.models import User
from core.text_input import code


class WithWork:
    """A form before the login: where too many tries come from a network, each is paid for with a little work."""

    phone_field = "phone"

    @property
    def puzzle(self) -> str:
        """What the browser has to solve for the next try; "" as long as nothing is asked."""
        if not hasattr(self, "_puzzle"):
            self._puzzle = work.puzzle(context.request) if limits.needs_work(context.request) else ""
        return self._puzzle

    puzzle_bits = work.BITS

    def clean(self):
        request = context.request
        phone = self.cleaned_data.get(self.phone_field) if hasattr(self, "cleaned_data") else None
        user = User.objects.filter(phone=phone).first() if phone else None
        paid = work.is_done(request, self.data.get("puzzle", ""), self.data.get("solution", ""))
        if not limits.take_try(request, user) and not paid:
            raise ValidationError(
                _("Very many people log in from your network just now. Wait a second and press again."),
                code="work",
            )
        return super().clean()


class CountedCode:
    """A form for a code that came by SMS: wrong ones are counted for the number."""

    phone = None

    def clean_code(self) -> str:
        self.cleaned_data["code"] = code(self.cleaned_data.get("code") or "")
        if not self.phone or not self.expected_code:
            return super().clean_code()
        with limits.code_guess(self.phone, self.expected_code) as guess:
            if not guess.allowed:
                raise ValidationError(
                    _("Somebody has tried to guess your code. Ask for another one: it is longer."),
                    code="void",
                )
            try:
                return super().clean_code()
            except ValidationError:
                guess.is_wrong = True
                raise


class ConfirmLoginCodeForm(CountedCode, allauth_forms.ConfirmLoginCodeForm):
    def __init__(self, *args, phone: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.phone = phone


class VerifyPhoneForm(CountedCode, allauth_forms.VerifyPhoneForm):
    pass


class RequestLoginCodeForm(WithWork, allauth_forms.RequestLoginCodeForm):
    pass


class _CountedFactor:
    """Wrong codes of an authenticator are counted for the person."""

    def clean_code(self) -> str:
        with limits.guess(context.request, "factor", self.user.pk, self.user) as guess:
            if not guess.allowed:
                raise get_adapter().validation_error("too_many_login_attempts")
            self.cleaned_data["code"] = code(self.cleaned_data.get("code") or "")
            try:
                return super().clean_code()
            except ValidationError:
                guess.is_wrong = True
                raise


class AuthenticateForm(_CountedFactor, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateForm(_CountedFactor, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """Setting an authenticator up, with the code as its app shows it: "123 456"."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = code(self.cleaned_data.get("code") or "")
        return super().clean_code()
