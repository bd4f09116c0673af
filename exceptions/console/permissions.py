"""Who may do what in the console. Looking: every role of the campus. Acting: support, dispatchers, supervisors."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.models import StaffRole
from accounts.permissions import is_operator
from core.errors import NotAllowed
from exceptions.models import Ticket

Role = StaffRole.Role
ACTING = (Role.SUPPORT, Role.DISPATCHER, Role.SUPERVISOR)


def may_act(user, ticket: Ticket) -> bool:
    """May this operator do anything about the ticket, besides reading it?"""
    return is_operator(user, ticket.campus_id, *ACTING)


def may_read_books(user, ticket: Ticket) -> bool:
    """May this operator open the order's money story?"""
    return is_operator(user, ticket.campus_id, Role.FINANCE, Role.SUPERVISOR)


def require_acting(user, ticket: Ticket) -> None:
    """Raises NotAllowed for those who may only look (finance)."""
    if not may_act(user, ticket):
        raise NotAllowed


def console_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the admin for operators: strangers and people without a staff account are sent to its login."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_operator(request.user):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return admin.site.admin_view(guarded)
