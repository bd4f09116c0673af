"""What every request passes through: the language, the limits, and the second factor of staff."""

from allauth.core.exceptions import RateLimited
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import security_log
from accounts.sessions import used_second_factor


class LanguageMiddleware:
    """Chinese unless the person chose English: an English browser alone does not switch the language.

    Activates the language of the cookie that the language switch sets (and login copies from the person).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class RateLimitMiddleware:
    """Some of allauth's flows raise `RateLimited` and leave it at that: show the page for it, not an error."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        return respond_429(request) if isinstance(error, RateLimited) else None


# What shows or replaces the means of the second factor is as good as the second factor.
_GUARDED = ("admin:index", "mfa_view_recovery_codes")


class SecondFactorMiddleware:
    """Nobody acts as an operator without a second factor, used in this very session.

    Without it an operator is an ordinary person everywhere (accounts.permissions), and sees no page of the admin.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self._ask(request) or self.get_response(request)
        return self.get_response(request)

    def _ask(self, request):
        """Where to go first; None to go on."""
        user = request.user
        if not (settings.STAFF_SECOND_FACTOR and user.is_authenticated) or used_second_factor(request):
            return None
        user.lacks_second_factor = user.is_staff
        if not request.path.startswith(tuple(reverse(name) for name in _GUARDED)):
            return None
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            asked = reverse("mfa_reauthenticate")
            return redirect(f"{asked}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
        if user.is_staff:
            messages.warning(request, _("Operators need a second factor. It takes a minute."))
            return redirect("mfa_activate_totp")
        return None


class SecurityLogMiddleware:
    """Pages that somebody who is logged in was refused are written into the security log, each once a minute."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        refused = response.status_code == 403 and settings.SESSION_COOKIE_NAME in request.COOKIES
        if refused and request.user.is_authenticated:
            security_log.record_refusal(request)
        return response


class NoStoreMiddleware:
    """What somebody who is logged in sees stays in no cache: the next person at a shared phone finds nothing.

    Logging out clears what is there in spite of it: old caches, lines of chats that were not sent, notifications.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        own = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        response = self.get_response(request)
        if own and "public" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        if getattr(request, "logged_out", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
