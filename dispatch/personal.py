"""A courier's work as part of their own data, what stands against an erasure, and what goes."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal import blocks_erasure, exports, exports_files, named, transacts
from core.models import OutboxEvent
from core.personal_data import Erasure, Keeps, Reader, erases, needles_of, not_personal, personal
from dispatch import services
from dispatch.models import CARRIED, Application, Bid, Courier, Custody, Leg
from messaging.services import cut_notices, empty_notices

OWN, STAFF, CUSTOMER = Reader.PERSON, Reader.OPERATORS, Reader.CUSTOMER
PLACED = gettext_lazy("to find the next job, and to show the customer where the order is")
CHAIN = gettext_lazy("to know in whose hands something was")
VETTING = gettext_lazy("to check who may carry orders")
WAGES = gettext_lazy("to plan and pay the work")

personal(
    "dispatch.Courier", "user gender", exported="courier",
    purpose=WAGES, readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Courier", "lat lon located_at", about="user", exported="courier",
    keeps=Keeps(period="positions", sweep=services.forget_trails),
    purpose=PLACED, readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.Courier", "suspended_for", about="user",
    purpose=WAGES, readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.TrailPoint", "lat lon", about="courier__user", exported="courier",
    keeps=Keeps(period="positions", sweep=services.forget_trails),
    purpose=gettext_lazy("to know what happened on the way"), readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "orders.History", "lat lon", about="actor", keeps=Keeps(period="positions", sweep=services.forget_trails),
    purpose=gettext_lazy("proof of where a step was confirmed"), readers=(STAFF,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "orders.History", "reason data", mentions="order__legs__courier__user",
    purpose=gettext_lazy("to know how an order went"), readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Application", "student_card face", about="courier__user", exported="photos",
    keeps=Keeps(period="documents", sweep=services.delete_documents),
    purpose=VETTING, readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.Application", "reason", about="courier__user", exported="courier",
    purpose=VETTING, readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.Application", "decided_by",
    purpose=VETTING, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Attempt", "wrong", about="courier__user", exported="courier",
    purpose=gettext_lazy("to know who has learnt what"), readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.Bid", "words", about="courier__user order__customer", exported="bids",
    purpose=gettext_lazy("to choose a courier by"), readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.Custody", "giver taker", exported="handovers",
    purpose=CHAIN, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Custody", "lat lon", about="giver taker", keeps=Keeps(period="positions", sweep=services.forget_trails),
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "dispatch.RelayStation_keepers", "user", about="user",
    purpose=CHAIN, readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "dispatch.ScanCode", "shown_by used_by key digits", keeps=Keeps(period="codes", sweep=services.tidy_codes),
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Offer", "explanation", mentions="courier__user",
    purpose=WAGES, readers=(OWN, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.PhotoWaiver", "given_by",
    purpose=CHAIN, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "dispatch.Offer", "made_by",
    purpose=WAGES, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal(
    "dispatch.Leg.no", "dispatch.Offer.no", "dispatch.Planning", "dispatch.Course", "dispatch.Lesson",
    "dispatch.Question",
)  # fmt: skip


@exports("courier")
def courier_of(user) -> dict | None:
    courier = Courier.objects.filter(user=user).first()
    if courier is None:
        return None
    return {
        "status": named(courier, "status"),
        "vehicle": named(courier, "vehicle"),
        "credit": courier.credit,
        "rating": courier.rating,
        "latest_position": [courier.lat, courier.lon] if courier.lat is not None else None,
        "located_at": courier.located_at.isoformat() if courier.located_at else None,
        "since": courier.created_at.isoformat(),
        "applications": [
            {"status": named(one, "status"), "reason": one.reason, "sent_at": one.sent_at.isoformat()}
            for one in courier.applications.all()
        ],
        "quizzes": [
            {"course": str(one.course), "right": one.right, "of": one.asked, "at": one.at.isoformat()}
            for one in courier.attempts.select_related("course")
        ],
        "shifts": [
            {"starts_at": one.starts_at.isoformat(), "outcome": named(one, "outcome")}
            for one in courier.promises.all()
        ],
        "duty": [[one.since.isoformat(), one.until.isoformat()] for one in courier.spells.all()],
        "trail": [[one.at.isoformat(), one.lat, one.lon] for one in courier.trail.all()],
        "jobs": [
            {
                "no": leg.no,
                "status": named(leg, "status"),
                "pay_fen": leg.total_fen,
                "taken_at": leg.assigned_at.isoformat() if leg.assigned_at else None,
                "ended_at": leg.ended_at.isoformat() if leg.ended_at else None,
            }
            for leg in courier.legs.order_by("pk")
        ],
    }


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


@exports("bids")
def bids_of(user) -> list[dict]:
    """What they offered to do errands for."""
    return [
        {"order": bid.order.no, "status": named(bid, "status"), "fee_fen": bid.fee_fen, "text": bid.words,
         "at": bid.created_at.isoformat()}
        for bid in Bid.objects.filter(courier__user=user).select_related("order").order_by("pk")
    ]  # fmt: skip


@blocks_erasure
def still_at_work(user) -> str:
    at_work = Courier.objects.filter(Q(on_duty=True) | Q(legs__status__in=CARRIED), user=user).exists()
    return _("You are on duty or carry a job. Finish it and go off duty first.") if at_work else ""


@exports_files
def application_photos_of(user):
    """What they showed when they applied, as long as it is there."""
    for application in Application.objects.filter(courier__user=user).order_by("pk"):
        for name, image in application.photos.items():
            if image:
                yield f"application/{application.pk}-{name}.jpg", image


@erases
def forget_work(user) -> None:
    """Their work ends; what others were told of their jobs loses their name; no reason of theirs stays in an event."""
    carried = Leg.objects.filter(courier__user=user).values_list("order__no", flat=True)
    pages = ("orders:detail", "messaging:order_chat")
    links = {reverse(page, args=[no]) for no in carried for page in pages}
    cut_notices(links=links, words=needles_of(user))
    own = Leg.objects.filter(order__customer=user).values_list("no", flat=True)
    empty_notices(links=(reverse("dispatch:job", args=[no]) for no in own), but=user)
    courier = Courier.objects.filter(user=user).first()
    if courier:
        for event in OutboxEvent.objects.filter(payload__courier=courier.pk, payload__has_key="reason"):
            OutboxEvent.objects.filter(pk=event.pk).update(payload=event.payload | {"reason": ""})
    services.forget_courier(user_pk=user.pk)


@transacts("jobs")
def carried_by(user) -> list[dict]:
    return [
        {"no": leg.no, "order": leg.order.no, "pay_fen": leg.total_fen, "ended_at": leg.ended_at.isoformat()}
        for leg in Leg.objects.filter(courier__user=user, ended_at__isnull=False).select_related("order")
    ]
