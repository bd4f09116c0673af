"""When customer service is there, and how long an answer usually takes."""

from datetime import datetime, timedelta
from statistics import median

from campus.calendar import calendar_of
from campus.models import Campus
from chat.models import Conversation

RECENT = 20  # first answers that an estimate is made of
FEWEST = 3
RECENT_DAYS = 7


def closed_until(campus_id: int, now: datetime) -> datetime | None:
    """When customer service opens again; None while it is open."""
    hours = Campus.objects.only("service_hours").get(pk=campus_id).service_hours
    calendar = calendar_of(campus_id)
    if hours.is_open(now, calendar):
        return None
    return hours.next_opening(now, calendar) or now + timedelta(days=1)


def usual_wait(campus_id: int, now: datetime) -> int | None:
    """Minutes to a first answer, rounded up: the median of the last twenty within a week; None of fewer than three."""
    waits = Conversation.objects.filter(
        campus=campus_id, first_wait_s__isnull=False, created_at__gte=now - timedelta(days=RECENT_DAYS)
    ).order_by("-id")
    seconds = list(waits.values_list("first_wait_s", flat=True)[:RECENT])
    return max(1, -(-round(median(seconds)) // 60)) if len(seconds) >= FEWEST else None


def ahead_of(conversation: Conversation) -> int:
    """How many have waited longer for an answer."""
    if conversation.asked_at is None:
        return 0
    waiting = Conversation.objects.filter(campus=conversation.campus_id, status=Conversation.Status.WAITING)
    return waiting.filter(asked_at__lt=conversation.asked_at).exclude(pk=conversation.pk).count()
