"""Notifying people of what was written while they were not looking."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import User
from chat import rooms, selectors, subjects
from chat.models import Conversation, Line, Reading, Thread
from chat.rooms import Room
from core.notifier import notifier
from core.outbox import on

NOTICE, HANDED_OVER = "chat", "handed_over"
# Somebody stands at the door and writes: it does not wait for the morning, and is of no use after an hour.
notifier().describe(NOTICE, "chat", severity=2, quotes=True)
notifier().describe(HANDED_OVER, "chat", severity=2, quotes=True)


@on("chat.message_sent")
def tell_the_others(event: dict) -> None:
    """One notice for all that a person has not read: its key names how far they have."""
    line = Line.objects.select_related("thread", "author").get(pk=event["line"])
    thread = line.thread
    if thread.kind == Thread.Kind.ORDER:
        found = subjects.find("order", thread.ref)
        seats = [seat for seat in subjects.seats_of(found) if seat.until is None]
        link = reverse("chat:order", args=[thread.ref])
    else:
        seats, link = [subjects.Seat("", thread.conversation.person_id, "")], reverse("chat:support")
    people = User.objects.in_bulk({seat.user_id for seat in seats} - {line.author_id})
    readings = dict(Reading.objects.filter(thread=thread, user__in=people).values_list("user_id", "seq"))
    for user in people.values():
        read = readings.get(user.pk, 0)
        if read >= line.seq:
            continue
        with in_language_of(user):
            room = _room(user, thread)
            name = selectors.author_name(line, room)
            words = _("[Photo]") if line.kind == Line.Kind.PHOTO else selectors.text_of(line)
            notifier().notify(
                user=user, kind=NOTICE, title=_("%(name)s has written to you") % {"name": name}, body=words,
                link=link, key=f"chat:{thread.no}:{read}",
            )  # fmt: skip


def _room(user, thread: Thread) -> Room:
    return rooms.find(user, f"order-{thread.ref}" if thread.ref else thread.no)


@on("chat.handed_over")
def tell_the_colleague(event: dict) -> None:
    talk = Conversation.objects.select_related("person", "thread").get(pk=event["conversation"])
    to = User.objects.get(pk=event["to"])
    line = talk.thread.lines.get(seq=event["line"])
    with in_language_of(to):
        notifier().notify(
            user=to, kind=HANDED_OVER,
            title=_("%(from)s handed a conversation over to you") % line.data, body=line.text,
            link=f"{reverse('chat:desk')}?t={talk.thread.no}", key=f"handed:{line.pk}",
        )  # fmt: skip
