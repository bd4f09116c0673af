"""Words and photos go when nobody needs them any more; that somebody spoke, and when, stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from chat import subjects
from chat.models import Message, Thread, Topic
from core import clock, files


def redact_old(now: datetime | None = None, batch: int = 500) -> int:
    """Redact messages older than CHAT_KEEP_DAYS, but not of what is still disputed. Returns how many."""
    before = (now or clock.now()) - timedelta(days=settings.CHAT_KEEP_DAYS)
    old = Message.objects.filter(redacted_at=None, at__lt=before).exclude(kind=Message.Kind.SYSTEM)
    disputed: set[int] = set()
    while True:
        threads = Thread.objects.filter(pk__in=old.order_by().values("thread")).exclude(pk__in=disputed)
        found = list(threads.order_by("pk")[:batch])
        kept = _disputed(found)
        if len(kept) < len(found) or not found:
            break
        disputed |= kept
    messages = old.filter(thread__in=[thread.pk for thread in found if thread.pk not in kept])[:batch]
    return redact(Message.objects.filter(pk__in=list(messages.values_list("pk", flat=True))))


def redact(messages: QuerySet[Message]) -> int:
    """Empty these messages and delete their photos."""
    with transaction.atomic():
        found = list(messages.values_list("pk", "photo"))
        pks = [pk for pk, _photo in found]
        Message.objects.filter(pk__in=pks).update(text="", photo="", data={}, redacted_at=clock.now())
        files.delete_after_commit(photo for _pk, photo in found)
    return len(pks)


def _disputed(threads: list[Thread]) -> set[int]:
    """The threads that some app wants kept, by their order or by what their conversation was about."""
    about: dict[tuple[str, str], set[int]] = {}
    for thread in threads:
        if thread.ref:
            about.setdefault((thread.kind, thread.ref), set()).add(thread.pk)
    for kind, ref, pk in Topic.objects.filter(conversation__thread__in=threads).values_list(
        "kind", "ref", "conversation__thread"
    ):
        about.setdefault((kind, ref), set()).add(pk)
    kept = set()
    for kind in {kind for kind, _ in about}:
        for ref in subjects.kept(kind, {ref for of, ref in about if of == kind}):
            kept |= about[(kind, ref)]
    return kept
