"""A customer's orders as part of their own data: what is handed out, what stands against an erasure, what goes."""

from django.utils.translation import gettext as _

from accounts.personal import blocks_erasure, exports
from core.outbox import on
from orders.models import FINAL, Order


@exports("orders")
def orders_of(user) -> list[dict]:
    return [
        {
            "no": order.no,
            "kind": order.kind,
            "status": order.status,
            "summary": order.summary,
            "details": order.details,
            "note": order.note,
            "from": order.pickup.name if order.pickup else None,
            "from_detail": order.pickup_detail,
            "to": order.dropoff.name,
            "to_detail": order.dropoff_detail,
            "contact_name": order.contact_name,
            "contact_phone": order.contact_phone,
            "total_fen": order.total_fen,
            "ordered_at": order.created_at.isoformat(),
            "delivered_at": order.delivered_at.isoformat() if order.delivered_at else None,
        }
        for order in Order.objects.filter(customer=user).select_related("pickup", "dropoff")
    ]


@blocks_erasure
def order_under_way(user) -> str:
    under_way = Order.objects.filter(customer=user).exclude(status__in=FINAL).exists()
    return _("You have an order under way, or one whose receipt you have not confirmed.") if under_way else ""


@on("accounts.erased")
def forget_customer(payload: dict) -> None:
    """What could tell who and where it was; the kind, the price and the times stay for the books."""
    Order.objects.filter(customer=payload["user"]).update(
        contact_name="",
        contact_phone="",
        dropoff_detail="",
        pickup_detail="",
        pickup_codes="",
        note="",
    )
