"""Who is reached by a step and how: whom it is meant for, their notices, and when the first of them can hear."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import StaffRole, User
from accounts.permissions import HANDLERS, is_operator
from exceptions.escalation.models import Escalation
from exceptions.escalation.plan import Plan, Target
from exceptions.tickets.log import clock_names
from exceptions.tickets.models import Ticket
from exceptions.tickets.notifications import USEFUL, severity_of
from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice, Send
from notifications.services import build_notification, notify_all, quiet_ends

Role = StaffRole.Role
STEP, PAGE = "escalation", "escalation_page"
kinds.add(STEP, Topic.TROUBLE, severity=2, waits=True, useful=USEFUL)
kinds.add(PAGE, Topic.NEEDED, severity=2, waits=True, useful=USEFUL)
INBOX = "inbox"  # besides the names of the delivery channels


@dataclass(frozen=True)
class Reached:
    """`by`: the inbox and the channels by which the notice goes. `heard`: now, or when the person's quiet hours end."""

    user: User
    by: list[str]
    heard: datetime


def meant_for(target: Target, ticket: Ticket, plan: Plan) -> list[User]:
    """The people whom a step is to reach. Nobody for an assignee who is not there, or a group without people; supervisors,
    or who stands above them, there always are."""
    if target == Target.ASSIGNEE:
        assignee = ticket.assignee
        return [assignee] if assignee and is_operator(assignee, ticket.campus_id, *HANDLERS) else []
    if target == Target.GROUP:
        return _with_role(ticket.campus_id, plan.group)
    return _with_role(ticket.campus_id, Role.SUPERVISOR) or list(
        User.objects.filter(is_superuser=True, is_staff=True, is_active=True).order_by("pk")
    )


def _with_role(campus_id: int, role: str) -> list[User]:
    found = User.objects.filter(is_active=True, staff_roles__campus=campus_id, staff_roles__role=role)
    return list(found.distinct().order_by("pk"))


def tell(
    ticket: Ticket, escalation: Escalation, target: Target, users: list[User], key: str, now: datetime
) -> list[Reached]:
    """Notify these people of a step, in its transaction. The same key is the same notice, so that it may be done again where
    one was lost."""
    plan = Plan.of(escalation.plan)
    kind = PAGE if target == Target.PAGE else STEP
    notify_all(list(_notices(ticket, escalation, kind, users, key)))
    channels: dict[int, list[str]] = {user.pk: [INBOX] for user in users}
    sends = Send.objects.filter(notice__key=key, notice__user__in=users, elsewhere=False)
    for user_pk, channel in sends.order_by("channel").values_list("notice__user", "channel"):
        channels[user_pk].append(channel)
    ends = {} if plan.is_grave else quiet_ends(users, now)
    return [Reached(user, channels[user.pk], ends.get(user.pk) or now) for user in users]


def _notices(
    ticket: Ticket, escalation: Escalation, kind: str, users: list[User], key: str
) -> Iterator[Notice]:
    for user in users:
        with in_language_of(user):
            yield build_notification(
                user=user, kind=kind, level=Notice.Level.WARN, key=key, severity=severity_of(ticket),
                title=_("Please take it: %(type)s") % {"type": ticket.type.name},
                body=_("%(why)s. %(order)s, order %(no)s. Whoever takes it says so on its page.")
                % {"why": why(escalation), "order": ticket.order.summary, "no": ticket.order.no},
                link=reverse("exceptions:console_ticket", args=[ticket.no]),
            )  # fmt: skip


def why(escalation: Escalation) -> str:
    """Why it is escalated, in the active language."""
    if escalation.cause == Escalation.Cause.OPENED:
        return _("It is a matter of safety")
    return _("Time ran out: %(clocks)s") % {"clocks": clock_names({"clocks": escalation.clocks})}
