"""What chat does when something happened: it tells who is not looking, and forgets who asked to be forgotten."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.personal import exports, named
from core.outbox import on
from messaging import kinds
from messaging.chat import rooms, selectors, subjects
from messaging.chat.rooms import Room
from messaging.chat.services import NOTICE
from messaging.models import Conversation, Line, Reading, Thread
from messaging.services import notify, speaking_to

HANDED_OVER = "handed_over"
# Somebody stands at the door and writes: it does not wait for the morning, and is of no use after an hour.
kinds.add(NOTICE, kinds.Topic.CHAT, severity=2)
kinds.add(HANDED_OVER, kinds.Topic.CHAT, severity=2)


@on("messaging.line_said")
def tell_the_others(event: dict) -> None:
    """One notice for all that a person has not read: its key names how far they have."""
    line = Line.objects.select_related("thread", "author").get(pk=event["line"])
    thread = line.thread
    if thread.kind == Thread.Kind.ORDER:
        found = subjects.find("order", thread.ref)
        seats = [seat for seat in subjects.seats_of(found) if seat.until is None]
        link = reverse("messaging:order_chat", args=[thread.ref])
    else:
        seats, link = [subjects.Seat("", thread.conversation.person_id, "")], reverse("messaging:support")
    people = User.objects.in_bulk({seat.user_id for seat in seats} - {line.author_id})
    readings = dict(Reading.objects.filter(thread=thread, user__in=people).values_list("user_id", "seq"))
    for user in people.values():
        read = readings.get(user.pk, 0)
        if read >= line.seq:
            continue
        with speaking_to(user):
            room = _room(user, thread)
            name = selectors.author_name(line, room)
            words = _("[Photo]") if line.kind == Line.Kind.PHOTO else selectors.text_of(line)
            notify(
                user=user, kind=NOTICE, title=_("%(name)s has written to you") % {"name": name}, body=words,
                link=link, key=f"chat:{thread.no}:{read}",
            )  # fmt: skip


def _room(user, thread: Thread) -> Room:
    return rooms.find(user, f"order-{thread.ref}" if thread.ref else thread.no)


@on("messaging.handed_over")
def tell_the_colleague(event: dict) -> None:
    talk = Conversation.objects.select_related("person", "thread").get(pk=event["conversation"])
    to = User.objects.get(pk=event["to"])
    line = talk.thread.lines.get(seq=event["line"])
    with speaking_to(to):
        notify(
            user=to, kind=HANDED_OVER,
            title=_("%(from)s handed a conversation over to you") % line.data, body=line.text,
            link=f"{reverse('messaging:desk')}?t={talk.thread.no}", key=f"handed:{line.pk}",
        )  # fmt: skip


# -- Personal data -----------------------------------------------------------------------------------------


@exports("chat")
def lines_of(user) -> list[dict]:
    lines = Line.objects.filter(author=user, redacted_at=None).select_related("thread").order_by("at", "pk")
    return [
        {
            "at": line.at.isoformat(),
            "with": named(line.thread, "kind"),
            "order": line.thread.ref or None,
            "kind": named(line, "kind"),
            "text": line.text,
            "position": [line.data["lat"], line.data["lon"]] if line.kind == Line.Kind.PLACE else None,
        }
        for line in lines
    ]
