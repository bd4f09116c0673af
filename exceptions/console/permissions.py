"""Who may do what in the console. Looking: every role of the campus. Acting: those who handle tickets."""

from accounts.permissions import HANDLERS, is_operator, operator_page
from core.errors import NotAllowed
from exceptions.models import Ticket
from exceptions.permissions import Role

console_view = operator_page()


def may_act(user, ticket: Ticket) -> bool:
    """May this operator do anything about the ticket, besides reading it?"""
    return is_operator(user, ticket.campus_id, *HANDLERS)


def may_read_books(user, ticket: Ticket) -> bool:
    """May this operator open the order's ledger trail?"""
    return is_operator(user, ticket.campus_id, Role.FINANCE, Role.SUPERVISOR)


def require_acting(user, ticket: Ticket) -> None:
    """Raises NotAllowed for those who may only look (finance)."""
    if not may_act(user, ticket):
        raise NotAllowed
