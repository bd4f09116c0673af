"""Work of somebody who has gone: shown to the others, who hear of it once."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.language import in_language_of
from accounts.models import User
from accounts.permissions import HANDLERS
from campus.models import Campus
from core import clock
from core.events import subscribe
from exceptions.duty.presence import State, absent_after, is_gone, present
from exceptions.events import OperatorLeft
from exceptions.models import UNRESOLVED, Presence, Ticket
from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice
from notifications.services import notify

kinds.add("operator_left", Topic.TROUBLE, severity=2, useful=timedelta(hours=1))


def left_behind(campuses: Collection[Campus]) -> QuerySet[Ticket]:
    """Tickets whose clocks run and whose operator has gone: for others to take over, the gravest first."""
    there = Presence.objects.filter(state=State.ON_DUTY, seen_at__gte=clock.now() - absent_after())
    gone = Presence.objects.exclude(pk__in=there).values("user")
    found = Ticket.objects.filter(campus__in=campuses, status__in=UNRESOLVED, assignee__in=gone)
    return found.select_related("type", "order__dropoff", "assignee__presence").order_by(
        "severity", "resolve_by", "pk"
    )


def colleagues_by_load(campus: Campus | int, among: Collection[User]) -> list[tuple[User, bool, int]]:
    """Whom new work is for first: (person, whether they are there, tickets on their desk), the least loaded of those who are
    there in front. Three queries."""
    there = {user.pk for user in present(campus, HANDLERS)}
    loads = dict(
        Ticket.objects.filter(status__in=UNRESOLVED, assignee__in=[user.pk for user in among])
        .order_by()
        .values_list("assignee")
        .annotate(n=Count("pk"))
    )
    rows = [(user, user.pk in there, loads.get(user.pk, 0)) for user in among]
    return sorted(rows, key=lambda row: (not row[1], row[2], row[0].name))


@subscribe(OperatorLeft)
def offer_what_is_left(event: OperatorLeft) -> None:
    """Notify those who are there of the tickets that somebody has left, if they have not come back meanwhile."""
    user = User.objects.get(pk=event.user)
    if not is_gone(user):
        return
    for campus in Campus.objects.filter(tickets__assignee=user, tickets__status__in=UNRESOLVED).distinct():
        count = left_behind([campus]).filter(assignee=user).count()
        for colleague in present(campus, HANDLERS):
            with in_language_of(colleague):
                text = ngettext(
                    "%(n)s ticket of theirs waits for somebody.",
                    "%(n)s tickets of theirs wait for somebody.",
                    count,
                )
                notify(
                    user=colleague, kind="operator_left", level=Notice.Level.WARN,
                    title=_("%(name)s has gone") % {"name": user.display_name},
                    body=text % {"n": count}, link=reverse("exceptions:console"),
                    key=f"operator-left:{user.pk}:{campus.pk}:{event.at.isoformat()}",
                )  # fmt: skip
