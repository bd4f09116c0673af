"""Which campuses an operator works on, and which of them they look at: all, or the one chosen in the admin's site menu."""

from django.http import HttpRequest

from accounts.permissions import operator_campuses
from campus.models import Campus

SESSION_KEY = "operator_campus"


def active_campuses(user, *roles: str) -> list[Campus]:
    """The campuses in use on which the operator works, in one of `roles` (any, when none is named)."""
    return list(operator_campuses(user, *roles).filter(is_active=True))


def own_campuses(request: HttpRequest) -> list[Campus]:
    """Every campus that the operator may work on. One query per request."""
    if not hasattr(request, "_own_campuses"):
        request._own_campuses = active_campuses(request.user)
    return request._own_campuses


def seen_campuses(request: HttpRequest) -> list[Campus]:
    """The chosen campus, or all own ones. Never one that the operator has lost."""
    own, wanted = own_campuses(request), request.session.get(SESSION_KEY)
    return [campus for campus in own if campus.code == wanted] or own


def chosen_campus(request: HttpRequest) -> Campus | None:
    """The one campus that is shown; None while several are."""
    seen = seen_campuses(request)
    return seen[0] if len(seen) == 1 else None


def choose_campus(request: HttpRequest, code: str) -> None:
    """Keep the choice for this session; an unknown or empty code means all."""
    if any(campus.code == code for campus in own_campuses(request)):
        request.session[SESSION_KEY] = code
    else:
        request.session.pop(SESSION_KEY, None)
