"""The devices one is logged in on, and how long a login of an operator still lasts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import sessions
from accounts.browsers import device_name, network_of
from accounts.session_store import REF


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    here = request.session.get(REF)
    rows = [
        {
            "ref": session.ref,
            "here": session.ref == here,
            "name": device_name(session.device),
            "mobile": "Mobile" in session.device or "iPad" in session.device,
            "network": network_of(session.address),
            "session": session,
        }
        for session in sessions.sessions_of(request.user)
    ]
    rows.sort(key=lambda row: not row["here"])
    return render(request, "accounts/sessions.html", {"tab": "me", "rows": rows})


@login_required
@require_POST
def end_session(request: HttpRequest, ref: str) -> HttpResponse:
    """End one of one's own sessions; for the present one there is the logout."""
    if ref != request.session.get(REF) and sessions.end_one(request.user, ref):
        messages.success(request, _("Logged out there."))
    return redirect("accounts:sessions")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_sessions(request.user, keep=request.session.session_key)
    messages.success(
        request,
        ngettext("Logged out on %d other device.", "Logged out on %d other devices.", ended) % ended,
    )
    return redirect("accounts:sessions")


@require_GET
def here(request: HttpRequest) -> JsonResponse:
    """How many seconds the login of an operator still lasts, without an action and at all (static/js/session.js).

    With the header of accounts.session_limits it is an action itself. The token is for a page that was open while
    somebody logged in anew: what was written there can be sent after all.
    """
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    left = sessions.left_of(request)
    idle, age = (round(seconds) for seconds in left) if left else (None, None)
    return JsonResponse({"idle": idle, "age": age, "csrf": get_token(request)})
