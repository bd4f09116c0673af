"""A courier names a price; the customer chooses one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError, TooLate
from couriers.permissions import courier_required
from dispatch import selectors, services
from dispatch.forms import BidForm
from dispatch.models import Bid
from orders.models import Order
from orders.pricing import HIGHEST_BID_FEN
from payments import browsers


@require_http_methods(["GET", "HEAD", "POST"])
@courier_required
def wanted(request: HttpRequest, no: str) -> HttpResponse:
    """An errand without a price: what it is, and what this courier would do it for."""
    order = selectors.wanted_orders(request.courier).filter(no=no).first()
    if order is None:
        get_object_or_404(Order, no=no, campus=request.courier.campus_id, bids_until__isnull=False)
        messages.info(request, _("The customer does not ask for prices any more."))
        return redirect("dispatch:hall")
    bid = Bid.objects.filter(order=order, courier=request.courier, status=Bid.Status.OPEN).first()
    form = BidForm(
        request.POST or None,
        initial={"fee": bid.fee_fen, "minutes": bid.minutes, "words": bid.words} if bid else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.place_bid(
                order=order, courier=request.courier, fee_fen=form.cleaned_data["fee"],
                minutes=form.cleaned_data["minutes"], words=form.cleaned_data["words"], actor=request.user,
            )  # fmt: skip
        except TooLate:
            raise
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The customer sees your price now. You hear when they choose."))
            return redirect("dispatch:hall")
    context = {
        "order": order,
        "bid": bid,
        "form": form,
        "lowest": order.price_rule.floor_fen,
        "highest": HIGHEST_BID_FEN,
        "tab": "hall",
        "courier": request.courier,
    }
    return render(request, "dispatch/wanted.html", context, status=422 if form.errors else 200)


@require_POST
@courier_required
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    order = get_object_or_404(Order, no=no, bids__courier=request.courier)
    services.withdraw_bid(order=order, courier=request.courier, actor=request.user)
    messages.success(request, _("Your price is withdrawn."))
    return redirect("dispatch:hall")


@require_POST
@login_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer takes this price and goes on to pay it."""
    bid = get_object_or_404(Bid.objects.select_related("order"), pk=pk, order__customer=request.user)
    expected = request.POST.get("fee", "")
    if not expected.isdecimal():
        raise TooLate(_("Look at the prices again."))
    services.choose_bid(
        bid=bid, actor=request.user, gateway=browsers.first_cashier(request), expected_fen=int(expected[:9])
    )
    return redirect("payments:pay", bid.order.no)
