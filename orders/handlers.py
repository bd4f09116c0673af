"""What orders do when money has moved."""

from core.outbox import on
from orders import services
from payments.models import Payment


@on("payments.paid")
def payment_arrived(event: dict) -> None:
    payment = Payment.objects.get(pk=event["payment"])
    if payment.purpose == "order":
        services.mark_paid(order_no=payment.ref, payment=payment)
    elif payment.purpose == "tip":
        services.apply_tip(order_no=payment.ref, payment=payment)
