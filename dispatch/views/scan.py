"""Scanning, and showing codes to be scanned."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.http import go
from core.qr import square
from dispatch import admission, selectors, services
from dispatch.models import Leg, ScanCode
from dispatch.permissions import carrier_required, courier_required


@require_http_methods(["GET", "HEAD", "POST"])
@carrier_required
def scan(request: HttpRequest) -> HttpResponse:
    """Camera, photo or four digits. A code in the address (a phone's own camera) waits for the button."""
    text = request.POST.get("c", "").strip() or request.POST.get("digits", "").strip()
    context = {"tab": "hall", "courier": request.courier, "given": request.GET.get("c", "")[:500]}
    if request.method != "POST":
        return render(request, "dispatch/scan.html", context)
    try:
        outcome = services.scan(text=text, courier=request.courier, where=request.courier.position)
    except DomainError as error:
        return render(request, "dispatch/scan.html", context | {"problem": str(error)}, status=error.status)
    if outcome.answer is not None:
        context |= {
            "outcome": outcome,
            "code": outcome.answer,
            "qr": square(address(request, outcome.answer)),
        }
        return render(request, "dispatch/scan.html", context)
    if outcome.choices:
        (carrier,) = admission.carriers([request.courier], carried={})
        cards = [selectors.card(leg, request.courier, carrier) for leg in outcome.choices]
        return render(
            request, "dispatch/scan.html", context | {"outcome": outcome, "cards": cards, "text": text}
        )
    messages.success(request, outcome.text)
    if outcome.leg is None or outcome.leg.courier_id != request.courier.pk:
        return redirect("dispatch:hall")
    return redirect("dispatch:job", outcome.leg.no)


@require_POST
@courier_required
def take(request: HttpRequest, no: str) -> HttpResponse:
    """Take one of the jobs that begin where the scanned poster hangs."""
    leg = get_object_or_404(Leg, no=no, campus=request.courier.campus_id)
    leg = services.take_here(text=request.POST.get("c", ""), leg=leg, courier=request.courier)
    messages.success(request, _("It is yours. Ride carefully!"))
    return redirect("dispatch:job", leg.no)


@require_GET
@carrier_required
def received(request: HttpRequest, no: str) -> HttpResponse:
    """Asked by who shows a code and waits: on to the job as soon as it is theirs, 204 until then."""
    if request.courier.legs.filter(no=no).exists():
        return go(request, "dispatch:job", no)
    return HttpResponse(status=204)


@require_GET
@carrier_required
def code(request: HttpRequest, no: str, purpose: str) -> HttpResponse:
    """A code of one's own job for somebody else's camera; asked for again while it is shown."""
    leg = selectors.job(request.courier, no)
    shown = services.show(leg=leg, purpose=purpose, actor=request.user)
    title, words = {
        "hand_in": (_("Onto the shelf"), _("The keeper scans this, and gives you a slot.")),
        "hand_out": (_("Off the shelf"), _("The keeper scans this, and gives you the goods.")),
        "transfer": (
            _("Hand to another courier"),
            _("The other courier scans this first, then you scan theirs. Who delivers it is paid for it."),
        ),
    }[purpose]
    # Between two couriers the goods change hands when each has scanned the other.
    then_scan = purpose == "transfer"
    back = reverse("dispatch:job", args=[leg.no])
    return code_page(request, shown, title, words, back=back, base="courier/base.html", then_scan=then_scan)


def code_page(
    request: HttpRequest, shown: ScanCode, title: str, words: str, *, back: str, base: str = "base.html",
    then_scan: bool = False,
) -> HttpResponse:  # fmt: skip
    """As a sheet, as a fresh square inside it, or as a page of its own in the face `base`."""
    context = {
        "code": shown, "qr": square(address(request, shown)), "title": title, "words": words, "back": back,
        "source": request.get_full_path(), "base": base, "tab": "active",
        "then_scan": then_scan,
    }  # fmt: skip
    if not request.htmx:
        return render(request, "dispatch/code.html", context | {"source": ""})
    renewed = request.htmx.target != "sheet-root"
    return render(
        request,
        f"dispatch/{'_code' if renewed else '_code_sheet'}.html",
        context | ({"title": ""} if renewed else {}),
    )


def address(request: HttpRequest, code: ScanCode) -> str:
    """What a square says: a page of ours, so that a phone's own camera finds the way as well."""
    for_keeper = code.purpose in (ScanCode.Purpose.HAND_IN, ScanCode.Purpose.HAND_OUT)
    page = reverse("relay:shelf" if for_keeper else "dispatch:scan")
    return f"{request.build_absolute_uri(page)}?c={code.signed}"
