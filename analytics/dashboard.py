"""The admin's first page: how today goes."""

from django.http import HttpRequest

from accounts.operator_scope import seen_campuses
from accounts.permissions import is_operator
from analytics import charts, selectors
from core import installation
from exceptions.console.figures import kpis


def index(request: HttpRequest, context: dict) -> dict:
    """Named in settings.UNFOLD as the callback of the first page."""
    lacks = installation.lacks() if request.user.is_superuser else []
    return context | dashboard(request) | {"lacks": lacks}


def dashboard(request: HttpRequest) -> dict:
    """What templates/admin/dashboard/_today.html shows; nothing for somebody without a role."""
    if not is_operator(request.user):
        return {}
    campuses = seen_campuses(request)
    today = selectors.today(campuses, days=7 if request.GET.get("days") == "7" else 1)
    return {
        "today": today,
        "kpis": kpis(campuses),
        "columns": charts.columns(today.hours),
        "heat": charts.cells(today.heat),
        "top": max((row.count for row in today.types.rows), default=1),
        "dearest": max((row.total for row in today.paid), default=1),
        "widest": max((row.count for row in today.stages), default=0) or 1,
        "most_clocks": max((row.count for row in today.clocks), default=0) or 1,
        "most_zone": max((max(row.couriers, row.waiting) for row in today.zones), default=0) or 1,
    }
