"""The customer rates the courier; the courier reads what was said."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import TooLate, WrongState
from core.http import go
from couriers.permissions import courier_required
from delivery import selectors, services
from delivery.forms import RatingForm
from orders.selectors import order_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, order_no: str) -> HttpResponse:
    """The form for stars and words, as a sheet or a page; a star that was tapped comes along as `?stars=`."""
    order = order_of(request.user, order_no)
    state = selectors.rating_state(order)
    if not state.may_rate:
        if order.delivered_at is None:
            raise WrongState(_("It can be rated when it has been delivered."))
        raise TooLate(_("The time to rate it is over."))
    given = state.rating
    initial = {"stars": given.stars, "tags": given.tags, "text": given.text} if given else {}
    if (tapped := request.GET.get("stars", "")) in {"1", "2", "3", "4", "5"}:
        initial["stars"] = tapped
    form = RatingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.rate(order=order, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. It helps the next one who orders."))
        return go(request, "orders:detail", order.no)
    context = {
        "order": order,
        "form": form,
        "body": "delivery/_rating_form.html",
        "title": _("How was the delivery?"),
        "tab": "orders",
        "sheet_id": "rating-sheet",
    }
    template = "orders/_sheet.html" if request.htmx else "orders/sheet_page.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
@courier_required
def ratings(request: HttpRequest) -> HttpResponse:
    """The courier's average and what was said, by nobody in particular."""
    context = {"tab": "me", "courier": request.courier, "ratings": selectors.ratings_of(request.courier)}
    return render(request, "delivery/ratings.html", context)
