"""Which policy an escalation goes by: the campus's, else what the product ships with; frozen when it starts."""

from exceptions.clocks.policy import Policy
from exceptions.clocks.projection import ALWAYS, policy_of
from exceptions.escalation.models import EscalationPolicy
from exceptions.escalation.plan import Plan
from exceptions.library.models import ExceptionType
from exceptions.library.shipped import shipped_policies
from exceptions.tickets.models import Ticket


def policy_for(campus_id: int, severity: int) -> EscalationPolicy:
    """The policy in force; what the product ships with, unsaved, where the campus has none."""
    live = EscalationPolicy.objects.live().filter(campus=campus_id, severity=severity).first()
    return live or EscalationPolicy(campus_id=campus_id, severity=severity, **shipped_policies()[severity])


def freeze(ticket: Ticket) -> Plan:
    """What an escalation of this ticket goes by from now on. A matter of safety waits for no service hours."""
    rule, is_grave = (
        policy_for(ticket.campus_id, ticket.severity),
        ticket.severity == ExceptionType.Severity.SAFETY,
    )
    clocks: Policy = policy_of(ticket)
    return Plan(
        steps=rule.steps,
        repeats=rule.repeats,
        repeat_minutes=rule.repeat_minutes,
        ack_minutes=rule.ack_minutes,
        group=rule.group,
        is_grave=is_grave,
        hours=ALWAYS if is_grave else clocks.hours,
        days={} if is_grave else clocks.days,
    )
