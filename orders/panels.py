"""What orders put on the pages of payments: that a courier cannot be looked for just now, before one pays."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from core.panels import panel
from orders.models import Order, Status
from orders.pauses import pause_of_order
from payments.models import Payment


@panel("payments.pay")
def pause(request: HttpRequest, payment: Payment) -> str:
    """Ordering was paused after this order had been made."""
    orders = Order.objects.filter(no=payment.ref, status=Status.PENDING_PAYMENT)
    order = orders.select_related("pickup", "dropoff").first()
    found = pause_of_order(order) if order else None
    return render_to_string("orders/_paused_payment.html", {"pauses": [found]}) if found else ""
