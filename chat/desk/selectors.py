"""What the desk reads: a constant number of queries, whatever waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import HANDLERS
from campus.models import Campus
from chat.models import CannedAnswer, Conversation, Message

TABS = {"waiting": _("Waiting"), "mine": _("Mine"), "taken": _("All"), "closed": _("Ended")}
MOST_ROWS = 60
F_ASKED = F("asked_at").asc(nulls_last=True)


def conversations(campuses: Iterable[Campus]) -> QuerySet[Conversation]:
    return Conversation.objects.filter(campus__in=list(campuses))


def waiting_count(campuses: Iterable[Campus]) -> int:
    """Conversations that nobody has taken."""
    return conversations(campuses).filter(status=Conversation.Status.WAITING).count()


@dataclass(frozen=True)
class Queue:
    tab: str
    rows: list[Conversation]
    counts: dict[str, int]


def queue(campuses: list[Campus], user, tab: str) -> Queue:
    """The rows of a tab: who has waited longest comes first; each with `last_text` and `last_kind`."""
    status = Conversation.Status
    mine = Q(status=status.TAKEN, operator=user)
    found = conversations(campuses)
    counts = found.aggregate(
        waiting=Count("pk", filter=Q(status=status.WAITING)),
        mine=Count("pk", filter=mine),
        taken=Count("pk", filter=~Q(status=status.CLOSED)),
    )
    tab = tab if tab in TABS else "waiting" if counts["waiting"] or not counts["mine"] else "mine"
    only = {
        "waiting": Q(status=status.WAITING),
        "mine": mine,
        "taken": ~Q(status=status.CLOSED),
        "closed": Q(status=status.CLOSED),
    }[tab]
    last = Message.objects.filter(thread=OuterRef("thread"), internal=False).exclude(kind=Message.Kind.SYSTEM)
    last = last.order_by("-seq")
    rows = (
        found.filter(only)
        .select_related("thread", "person", "operator", "campus")
        .annotate(last_text=Subquery(last.values("text")[:1]), last_kind=Subquery(last.values("kind")[:1]))
    )
    order = ["-closed_at"] if tab == "closed" else [F_ASKED, "pk"]
    return Queue(tab, list(rows.order_by(*order)[:MOST_ROWS]), counts)


def colleagues(campus: Campus, user) -> QuerySet[User]:
    """Who else answers on this campus."""
    answering = Q(staff_roles__campus=campus, staff_roles__role__in=HANDLERS) | Q(is_superuser=True)
    return User.objects.filter(answering, is_staff=True, is_active=True).exclude(pk=user.pk).distinct()


def canned(campus_id: int) -> list[CannedAnswer]:
    return list(CannedAnswer.objects.filter(campus=campus_id, is_active=True))
