"""How allauth finds people by phone, tells them codes, and where it sends them."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import changes, reauth, rotation, services, sms
from accounts.models import User
from accounts.permissions import is_operator
from accounts.sessions import own_session
from core import crypto
from core.errors import DomainError
from core.http import client_address
from core.outside import NotTaken, Refused, Unclear

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """People are their phone numbers."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed."),
        "phone_password_mismatch": gettext_lazy("The number or the password is not right."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "incorrect_code": gettext_lazy("This code is not right."),
        "phone_taken": gettext_lazy("This number cannot be used."),
        "same_as_current": gettext_lazy("This is your number already."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a few minutes and try again."),
        "rate_limited": gettext_lazy("One moment: wait half a minute before you ask again."),
    }

    def phone_form_field(self, **kwargs):
        from accounts.forms import PhoneField  # forms use the adapter

        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone):
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user):
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user, phone, verified):
        services.set_phone(user=user, phone=phone, verified=verified, keep=own_session(self.request, user))

    def set_phone_verified(self, user, phone):
        before = User.objects.values_list("phone", "phone_verified").filter(pk=user.pk).first()
        services.set_phone(user=user, phone=phone, verified=True, keep=own_session(self.request, user))
        if before and before[1] and before[0] not in ("", None, phone):
            changes.phone_changed(user, before[0])

    def save_user(self, request, user, form, commit=True):
        """A new person with what the sign-up form asked; the number counts when its code was entered."""
        data = form.cleaned_data
        return services.create_user(
            phone=data["phone"],
            name=data["name"],
            campus=data["campus"],
            gender=data["gender"],
            language=request.LANGUAGE_CODE,
            consents=True,
        )

    # -- Short messages. They say nothing that the page must not say: whether a number is known, for one. --

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        text = _("Your code is %(code)s. It is good for 5 minutes; tell it to nobody.")
        self._send(phone, "code", text % {"code": code}, code=code)

    def send_unknown_account_sms(self, phone, **kwargs):
        text = _("This number has no account with us yet. Sign up first, it takes a minute.")
        self._send(phone, "unknown_account", text)

    def send_account_already_exists_sms(self, phone):
        text = _("This number already has an account. Just log in with a code.")
        self._send(phone, "account_exists", text)

    def _send(self, phone: str, template: str, text: str, **params: str) -> None:
        """At once, while the person waits. One whose end is unclear is hoped for: they can ask again."""
        try:
            sms.send(sms.Sms(phone, template, text, params))
        except Unclear as error:
            logger.warning("whether a code went out is unclear: %s", error)
        except (NotTaken, Refused) as error:
            logger.warning("a code was not taken: %s", error)
            raise DomainError(_("No message can be sent just now. Please try again in a minute.")) from error
        if settings.DEMO:  # where nobody gets a message, the page shows it
            self.request.session["demo_sms"] = text

    # -- Proving who one is (accounts.reauth guards the pages itself) --

    def is_reauthentication_required(self, *, app=""):
        return False

    def get_reauthentication_methods(self, user):
        return reauth.methods_of(user, super().get_reauthentication_methods(user))

    # -- Logging in --

    def get_client_ip(self, request):
        return client_address(request) or "unknown"

    def get_login_redirect_url(self, request):
        return reverse("admin:index") if is_operator(request.user) else settings.LOGIN_REDIRECT_URL

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        request.session.pop("demo_sms", None)
        set_language_cookie(response, user.language)
        return response

    def send_notification_mail(self, *args, **kwargs):
        """People have no e-mail address here."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps: who they are for, and who may not do without."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right."),
        "cannot_delete_authenticator": gettext_lazy("Operators cannot do without a second factor."),
    }

    def encrypt(self, text):
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text):
        return rotation.read_secret(encrypted_text)

    def get_totp_label(self, user):
        return f"{user.name} {user.masked_phone}".strip() or user.username

    def can_delete_authenticator(self, authenticator):
        return not (settings.STAFF_SECOND_FACTOR and authenticator.user.is_staff)


def set_language_cookie(response, language: str) -> None:
    """Remember the language on this device for a year."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
