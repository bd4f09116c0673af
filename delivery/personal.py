"""What people carried and handed over, as part of their own data, and what goes when they are erased."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.personal import exports, named, transacts
from core.personal_data import Erasure, Keeps, Reader, erases, needles_of, not_personal, personal
from delivery import services
from delivery.models import Custody, Leg, Rating
from notifications.services import cut_notices, empty_notices

OWN, STAFF, CUSTOMER = Reader.PERSON, Reader.OPERATORS, Reader.CUSTOMER
PLACED = gettext_lazy("to find the next job, and to show the customer where the order is")
CHAIN = gettext_lazy("to know in whose hands something was")
VETTING = gettext_lazy("to check who may carry orders")
WAGES = gettext_lazy("to plan and pay the work")

personal(
    "orders.History", "lat lon", about="actor", keeps=Keeps(period="positions", sweep=services.forget_places),
    purpose=gettext_lazy("proof of where a step was confirmed"), readers=(STAFF,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.History", "reason data", mentions="order__legs__courier__user",
    purpose=gettext_lazy("to know how an order went"), readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "delivery.Custody", "giver taker", exported="handovers",
    purpose=CHAIN, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "delivery.Custody", "lat lon", about="giver taker", keeps=Keeps(period="positions", sweep=services.forget_places),
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "delivery.Rescue", "lat lon", about="giver__courier__user", keeps=Keeps(period="positions", sweep=services.forget_places),
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "delivery.Rescue", "note reason words", mentions="giver__courier__user leg__courier__user",
    purpose=CHAIN, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "delivery.Rescue", "by",
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "delivery.RelayStation_keepers", "user", about="user",
    purpose=CHAIN, readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "delivery.ScanCode", "shown_by used_by key digits", keeps=Keeps(period="codes", sweep=services.tidy_codes),
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "delivery.PhotoWaiver", "given_by",
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "delivery.Rating", "text", about="order__customer", mentions="courier__user", exported="ratings",
    purpose=gettext_lazy("to tell couriers and customers how deliveries went"), readers=(OWN, STAFF),
    erasure=Erasure.BLANK,
)  # fmt: skip
not_personal("delivery.Leg.no", "delivery.Rating.tags", "delivery.RelayStation.hours")


@exports("handovers")
def hands_of(user) -> list[dict]:
    """What passed through the person's hands, as courier, keeper or customer."""
    links = Custody.objects.filter(Q(giver=user) | Q(taker=user)).select_related("order").order_by("pk")
    return [
        {
            "order": link.order.no,
            "what": named(link, "act"),
            "how": named(link, "how"),
            "at": link.at.isoformat(),
        }
        for link in links
    ]


@exports("ratings")
def ratings_by(user) -> list[dict]:
    """What they said of couriers. What was said of them is nobody's but the average, which stands with their courier's data."""
    return [
        {"order": one.order.no, "stars": one.stars, "tags": one.tag_labels, "text": one.text,
         "at": one.created_at.isoformat()}
        for one in Rating.objects.filter(order__customer=user).select_related("order").order_by("pk")
    ]  # fmt: skip


@erases
def forget_jobs(user) -> None:
    """What others were told of their jobs loses their name."""
    carried = Leg.objects.filter(courier__user=user).values_list("order__no", flat=True)
    pages = ("orders:detail", "chat:order")
    links = {reverse(page, args=[no]) for no in carried for page in pages}
    cut_notices(links=links, words=needles_of(user))
    own = Leg.objects.filter(order__customer=user).values_list("no", flat=True)
    empty_notices(links=(reverse("delivery:job", args=[no]) for no in own), but=user)


@transacts("jobs")
def carried_by(user) -> list[dict]:
    return [
        {"no": leg.no, "order": leg.order.no, "pay_fen": leg.total_fen, "ended_at": leg.ended_at.isoformat()}
        for leg in Leg.objects.filter(courier__user=user, ended_at__isnull=False).select_related("order")
    ]


@exports("jobs")
def jobs_of(user) -> list[dict]:
    """What they carried."""
    return [
        {
            "no": leg.no,
            "status": named(leg, "status"),
            "pay_fen": leg.total_fen,
            "taken_at": leg.assigned_at.isoformat() if leg.assigned_at else None,
            "ended_at": leg.ended_at.isoformat() if leg.ended_at else None,
        }
        for leg in Leg.objects.filter(courier__user=user).order_by("pk")
    ]
