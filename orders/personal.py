"""A customer's orders as part of their own data: what is handed out, what stands against an erasure, what goes."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal import blocks_erasure, exports, exports_files, named, transacts
from chat.models import Message, Thread
from chat.retention import redact
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal
from notifications.services import empty_notices
from orders.models import FINAL, Draft, Kind, Order, Photo, Status
from orders.services.completion import delete_old_photos, redact_contacts

BRING = gettext_lazy("to bring the right thing to the right door")
BOOKS = gettext_lazy("the books: transactions are kept for three years (E-commerce Law, article 31)")
PARTIES = (Reader.PERSON, Reader.COURIER, Reader.OPERATORS)
AFTER_THE_LAW = Keeps(period="transactions", since="closed_at", then=Erasure.BLANK)

personal(
    "orders.Order", "customer receiving_code request_key lines", exported="orders",
    purpose=BOOKS, law=BOOKS, readers=(Reader.PERSON, Reader.OPERATORS), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.Order", "summary details note", about="customer", exported="orders", fill={"summary": "—"},
    keeps=AFTER_THE_LAW, purpose=BRING, readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.Order", "contact_name pickup_detail dropoff_detail pickup_codes", about="customer", exported="orders",
    keeps=AFTER_THE_LAW, purpose=BRING, readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.Order", "contact_phone", about="customer", exported="orders",
    keeps=Keeps(period="phones", sweep=redact_contacts),
    purpose=gettext_lazy("to call who receives it"), readers=(Reader.PERSON,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.Photo", "image by", about="order__customer", exported="photos",
    keeps=Keeps(period="photos", sweep=delete_old_photos),
    purpose=gettext_lazy("proof of what was bought, carried and left at the door"),
    readers=PARTIES, erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "orders.Draft", "user fields", about="user", exported="drafts",
    keeps=Keeps(period="drafts", since="changed_at", then=Erasure.DELETE),
    purpose=gettext_lazy("to lose nothing of an order that has begun"), readers=(Reader.PERSON,),
    erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "orders.DraftPhoto", "user ident image", about="user",
    keeps=Keeps(period="drafts", since="created_at", then=Erasure.DELETE),
    purpose=gettext_lazy("to lose nothing of an order that has begun"), readers=(Reader.PERSON,),
    erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "orders.History", "reason", about="order__customer", mentions="actor",
    purpose=gettext_lazy("to know how an order went"), readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.History", "data", mentions="order__customer actor",
    purpose=gettext_lazy("to know how an order went"), readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.History", "actor",
    purpose=gettext_lazy("to know how an order went"), readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.OverBudget", "asked_by",
    purpose=gettext_lazy("to know who agreed to a higher price"), readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.Review", "text", about="reported_by", mentions="order__customer",
    purpose=gettext_lazy("to keep out what may not be carried"), readers=(Reader.OPERATORS,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.Review", "word", about="order__customer",
    purpose=gettext_lazy("to keep out what may not be carried"), readers=(Reader.PERSON, Reader.OPERATORS),
    erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.Review", "reported_by decided_by",
    purpose=gettext_lazy("to keep out what may not be carried"), readers=(Reader.OPERATORS,),
    erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.ProhibitedRule", "published_by",
    purpose=gettext_lazy("to know who set a rule"), readers=(Reader.OPERATORS,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.PriceRule", "published_by",
    purpose=gettext_lazy("to know who set a rule"), readers=(Reader.OPERATORS,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "orders.OrderPause", "started_by ended_by",
    purpose=gettext_lazy("to know who stopped ordering, and why"), readers=(Reader.OPERATORS,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal("orders.OrderPause.message")  # what operators tell everybody
not_personal(
    "orders.PriceRule.reason", "orders.ProhibitedRule", "orders.Order.no", "orders.Draft.kind", "orders.History.action", "orders.History.machine", "orders.History.source",
    "orders.History.target", "orders.History.role", "orders.StagePolicy", "orders.Demand",
)  # fmt: skip


@exports("orders")
def orders_of(user) -> list[dict]:
    return [
        {
            "no": order.no,
            "kind": named(order, "kind"),
            "status": named(order, "status"),
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


@exports("drafts")
def drafts_of(user) -> list[dict]:
    """Orders that have begun and were not placed."""
    return [
        {"kind": draft.kind, "details": draft.fields, "at": draft.changed_at.isoformat()}
        for draft in Draft.objects.filter(user=user).order_by("kind")
    ]


@blocks_erasure
def order_under_way(user) -> str:
    under_way = Order.objects.filter(customer=user).exclude(status__in=FINAL).exists()
    return _("You have an order under way, or one whose receipt you have not confirmed.") if under_way else ""


@exports_files
def photos_of(user):
    """What they took: with an order of theirs, or as courier or keeper of somebody's."""
    for photo in Photo.objects.filter(by=user).select_related("order").order_by("pk"):
        yield f"orders/{photo.order.no}-{photo.purpose}-{photo.pk}.jpg", photo.image


@erases
def redact_order_chats(user) -> None:
    """All that was said about their orders, and what others were told on the orders' pages."""
    numbers = list(Order.objects.filter(customer=user).values_list("no", flat=True))
    lines = Message.objects.filter(thread__kind=Thread.Kind.ORDER, thread__ref__in=numbers, redacted_at=None)
    redact(lines.exclude(kind=Message.Kind.SYSTEM))
    pages = ("orders:detail", "chat:order")
    empty_notices(links=(reverse(page, args=[no]) for no in numbers for page in pages), but=user)


@transacts("orders", kind=Kind, status=Status)
def bought_by(user) -> list[dict]:
    """What the law calls information on goods, services and transactions; not what it was in the person's words."""
    return [
        {"no": order.no, "kind": order.kind, "status": order.status, "total_fen": order.total_fen,
         "to": order.dropoff.name, "ordered_at": order.created_at.isoformat()}
        for order in Order.objects.filter(customer=user, placed_at__isnull=False).select_related("dropoff")
    ]  # fmt: skip
