"""Earnings, the courier's own page, and the customer's call."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from couriers import services as couriers
from couriers.forms import ProfileForm
from couriers.permissions import carrier_required, courier_required
from delivery import panels, selectors, services
from orders.selectors import order_of
from telephony.views import dialled


@require_GET
@carrier_required
def earnings(request: HttpRequest) -> HttpResponse:
    jobs = Paginator(selectors.done_jobs(request.courier), 20).get_page(request.GET.get("page"))
    return render(
        request,
        "delivery/earnings.html",
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
        couriers.update_profile(courier=request.courier, **form.cleaned_data)
        messages.success(request, _("Saved"))
        return redirect("delivery:me")
    context = {
        "tab": "me",
        "courier": request.courier,
        "form": form,
        "today": selectors.today(request.courier),
        "delivered": selectors.done_jobs(request.courier).count(),
    }
    return render(request, "delivery/me.html", context, status=422 if form.errors else 200)


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
