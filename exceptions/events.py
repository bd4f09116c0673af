"""Events of tickets, and of those who work on them."""

from datetime import datetime

from core.events import Event


class TicketsOpened(Event, name="exceptions.tickets_opened"):
    """Tickets were opened: by a person or an event one, by the scanner up to a hundred."""

    tickets: tuple[int, ...]


class AlarmsRepeated(Event, name="exceptions.alarms_repeated"):
    """The alarm for which these tickets stand went off again."""

    tickets: tuple[int, ...]


class WatchesMoved(Event, name="exceptions.watches_moved"):
    """A detector has gone a step further with these orders, or back, without a ticket or with one."""

    watches: tuple[int, ...]


class TicketLogged(Event):
    """What all events of a ticket have that come with an entry in its log."""

    ticket: int
    order: int
    entry: int


class TicketChanged(TicketLogged, name="exceptions.ticket_changed"):
    """Something was written into a ticket's log."""


class ActionRun(TicketLogged, name="exceptions.action_run"):
    """An operator or a rule has run an action."""


class ActionUndone(TicketLogged, name="exceptions.action_undone"):
    """An action was undone."""


class TicketResolved(TicketLogged, name="exceptions.ticket_resolved"):
    """A ticket was resolved or dismissed."""


class TicketReopened(TicketLogged, name="exceptions.ticket_reopened"):
    """A settled ticket was taken up again."""


class EscalationStopped(Event, name="exceptions.escalation_stopped"):
    """Somebody has taken an escalated ticket, or its time runs out no longer: those who were told need not look."""

    escalation: int


class OperatorLeft(Event, name="exceptions.operator_left"):
    """An operator who was on duty is so no longer: away, at lunch, or gone without a word."""

    user: int
    at: datetime
