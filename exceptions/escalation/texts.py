"""What the entries of escalations say in a ticket's log.

escalated {escalation, step, to, due, reached: [{id, name, by: [channel]}], heard, was_lost}
acknowledged {by, until}
"""

from django.utils.translation import gettext as _

from core import clock
from exceptions.escalation.plan import Target
from exceptions.escalation.projection import ACKNOWLEDGED, ESCALATED
from exceptions.escalation.reaching import INBOX
from exceptions.escalation.services import CALL
from exceptions.library.models import Party
from exceptions.tickets.log import EntryKind, actor_name, add_kinds
from exceptions.tickets.models import TicketEvent
from notifications.kinds import ChannelName


def _ways(by: list[str]) -> str:
    """By what somebody was reached."""
    own = {INBOX: _("in the inbox")} | dict(ChannelName.choices)
    return ", ".join(str(own[one]) for one in by)


def _escalated(entry: TicketEvent, party: Party | None) -> str:
    to = {
        Target.ASSIGNEE: _("Asked who handles it"),
        Target.GROUP: _("Asked the group on duty"),
        Target.SUPERVISOR: _("Asked the supervisor"),
        Target.PAGE: _("Paged the supervisor"),
    }[entry.data["to"]]
    reached = entry.data["reached"]
    if not reached:
        return _("%(step)s: nobody is there") % {"step": to}
    who = _("; ").join(f"{one['name']} ({_ways(one['by'])})" for one in reached)
    text = _("%(step)s: %(who)s") % {"step": to, "who": who}
    return _("%(text)s · found by the audit") % {"text": text} if entry.data["was_lost"] else text


def _acknowledged(entry: TicketEvent, party: Party | None) -> str:
    who = actor_name(entry, party)
    if entry.data["until"] is None:
        return _("%(who)s takes it") % {"who": who}
    facts = {"who": who, "time": clock.day_time(entry.data["until"])}
    if entry.data["by"] == CALL:
        return _("%(who)s takes it, by a digit in the call; to be looked at again at %(time)s") % facts
    return _("%(who)s takes it; to be looked at again at %(time)s") % facts


add_kinds(
    {
        ESCALATED: EntryKind(_escalated, "campaign", tone="hot"),
        ACKNOWLEDGED: EntryKind(_acknowledged, "front_hand", tone="good"),
    }
)
