"""What every request passes through: the language, the limits, and the second factor of staff."""

from allauth.core.exceptions import RateLimited
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _


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


def lacks_second_factor(user) -> bool:
    """Whether this is a member of staff who still has to set up an authenticator app."""
    return (
        settings.STAFF_SECOND_FACTOR
        and user.is_authenticated
        and user.is_staff
        and not is_mfa_enabled(user, [Authenticator.Type.TOTP])
    )


class SecondFactorMiddleware:
    """Nobody sees the admin without a second factor. Who has one is asked for it at each login, by allauth."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(reverse("admin:index")) and lacks_second_factor(request.user):
            messages.warning(request, _("Operators need a second factor. It takes a minute."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)
