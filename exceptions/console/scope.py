"""Which campuses an operator is looking at: all of theirs, or the one chosen in the site menu."""

from django.http import HttpRequest

from accounts.permissions import operator_campuses
from campus.models import Campus

SESSION_KEY = "console_campus"


def own_campuses(request: HttpRequest) -> list[Campus]:
    """Every campus that the operator may work on. One query per request."""
    if not hasattr(request, "_console_campuses"):
        request._console_campuses = list(operator_campuses(request.user).filter(is_active=True))
    return request._console_campuses


def seen_campuses(request: HttpRequest) -> list[Campus]:
    """The chosen campus, or all own ones. Never one that the operator has lost."""
    own, wanted = own_campuses(request), request.session.get(SESSION_KEY)
    return [campus for campus in own if campus.code == wanted] or own


def chosen(request: HttpRequest) -> Campus | None:
    """The one campus that is shown; None while several are."""
    seen = seen_campuses(request)
    return seen[0] if len(seen) == 1 else None


def choose(request: HttpRequest, code: str) -> None:
    """Keep the choice for this session; an unknown or empty code means all."""
    if any(campus.code == code for campus in own_campuses(request)):
        request.session[SESSION_KEY] = code
    else:
        request.session.pop(SESSION_KEY, None)


def groups(request: HttpRequest) -> list[str]:
    """The live groups that the operator's pages listen to: all own campuses, so that no alert is missed."""
    return [f"console.{campus.pk}" for campus in own_campuses(request)]
