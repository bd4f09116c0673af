"""Earnings, the courier's own page, positions, and the customer's call."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from dispatch import fixes, panels, selectors, services
from dispatch.fixes import Fix
from dispatch.forms import ProfileForm
from dispatch.permissions import carrier_required, courier_required
from messaging.phone.views import dialled
from orders.selectors import order_of

POSITION_EVERY = timedelta(seconds=3)


@require_GET
@carrier_required
def earnings(request: HttpRequest) -> HttpResponse:
    jobs = Paginator(selectors.done_jobs(request.courier), 20).get_page(request.GET.get("page"))
    return render(
        request,
        "dispatch/earnings.html",
        {
            "tab": "me",
            "courier": request.courier,
            "figures": selectors.earnings(request.courier),
            "page_obj": jobs,
        },
    )


@require_http_methods(["GET", "POST"])
@courier_required
def me(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.courier)
    if request.method == "POST" and form.is_valid():
        services.update_profile(courier=request.courier, **form.cleaned_data)
        messages.success(request, _("Saved"))
        return redirect("dispatch:me")
    context = {
        "tab": "me",
        "courier": request.courier,
        "form": form,
        "today": selectors.today(request.courier),
        "delivered": selectors.done_jobs(request.courier).count(),
    }
    return render(request, "dispatch/me.html", context, status=422 if form.errors else 200)


@require_POST
@carrier_required
def position(request: HttpRequest) -> JsonResponse:
    """A phone's position {"lat", "lon"} in degrees, or several of them {"fixes": [{"lat", "lon", "ago"}…]} with their age
    in seconds. Taken at most every three seconds, and only on duty or with goods in hand.

    Answers {"kept": true | false} and, where there is one, the "pass" by which the next ones are taken in without asking
    who it is (dispatch.middleware); 422 for what is no position.
    """
    courier = request.courier
    # A form with files has been read by now, and is no position.
    found = None if request.content_type.startswith("multipart/") else fixes.parse(request.body)
    if found is None:
        return JsonResponse({"error": _("This is not a position."), "code": "invalid"}, status=422)
    now = clock.now()
    more = {"pass": given} if (given := services.grant_pass(courier)) else {}
    fresh = courier.located_at is not None and now - courier.located_at < POSITION_EVERY
    if fresh or not (courier.on_duty or courier.is_carrying):
        return JsonResponse({"kept": False} | more)
    services.report_positions(
        [Fix(courier.pk, now - timedelta(seconds=ago), lat, lon) for lat, lon, ago in found]
    )
    return JsonResponse({"kept": True} | more)


@require_POST
@login_required
def call_courier(request: HttpRequest, order_no: str) -> HttpResponse:
    """The customer's call to the courier who carries their order; recorded."""
    leg = selectors.leg_of(order_of(request.user, order_no))
    if leg is None:
        raise Http404
    return dialled(request, services.call_courier(leg=leg, actor=request.user))


@require_GET
@login_required
def way(request: HttpRequest, order_no: str) -> HttpResponse:
    """How far the courier is, for the customer's page; nothing when the goods are not on their way."""
    return HttpResponse(panels.order_way(request, order_of(request.user, order_no)))
