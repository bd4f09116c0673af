"""A courier's work as part of their own data, what stands against an erasure, and what goes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal import blocks_erasure, exports, exports_files, named
from core.models import OutboxEvent
from core.personal_data import Erasure, Keeps, Reader, erases, not_personal, personal
from couriers import services
from couriers.models import Application, Courier

OWN, STAFF, CUSTOMER = Reader.PERSON, Reader.OPERATORS, Reader.CUSTOMER
PLACED = gettext_lazy("to find the next job, and to show the customer where the order is")
CHAIN = gettext_lazy("to know in whose hands something was")
VETTING = gettext_lazy("to check who may carry orders")
WAGES = gettext_lazy("to plan and pay the work")

personal(
    "couriers.Courier", "user gender", exported="courier",
    purpose=WAGES, readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "couriers.Courier", "lat lon accuracy_m located_at", about="user", exported="courier",
    keeps=Keeps(period="positions", sweep=services.forget_trails),
    purpose=PLACED, readers=(OWN, CUSTOMER, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "couriers.Courier", "suspended_for", about="user",
    purpose=WAGES, readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "couriers.TrailPoint", "lat lon accuracy_m", about="courier__user", exported="courier",
    keeps=Keeps(period="positions", sweep=services.forget_trails),
    purpose=gettext_lazy("to know what happened on the way"), readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "couriers.Application", "student_card face", about="courier__user", exported="photos",
    keeps=Keeps(period="documents", sweep=services.delete_documents),
    purpose=VETTING, readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "couriers.Application", "reason", about="courier__user", exported="courier",
    purpose=VETTING, readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "couriers.Application", "decided_by",
    purpose=VETTING, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "couriers.Attempt", "wrong", about="courier__user", exported="courier",
    purpose=gettext_lazy("to know who has learnt what"), readers=(OWN, STAFF), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "couriers.Course", "published_by",
    purpose=gettext_lazy("to know who set a rule"), readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal("couriers.Course.title", "couriers.Course.reason", "couriers.Lesson", "couriers.Question")


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
        "accuracy_m": courier.accuracy_m,
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
            for one in courier.assignments.all()
        ],
        "duty": [[one.since.isoformat(), one.until.isoformat()] for one in courier.work_sessions.all()],
        "trail": [[one.at.isoformat(), one.lat, one.lon, one.accuracy_m] for one in courier.trail.all()],
    }


@blocks_erasure
def still_at_work(user) -> str:
    courier = Courier.objects.filter(user=user).first()
    at_work = courier is not None and (courier.on_duty or courier.is_carrying)
    return _("You are on duty or carry a job. Finish it and go off duty first.") if at_work else ""


@exports_files
def application_photos_of(user):
    """What they showed when they applied, as long as it is there."""
    for application in Application.objects.filter(courier__user=user).order_by("pk"):
        for name, image in application.photos.items():
            if image:
                yield f"application/{application.pk}-{name}.jpg", image


@erases
def end_work(user) -> None:
    """Their work ends, and no reason of theirs stays in an event."""
    courier = Courier.objects.filter(user=user).first()
    if courier:
        for event in OutboxEvent.objects.filter(payload__courier=courier.pk, payload__has_key="reason"):
            OutboxEvent.objects.filter(pk=event.pk).update(payload=event.payload | {"reason": ""})
    services.forget_courier(user_pk=user.pk)
