"""Codes of one's own jobs, shown to be scanned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import links
from core.http import go
from core.qr import square
from couriers.permissions import carrier_required
from delivery import selectors, services
from delivery.models import LegStatus, ScanCode


@require_GET
@carrier_required
def received(request: HttpRequest, no: str) -> HttpResponse:
    """Asked by who shows a code and waits: on to the job as soon as it is theirs, 204 until then."""
    if request.courier.legs.filter(no=no).exists():
        return go(request, "delivery:job", no)
    return HttpResponse(status=204)


@require_GET
@carrier_required
def code(request: HttpRequest, no: str, purpose: str) -> HttpResponse:
    """A code of one's own job for somebody else's camera; asked for again while it is shown."""
    leg = selectors.job(request.courier, no)
    shown = services.issue_handover_code(leg=leg, purpose=purpose, actor=request.user)
    is_fetched = leg.status == LegStatus.HANDING_ON
    title, words = {
        "hand_in": (_("Onto the shelf"), _("The keeper scans this, and gives you a slot.")),
        "hand_out": (_("Off the shelf"), _("The keeper scans this, and gives you the goods.")),
        "transfer": (
            _("Hand to another courier"),
            _("The courier who comes scans this, and has the goods. You are paid for your part of the way.")
            if is_fetched
            else _(
                "The other courier scans this first, then you scan theirs. Who delivers it is paid for it."
            ),
        ),
    }[purpose]
    # Between two couriers the goods change hands when each has scanned the other.
    then_scan = purpose == "transfer" and not is_fetched
    back = reverse("delivery:job", args=[leg.no])
    return code_page(request, shown, title, words, back=back, base="courier/base.html", then_scan=then_scan)


def code_page(
    request: HttpRequest, shown: ScanCode, title: str, words: str, *, back: str, base: str = "base.html",
    then_scan: bool = False,
) -> HttpResponse:  # fmt: skip
    """As a sheet, as a fresh square inside it, or as a page of its own in the portal `base`."""
    context = {
        "code": shown, "qr": square(address(request, shown)), "title": title, "words": words, "back": back,
        "source": request.get_full_path(), "base": base, "tab": "active",
        "then_scan": then_scan,
    }  # fmt: skip
    if not request.htmx:
        return render(request, "delivery/code.html", context | {"source": ""})
    renewed = request.htmx.target != "sheet-root"
    return render(
        request,
        f"delivery/{'_code' if renewed else '_code_sheet'}.html",
        context | ({"title": ""} if renewed else {}),
    )


def address(request: HttpRequest, code: ScanCode) -> str:
    """What a square says: a page of ours, so that a phone's own camera finds the way as well."""
    for_keeper = code.purpose in (ScanCode.Purpose.HAND_IN, ScanCode.Purpose.HAND_OUT)
    page = reverse("relay:shelf") if for_keeper else links.url("courier.scan")
    return f"{request.build_absolute_uri(page)}?c={code.signed}"
