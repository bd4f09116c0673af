"""One press says whether an operator is there; what somebody has left is offered beside the queue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.operator_scope import seen_campuses
from core.errors import Invalid
from exceptions.console.permissions import console_view
from exceptions.duty import presence
from exceptions.duty.handover import left_behind
from exceptions.models import Presence

MOST_OFFERED = 20


def presence_context(request: HttpRequest) -> dict:
    """What the switch and the strip of what is left show. Two queries."""
    own = Presence.objects.filter(user=request.user.pk).first()
    offered = left_behind(seen_campuses(request)).exclude(assignee=request.user.pk)
    return {
        "presence": own,
        "is_there": own is not None and presence.is_there(own),
        "presence_states": Presence.State.choices,
        "offered": list(offered[:MOST_OFFERED]),
    }


@console_view
@require_GET
def switch(request: HttpRequest) -> HttpResponse:
    """The switch alone."""
    return render(request, "admin/console/_presence.html", presence_context(request))


@console_view
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """On duty, at lunch, away."""
    state = request.POST.get("state", "")
    if state not in Presence.State.values:
        raise Invalid
    presence.say(user=request.user, state=state)
    if not request.htmx:
        return redirect("exceptions:console")
    return render(request, "admin/console/_presence.html", presence_context(request))


@console_view
@require_GET
def offered(request: HttpRequest) -> HttpResponse:
    """What colleagues who have gone have left."""
    return render(request, "admin/console/_offered.html", presence_context(request))
