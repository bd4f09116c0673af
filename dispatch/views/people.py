"""Pages and buttons about meeting again: favourites, and never again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.portals import portal_of
from core.http import came_from
from couriers.permissions import carrier_required
from delivery.selectors import job, leg_of
from dispatch import selectors, services
from orders.selectors import order_of


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Whom one wants to meet again and whom not, with the way back."""
    portal = portal_of(request)
    context = {
        "tab": "me",
        "portal": portal.template,
        "home": portal.home,
        "courier": getattr(request, "courier", None),
        "favourites": selectors.favourites_of(request.user),
        "blocks": selectors.blocks_of(request.user),
    }
    return render(request, "dispatch/people.html", context)


@login_required
@require_POST
def favourite(request: HttpRequest, order_no: str) -> HttpResponse:
    """The courier of this order is asked first from now on, or not any more (`off`)."""
    leg = leg_of(order_of(request.user, order_no))
    if leg is None:
        raise Http404
    if "off" in request.POST:
        services.remove_favourite(actor=request.user, courier=leg.courier)
        messages.info(request, _("Not a favourite any more."))
    else:
        services.add_favourite(actor=request.user, courier=leg.courier)
        messages.success(request, _("Asked first from now on, whenever they are on duty."))
    return _back(request, "orders:detail", order_no)


@login_required
@require_POST
def unfavourite(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the list is not asked first any more."""
    courier = selectors.favourites_of(request.user).filter(pk=pk).first()
    if courier:
        services.remove_favourite(actor=request.user, courier=courier)
    messages.info(request, _("Not a favourite any more."))
    return redirect("dispatch:people")


@login_required
@require_POST
def block_courier(request: HttpRequest, order_no: str) -> HttpResponse:
    """The customer never wants the courier of this order again."""
    leg = leg_of(order_of(request.user, order_no))
    if leg is None:
        raise Http404
    services.block(actor=request.user, other=leg.courier.user)
    messages.success(request, _("You will not be matched again. They are not told."))
    return _back(request, "orders:detail", order_no)


@require_POST
@carrier_required
def block_customer(request: HttpRequest, no: str) -> HttpResponse:
    """The courier never wants the customer of this job again."""
    leg = job(request.courier, no)
    services.block(actor=request.user, other=leg.order.customer)
    messages.success(request, _("You will not be matched again. They are not told."))
    return _back(request, "delivery:job", no)


@login_required
@require_POST
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    services.unblock(actor=request.user, pk=pk)
    messages.info(request, _("You may be matched again, unless they do not want it."))
    return redirect("dispatch:people")


def _back(request: HttpRequest, name: str, *args) -> HttpResponse:
    return redirect(came_from(request) or name, *(() if came_from(request) else args))
