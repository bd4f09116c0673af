"""The visitor's button on the order page of the demo."""

from django.conf import settings
from django.template.loader import render_to_string

from core.panels import panel


@panel("orders.order", order=90)
def run_late(request, order) -> str:
    if not settings.DEMO or not order.is_live or order.customer_id != request.user.pk:
        return ""
    return render_to_string("simulation/_run_late.html", {"order": order}, request)
