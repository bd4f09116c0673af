"""What an order cost, for the files: the lines as they were quoted, what was paid, what came back."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from orders import selectors
from orders.pricing import line_label
from payments.selectors import receipt_of


@login_required
@require_safe
def receipt(request: HttpRequest, no: str) -> HttpResponse:
    """The receipt of an order that was paid; there is none of any other."""
    order = selectors.order_of(request.user, no)
    money = receipt_of(request.user, order.no)
    if not money.payments:
        raise Http404
    lines = [
        {"label": line_label(line["code"], line["params"]), "amount": line["fen"]} for line in order.lines
    ]
    context = {"order": order, "lines": lines, "money": money, "now": clock.now(), "tab": "orders"}
    return render(request, "orders/receipt.html", context)
