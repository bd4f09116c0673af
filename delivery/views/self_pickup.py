"""The customer fetches it from the relay station."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from delivery import selectors, services
from delivery.views.scanning import page_scans
from orders.selectors import order_of


@page_scans
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fetch(request: HttpRequest, order_no: str) -> HttpResponse:
    """Scan the station's code, or enter its digits: the goods are in the customer's hands."""
    order = order_of(request.user, order_no)
    context = {"order": order, "leg": selectors.waits_in_station(order), "tab": "orders"}
    if request.method != "POST":
        if context["leg"] is None:
            return redirect("orders:detail", order.no)
        return render(request, "delivery/fetch.html", context)
    text = request.POST.get("c", "").strip() or request.POST.get("digits", "").strip()
    try:
        services.fetch_oneself(order=order, actor=request.user, text=text)
    except DomainError as error:
        if context["leg"] is None:
            raise
        return render(request, "delivery/fetch.html", context | {"problem": str(error)}, status=error.status)
    messages.success(request, _("You have it. What the way to your door would have cost comes back."))
    return redirect("orders:detail", order.no)
