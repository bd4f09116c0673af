"""What orders tell the chat: the card, the customer's seat, and that it is open while the order is under way."""

from collections.abc import Iterator

from django.urls import reverse

from chat.subjects import Participant, Subject, offers, open_while, participants, subject
from orders.kinds import KINDS
from orders.models import Order
from orders.names import customer_name
from orders.selectors import unfinished_orders_of

MOST_OFFERED = 5


@subject("order")
def order_subject(no: str) -> Subject | None:
    order = Order.objects.select_related("customer", "campus").filter(no=no).first()
    return card(order) if order else None


def card(order: Order) -> Subject:
    return Subject(
        "order",
        order.no,
        order.campus_id,
        f"{order.get_kind_display()} · {order.summary}",
        order.get_status_display(),
        KINDS[order.kind].icon,
        {
            "customer": reverse("orders:detail", args=[order.no]),
            "operator": reverse("admin:orders_order_change", args=[order.pk]),
        },
        order,
    )


@participants("order")
def customer(found: Subject) -> list[Participant]:
    order = found.thing
    return [
        Participant("customer", order.customer_id, customer_name(order.customer), url=found.urls["customer"])
    ]


@open_while("order")
def under_way(found: Subject) -> bool:
    return not found.thing.is_final


@offers
def live_orders(user, role: str) -> Iterator[Subject]:
    if role == "customer":
        yield from map(card, unfinished_orders_of(user)[:MOST_OFFERED])
