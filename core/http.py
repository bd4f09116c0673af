"""Answers that forms and htmx both understand."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect


def go(request: HttpRequest, to, *args) -> HttpResponse:
    """Send the whole page to `to` (as for django.shortcuts.redirect), also when only a part of it has asked."""
    answer = HttpResponseClientRedirect if request.htmx else HttpResponseRedirect
    return answer(resolve_url(to, *args))
