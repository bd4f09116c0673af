"""How allauth finds people by phone, tells them codes, and where it sends them."""

import logging
import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import RateLimited
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import changes, devices, limits, reauth, rotation, services, sms
from accounts.models import User
from accounts.permissions import is_operator
from accounts.sessions import own_session
from core import crypto
from core.errors import DomainError
from core.http import client_address
from core.outside import OutcomeUnknown, PermanentError, RetryableError
from core.phones import PhoneFormField

logger = logging.getLogger(__name__)

_usual_seconds = 0.0  # that sending a message takes here


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
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Log in with a code by SMS, or wait a quarter of an hour."
        ),
        "rate_limited": gettext_lazy("One moment: wait half a minute before you ask again."),
    }

    def phone_form_field(self, **kwargs):
        return PhoneFormField(**kwargs)

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

    def generate_phone_verification_code(self, *, user, phone):
        """The code to wait for. Raises RateLimited when none can be had just now."""
        if not hasattr(self.request, "next_code"):  # allauth asks twice where a code is sent again
            self.request.next_code = limits.next_code(self.request, phone, user)
        return self.request.next_code.code

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        signing_up = not user.phone_verified and user.phone == phone
        if signing_up and not limits.may_write_stranger(self.request, "signup"):
            raise RateLimited
        text = _("Your code is %(code)s. It is good for 5 minutes; tell it to nobody.")
        self._send(phone, "code", text % {"code": code}, quiet=not self.request.next_code.send, code=code)

    def send_unknown_account_sms(self, phone, **kwargs):
        text = _("This number has no account with us yet. Sign up first, it takes a minute.")
        quiet = not limits.next_code(self.request, phone, None).send
        self._send(
            phone,
            "unknown_account",
            text,
            quiet=quiet or not limits.may_write_stranger(self.request, "login"),
        )

    def send_account_already_exists_sms(self, phone):
        text = _("This number already has an account. Just log in with a code.")
        quiet = not limits.next_code(self.request, phone, None).send
        self._send(phone, "account_exists", text, quiet=quiet)

    def _send(self, phone: str, template: str, text: str, *, quiet: bool = False, **params: str) -> None:
        """At once, while the person waits. One whose end is unclear is hoped for: they can ask again.

        `quiet`: nothing goes out (one went out just now, or enough for today), which takes as long as usual.
        """
        if quiet:
            time.sleep(min(_usual_seconds, 2))
        else:
            self._send_now(sms.Sms(phone, template, text, params))
        if settings.DEMO:  # where nobody gets a message, the page shows it
            self.request.session["demo_sms"] = text

    def _send_now(self, message: sms.Sms) -> None:
        global _usual_seconds
        began = time.monotonic()
        try:
            sms.send(message)
        except OutcomeUnknown as error:
            logger.warning("whether a code went out is unclear: %s", error)
        except (RetryableError, PermanentError) as error:
            logger.warning("a code was not taken: %s", error)
            raise DomainError(_("No message can be sent just now. Please try again in a minute.")) from error
        finally:
            _usual_seconds += 0.3 * (time.monotonic() - began - _usual_seconds)

    # -- Steps of a login --

    def get_login_stages(self):
        """A long unused account asks for more than a code, as soon as the code was right."""
        stages = super().get_login_stages()
        return [*stages[:2], "accounts.dormant.DormantStage", *stages[2:]]

    # -- Guessing --

    def authenticate(self, request, **credentials):
        phone = credentials.get("phone") or ""
        with limits.guess(request, "password", phone, self.get_user_by_phone(phone)) as guess:
            if not guess.allowed:
                raise self.validation_error("too_many_login_attempts")
            user = super().authenticate(request, **credentials)
            guess.is_wrong = user is None
        return user

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
        devices.remember(request, response, user)
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
