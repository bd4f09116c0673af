"""Sessions of operators end after twelve hours, and after an hour in which no person did anything."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import sessions

ACTS = "X-Person-Acts"  # static/js/session.js says it when a key or a button was pressed


def acts(request: HttpRequest) -> bool:
    """Whether a person does something here: opens a page, sends a form, or presses a key on an open one.

    What pages fetch by themselves is none: browsers tell a navigation from a fetch. Of those that do not (before 2023)
    a page that is asked for as HTML counts.
    """
    if ACTS in request.headers:
        return True
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode == "navigate"
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers


class SessionLimitMiddleware:
    """Notes what people do, and ends the sessions of operators that are over. What was sent with one is not lost."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            left = sessions.left_of(request)
            if left is not None and min(left) <= 0:
                return self._end(request, idle=left[0] <= 0)
            if acts(request):
                sessions.note_action(request)
        return self.get_response(request)

    def _end(self, request: HttpRequest, idle: bool) -> HttpResponse:
        sessions.expire(request)
        why = (
            _("You were logged out: nothing was pressed for an hour.")
            if idle
            else _("You were logged out: a login of an operator is good for twelve hours.")
        )
        if not acts(request):  # session.js says so on the page, which keeps what is written there
            return HttpResponse(
                status=401, headers={"HX-Trigger": json.dumps({"session:over": {}}), "HX-Reswap": "none"}
            )
        if request.method == "POST":
            context = {"why": why, "texts": _texts(request), "next": request.META.get("HTTP_REFERER", "")}
            return render(request, "accounts/session_over.html", context, status=401)
        messages.warning(request, why)
        return redirect_to_login(request.get_full_path())


def _texts(request: HttpRequest) -> list[str]:
    """What the person wrote into the form that comes too late."""
    return [
        value
        for name, value in request.POST.items()
        if not name.startswith(("_", "csrf")) and "password" not in name and "code" not in name
        if (len(value.strip()) >= 4 and not value.isascii()) or " " in value.strip()
    ]
