"""The page of one order: where it is, what can be done now, and everything about it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

import payments.services as money
from core import clock
from orders import availability, current_leg, selectors
from orders.models import GIVE_UP_MINUTES, Order, OrderPause, OverBudget, Photo, Status
from orders.pauses import pause_of_order
from orders.permissions import allowed
from orders.pricing import line_label
from orders.services.cancelling import quote_cancellation
from orders.timeline import timeline
from orders.tracking import hero
from payments import browsers
from payments.models import Account, Payment
from payments.selectors import refunds_of


@login_required
@require_safe
def detail(request: HttpRequest, no: str) -> HttpResponse:
    order = selectors.order_of(request.user, no)
    return render(request, "orders/detail.html", context_of(request, order))


@login_required
@require_safe
def live(request: HttpRequest, no: str) -> HttpResponse:
    """The part of the page that changes, fetched again at each broadcast about the order."""
    order = selectors.order_of(request.user, no)
    context = context_of(request, order)
    if "map" in request.GET and not context["with_map"]:
        return HttpResponseClientRefresh()  # the journey is over: a page without a map
    return render(request, "orders/_live.html", context | {"fragment": True})


def context_of(request: HttpRequest, order: Order) -> dict:
    """All that the page of an order shows. The number of queries does not depend on how much has happened."""
    now = clock.now()
    entries = list(selectors.history_of(order))
    photos = list(order.photos.all())
    asked = order.over_budget.filter(status=OverBudget.Status.ASKED).first() if order.budget_fen else None
    balance = money.balance(Account.Kind.WALLET, user=request.user) if asked else 0
    found, leg = availability.of_order(order), current_leg.of_order(order)
    return {
        "order": order,
        "hero": hero(order, entries, now, found, leg),
        "availability": found,
        "patience": GIVE_UP_MINUTES,
        "may": allowed(order, now, leg),
        "entries": [{"at": h.at, "text": h.text} for h in reversed(timeline(entries))],
        "lines": [
            {"label": line_label(line["code"], line["params"]), "amount": line["fen"]} for line in order.lines
        ],
        "order_photos": [photo for photo in photos if photo.purpose == Photo.Purpose.ORDER],
        "receipts": [photo for photo in photos if photo.purpose == Photo.Purpose.RECEIPT],
        "door_photos": [photo for photo in photos if photo.purpose == Photo.Purpose.DOOR],
        "refunds": refunds_of(order.no) if order.is_final or order.delivered_at else (),
        "asked": asked,
        "balance": balance,
        # By which the difference is paid: a cashier where the wallet does not hold enough; empty where there is none.
        "pay_by": _gateway(request, balance, asked.extra_fen) if asked else "",
        "cancel_quote": quote_cancellation(order, now),
        "unspent": order.budget_fen - order.goods_cost_fen if order.goods_cost_fen is not None else 0,
        "with_map": order.is_live or order.status == Status.PENDING_PAYMENT,
        "pauses": _pauses(order),
        "tab": "orders",
    }


def _gateway(request: HttpRequest, balance: int, fen: int) -> str:
    return Payment.Gateway.WALLET if balance >= fen else next(iter(browsers.cashiers(request)), "")


def _pauses(order: Order) -> list[OrderPause]:
    """What keeps it from being paid for with a good conscience, or from being shown to couriers."""
    waits = order.status == Status.PENDING_PAYMENT or (order.status == Status.PLACED and order.release_at)
    pause = pause_of_order(order) if waits else None
    return [pause] if pause else []
