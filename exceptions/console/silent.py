"""Couriers of whom nothing is heard and who should be called: a strip above the queue, one tap a call."""

import json
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.operator_scope import own_campuses, seen_campuses
from accounts.permissions import HANDLERS, is_operator
from core import clock
from core.errors import NotAllowed
from delivery.call_sides import courier_side
from delivery.services.legs import lock_leg
from exceptions.console.permissions import console_view
from exceptions.detection import watching
from exceptions.models import Watch
from telephony.models import CallRole
from telephony.services import About, Side, connect, obstacle, open_call
from telephony.views import dialled


@dataclass(frozen=True)
class SilentCourier:
    """One row of the strip. `obstacle`: why this operator cannot call them, or ""."""

    watch: Watch
    obstacle: str


def to_call(request: HttpRequest) -> list[SilentCourier]:
    """Those of the campuses that are looked at."""
    caller = _operator_side(request)
    return [
        SilentCourier(watch, obstacle(watch.campus, caller, courier_side(watch.leg)))
        for watch in watching.to_call(seen_campuses(request))[:20]
    ]


def _operator_side(request: HttpRequest) -> Side:
    return Side(CallRole.OPERATOR, request.user, request.user.phone)


@console_view
@require_GET
def strip(request: HttpRequest) -> HttpResponse:
    return render(request, "admin/console/_silent.html", {"silent": to_call(request)})


@console_view
@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the operator's phone dial the courier. Not any more once they were heard of, or the job is over."""
    watch = watching.to_call(own_campuses(request)).filter(pk=pk).first()
    if watch is None or watch.leg is None:
        raise Http404
    if not is_operator(request.user, watch.campus_id, *HANDLERS):
        raise NotAllowed
    with lock_leg(watch.leg.pk) as leg:
        if leg.courier is None or not leg.is_carried:
            raise Http404
        attempt = open_call(
            about=About(leg.campus, leg.order.no, leg_no=leg.no),
            caller=_operator_side(request),
            callee=courier_side(leg),
        )
    dial = connect(attempt)
    if not request.htmx:
        return dialled(request, dial) or redirect("exceptions:console")
    trigger: dict = {"oc:call": {"tel": f"tel:{dial.number}"}}
    if dial.hidden:
        text = _("Dial %(number)s from your own phone; it is yours for this case until %(time)s.") % {
            "number": dial.number, "time": clock.hour_minute(dial.until),
        }  # fmt: skip
        trigger["toast"] = {"text": text, "level": "success"}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})
