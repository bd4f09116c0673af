"""The keeper's page of a relay station."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from delivery import selectors, services
from delivery.models import Leg, ScanCode, ShelfItem
from delivery.views.codes import code_page
from delivery.views.scanning import page_scans


def keeper_required(view):
    """Only who keeps a relay station; it is `request.station`, chosen by ?s= when there are several."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        stations = list(selectors.stations_of(request.user))
        if not stations:
            return render(request, "delivery/no_shelf.html", {"tab": ""}, status=403)
        wanted = request.GET.get("s", "")
        request.stations = stations
        request.station = next((one for one in stations if str(one.pk) == wanted), stations[0])
        return view(request, *args, **kwargs)

    return guarded


@page_scans
@require_http_methods(["GET", "HEAD", "POST"])
@keeper_required
def shelf(request: HttpRequest) -> HttpResponse:
    """What lies there, what comes, what is overdue; and the field for couriers' codes."""
    context = _context(request) | {"given": request.GET.get("c", "")[:500]}
    if request.method != "POST":
        return render(request, "delivery/shelf.html", context)
    text = request.POST.get("c", "").strip() or request.POST.get("digits", "").strip()
    try:
        outcome = services.scan_at_station(text=text, station=request.station, keeper=request.user)
    except DomainError as error:
        return render(request, "delivery/shelf.html", context | {"problem": str(error)}, status=error.status)
    messages.success(request, outcome.text)
    return _back(request)


@require_GET
@keeper_required
def live(request: HttpRequest) -> HttpResponse:
    return render(request, "delivery/_shelf.html", _context(request))


@require_GET
@keeper_required
def code(request: HttpRequest, no: str) -> HttpResponse:
    """The code of goods on the shelf: a courier's scan takes the job, or fetches it."""
    leg = get_object_or_404(
        Leg.objects.select_related("order", "relay__place", "courier__user"), no=no, relay=request.station
    )
    shown = services.issue_handover_code(leg=leg, purpose=ScanCode.Purpose.PICKUP, actor=request.user)
    words = _("The courier scans this: it takes the job if nobody has it, and the goods are theirs.")
    return code_page(request, shown, _("Off the shelf"), words, back=reverse("relay:shelf"))


@require_POST
@keeper_required
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(ShelfItem, pk=pk, station=request.station)
    services.report_missing(item=item, actor=request.user)
    messages.warning(request, _("Noted. Customer service looks into it now, beginning with who had it last."))
    return _back(request)


@require_POST
@keeper_required
def found(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(ShelfItem, pk=pk, station=request.station)
    item = services.report_found(item=item, actor=request.user)
    messages.success(request, _("Good. It lies in slot %(slot)s again.") % {"slot": item.slot})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    answer = redirect("relay:shelf")
    if len(request.stations) > 1:
        answer["Location"] += f"?s={request.station.pk}"
    return answer


def _context(request: HttpRequest) -> dict:
    return {
        "shelf": selectors.shelf(request.station),
        "station": request.station,
        "stations": request.stations if len(request.stations) > 1 else [],
    }
