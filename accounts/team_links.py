"""The link by which the people of a campus that is still closed join it: its operators and its first couriers.

Nobody else can choose a closed campus, and without them it never opens (`campus.opening`).
"""

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from campus.models import Campus

_SALT = "accounts.team"
_SECONDS = 60 * 24 * 3600
FIELD = "team"  # the token's name in addresses and forms


def team_link(request: HttpRequest, campus: Campus) -> str:
    """The whole address, good for sixty days."""
    return request.build_absolute_uri(reverse("accounts:join", args=[signing.dumps(campus.pk, salt=_SALT)]))


def campus_of_link(token: str) -> Campus | None:
    """The campus that the link is for; None when it is none of ours, or too old."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return None
    return Campus.objects.filter(pk=pk).first()


def campuses_to_choose(*, token: str = "", own: Campus | None = None) -> QuerySet[Campus]:
    """What somebody may choose as their campus: the open ones and their own; with a team's link that one alone."""
    if invited := campus_of_link(token):
        return Campus.objects.filter(pk=invited.pk)
    return Campus.objects.filter(Q(is_active=True) | Q(pk=own.pk if own else None))
