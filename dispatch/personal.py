"""A courier's work as part of their own data, what stands against an erasure, and what goes."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.personal import blocks_erasure, exports
from core.outbox import on
from dispatch import services
from dispatch.models import CARRIED, Courier, Custody, RelayStation


@exports("courier")
def courier_of(user) -> dict | None:
    courier = Courier.objects.filter(user=user).first()
    if courier is None:
        return None
    return {
        "status": courier.status,
        "vehicle": courier.vehicle,
        "credit": courier.credit,
        "rating": courier.rating,
        "latest_position": [courier.lat, courier.lon] if courier.lat is not None else None,
        "located_at": courier.located_at.isoformat() if courier.located_at else None,
        "since": courier.created_at.isoformat(),
        "applications": [
            {"status": one.status, "reason": one.reason, "sent_at": one.sent_at.isoformat()}
            for one in courier.applications.all()
        ],
        "quizzes": [
            {"course": str(one.course), "right": one.right, "of": one.asked, "at": one.at.isoformat()}
            for one in courier.attempts.select_related("course")
        ],
        "shifts": [
            {"starts_at": one.starts_at.isoformat(), "outcome": one.outcome} for one in courier.promises.all()
        ],
        "duty": [[one.since.isoformat(), one.until.isoformat()] for one in courier.spells.all()],
        "trail": [[one.at.isoformat(), one.lat, one.lon] for one in courier.trail.all()],
        "jobs": [
            {
                "no": leg.no,
                "status": leg.status,
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
        {"order": link.order.no, "what": link.act, "how": link.how, "at": link.at.isoformat()}
        for link in links
    ]


@blocks_erasure
def still_at_work(user) -> str:
    at_work = Courier.objects.filter(Q(on_duty=True) | Q(legs__status__in=CARRIED), user=user).exists()
    return _("You are on duty or carry a job. Finish it and go off duty first.") if at_work else ""


@on("accounts.erased")
def forget(payload: dict) -> None:
    services.forget_courier(user_pk=payload["user"])
    for station in RelayStation.objects.filter(keepers=payload["user"]):
        station.keepers.remove(payload["user"])
