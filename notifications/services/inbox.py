"""The inbox of a person: what is put into it, read, and emptied. The app that notifies writes the words, in the language of
the one who reads them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.text import Truncator

from accounts.models import User
from core import clock
from core.personal_data import cut
from core.realtime import broadcast
from notifications import kinds
from notifications.models import Notice
from notifications.services.channel_selection import plan


def build_notification(
    *,
    user,
    kind: str,
    title: str,
    body: str = "",
    link: str = "",
    about: str = "",
    level: str = Notice.Level.INFO,
    key: str | None = None,
    severity: int | None = None,
) -> Notice:
    """A notice that has not been sent. Arguments as `notify`."""
    known = kinds.get(kind)
    return Notice(
        user=user,
        kind=kind,
        severity=severity or (known.severity if known else Notice.SEVERITY),
        level=level,
        title=Truncator(title).chars(80),
        body=Truncator(body).chars(300),
        link=link,
        about=about,
        key=key,
        created_at=clock.now(),
    )


@transaction.atomic
def notify(*, user, key: str | None = None, **words) -> Notice:
    """Put a notice into the person's inbox, broadcast to their pages, and queue it for delivery (`channel_selection.plan`).

    Takes kind, title, body, link, about, level and severity, as `build_notification`; the severity is the kind's unless one is given.

    `title` and `body` are finished sentences in the person's language: make them inside `in_language_of(user)`.
    `link` is a path of this site, `about` the number of the order that it has to do with, if any. The same `key` for the same person is one notice, however often it is sent: the
    first one stays and nothing is broadcast again.
    """
    notice = build_notification(user=user, key=key, **words)
    if key is None:
        notice.save()
        created = True
    else:
        fields = ("kind", "severity", "level", "title", "body", "link", "about", "created_at")
        defaults = {name: getattr(notice, name) for name in fields}
        notice, created = Notice.objects.get_or_create(user=user, key=key, defaults=defaults)
    if created:
        broadcast(f"user.{user.pk}", "notice", id=notice.pk)
        plan([notice])
    return notice


@transaction.atomic
def notify_all(unsent: Iterable[Notice]) -> int:
    """Send many notices, each with a key, in a few statements. Those sent before stay as they are, unbroadcast.
    Returns how many were new."""
    unsent = {(one.user_id, one.key): one for one in unsent}
    keys = {key for _user, key in unsent}
    sent = set(Notice.objects.filter(key__in=keys).values_list("user_id", "key"))
    new = [one for pair, one in unsent.items() if pair not in sent]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    for one in new:
        broadcast(f"user.{one.user_id}", "notice", id=one.key)
    if new:  # read again: rows that may have been there are inserted without telling their ids
        plan(list(Notice.objects.filter(key__in={one.key for one in new}).select_related("user")))
    return len(new)


@transaction.atomic
def mark_read(*, user, notices: list[int] | None = None) -> int:
    """Mark the person's notices as read: those with these ids, or all. Returns how many were not before."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    count = unread.update(read_at=clock.now())
    if count:
        broadcast(f"user.{user.pk}", "notice", id="read")  # the person's other pages catch up too
    return count


@transaction.atomic
def mark_read_at(*, user, link: str) -> int:
    """Mark the person's notices that lead to this page as read: they are looking at it. Returns how many were not before."""
    unread = list(
        Notice.objects.filter(user=user, read_at__isnull=True, link=link).values_list("pk", flat=True)
    )
    return mark_read(user=user, notices=unread) if unread else 0


@transaction.atomic
def mark_read_about(*, user: User, order_no: str) -> int:
    """Mark the person's notices about this order as read, wherever they lead. Returns how many were not before."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True, about=order_no)
    return mark_read(user=user, notices=list(unread.values_list("pk", flat=True)))


@transaction.atomic
def mark_read_by_key(*, user, key_prefix: str) -> int:
    """Mark the person's notices whose keys begin so as read. Returns how many were not before."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True, key__startswith=key_prefix)
    return mark_read(user=user, notices=list(unread.values_list("pk", flat=True)))


def empty_notices(*, links: Iterable[str], but: User) -> int:
    """Somebody was erased: what others were told on these pages loses its words. Returns how many notices.

    They stay in the inboxes, so that nothing is told again.
    """
    found = Notice.objects.filter(link__in=set(links)).exclude(user=but).exclude(body="", title="—")
    return found.update(title="—", body="")


def cut_notices(*, links: Iterable[str], words: Iterable[str]) -> int:
    """The same where others' own matters were told: only these words go."""
    said = Q()
    for word in words:
        said |= Q(title__contains=word) | Q(body__contains=word)
    found = list(Notice.objects.filter(said, link__in=set(links))) if said else []
    for notice in found:
        Notice.objects.filter(pk=notice.pk).update(
            title=cut(notice.title, words), body=cut(notice.body, words)
        )
    return len(found)
