"""What orders do when money has moved."""

from core.events import subscribe
from orders import services
from payments.events import PaymentReceived
from payments.models import Payment


@subscribe(PaymentReceived)
def payment_arrived(event: PaymentReceived) -> None:
    """Mark the order as paid, add the tip, or raise the budget."""
    payment = Payment.objects.get(pk=event.payment)
    if payment.purpose == "order":
        services.mark_paid(order_no=payment.ref, payment=payment)
    elif payment.purpose == "tip":
        services.apply_tip(order_no=payment.ref, payment=payment)
    elif payment.purpose == "goods":
        services.apply_goods_payment(order_no=payment.ref, payment=payment)
