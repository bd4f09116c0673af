"""Proof that it is still the person: asked again before the number, the password, the second factor or the account that
money goes to is changed, unless they logged in or proved it in the last quarter of an hour.

By password, by authenticator app, or (who has no authenticator) by a code to the number that counts now.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from accounts import limits
from accounts.models import User
from accounts.session_store import LOGGED_IN_AT
from core import clock

PROVED_AT = "proved_at"  # in the session: Unix seconds of the last proof
_CODE = "reauthentication_code"  # in the session: the code that was sent, when, and wrong tries
CODE_SECONDS, CODE_TRIES = 5 * 60, 3

BY_CODE = {
    "id": "reauthenticate_by_code",
    "description": gettext_lazy("Use a code by SMS"),
}


def proved(request: HttpRequest) -> bool:
    """Whether this session logged in, or proved who it is, within the last quarter of an hour."""
    now = clock.now().timestamp()
    moments = (request.session.get(LOGGED_IN_AT), request.session.get(PROVED_AT))
    return any(m and 0 <= now - m < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for m in moments)


@receiver(authentication_step_completed)
def _step_completed(request, reauthenticated=False, **kwargs) -> None:
    if reauthenticated:
        request.session[PROVED_AT] = clock.now().timestamp()


def ask(request: HttpRequest, back: str = "") -> HttpResponse:
    """To the page that asks for proof, and from there back to `back` (this very page unless another is given)."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    return redirect(f"{methods[0]['url']}?{urlencode({'next': back or request.get_full_path()})}")


def proof_required(view: Callable) -> Callable:
    """Decorator: the page opens only to who has proved in the last quarter of an hour who they are."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs) if proved(request) else ask(request)

    return guarded


def may_use_code(user: User) -> bool:
    """Who has an authenticator proves it with that or the password: whoever holds the phone card must not suffice."""
    return bool(user.phone) and not is_mfa_enabled(user, [Authenticator.Type.TOTP])


def methods_of(user: User, others: list[dict]) -> list[dict]:
    """allauth's ways of proving, and a code to the present number."""
    by_code = [{**BY_CODE, "url": reverse("account_reauthenticate_code")}] if may_use_code(user) else []
    return [*others, *by_code]


# -- By a code to the present number -----------------------------------------------------------------------


def send_code(request: HttpRequest) -> None:
    """Send a code to the number that counts now; an earlier one is void."""
    adapter, user = get_adapter(request), request.user
    code = adapter.generate_phone_verification_code(user=user, phone=user.phone)
    request.session[_CODE] = {"code": code, "at": clock.now().timestamp(), "phone": user.phone, "wrong": 0}
    adapter.send_verification_code_sms(user=user, phone=user.phone, code=code)


def code_waits(request: HttpRequest) -> bool:
    """Whether a code is under way that may still be entered."""
    sent = request.session.get(_CODE)
    age = clock.now().timestamp() - sent["at"] if sent else None
    return bool(sent) and 0 <= age < CODE_SECONDS and sent["phone"] == request.user.phone


def check_code(request: HttpRequest, entered: str) -> bool:
    """Whether that was the code. A right one proves the person; after three wrong ones it is void."""
    if not code_waits(request):
        return False
    sent = request.session[_CODE]
    with limits.code_guess(sent["phone"], sent["code"]) as guess:
        right = guess.allowed and constant_time_compare("".join(entered.split()), sent["code"])
        guess.is_wrong = not right
    if right:
        del request.session[_CODE]
        record_authentication(request, request.user, method="code", phone=sent["phone"], reauthenticated=True)
        return True
    sent["wrong"] += 1
    request.session[_CODE] = sent
    if sent["wrong"] >= CODE_TRIES:
        del request.session[_CODE]
    return False
