"""Answers that forms and htmx both understand."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect


def go(request: HttpRequest, to, *args) -> HttpResponse:
    """Send the whole page to `to` (as for django.shortcuts.redirect), also when only a part of it has asked."""
    answer = HttpResponseClientRedirect if request.htmx else HttpResponseRedirect
    return answer(resolve_url(to, *args))


def came_from(request: HttpRequest) -> str:
    """The page of ours that the request came from (its Referer), or "" where that is unknown or somebody else's."""
    address = request.headers.get("Referer", "")
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""
