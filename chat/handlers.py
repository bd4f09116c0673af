"""Notifying people of what was written while they were not looking."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import User
from chat import rooms, selectors, subjects
from chat.events import ConversationHandedOver, MessageSent
from chat.models import Conversation, Message, ReadReceipt, Thread
from chat.rooms import Room
from core.events import subscribe
from core.notifier import notifier

NOTICE, HANDED_OVER = "chat", "handed_over"
# Somebody stands at the door and writes: it does not wait for the morning, and is of no use after an hour.
notifier().describe(NOTICE, "chat", severity=2, quotes=True)
notifier().describe(HANDED_OVER, "chat", severity=2, quotes=True)


@subscribe(MessageSent)
def tell_the_others(event: MessageSent) -> None:
    """Notify the others once of all that they have not read: the key names how far they have."""
    message = Message.objects.select_related("thread", "author").get(pk=event.message)
    thread = message.thread
    if thread.kind == Thread.Kind.ORDER:
        found = subjects.find("order", thread.ref)
        participants = [
            participant for participant in subjects.participants_of(found) if participant.until is None
        ]
        link = reverse("chat:order", args=[thread.ref])
    else:
        participants, link = (
            [subjects.Participant("", thread.conversation.person_id, "")],
            reverse("chat:support"),
        )
    people = User.objects.in_bulk({participant.user_id for participant in participants} - {message.author_id})
    read_receipts = dict(
        ReadReceipt.objects.filter(thread=thread, user__in=people).values_list("user_id", "seq")
    )
    for user in people.values():
        read = read_receipts.get(user.pk, 0)
        if read >= message.seq:
            continue
        with in_language_of(user):
            room = _room(user, thread)
            name = selectors.author_name(message, room)
            words = _("[Photo]") if message.kind == Message.Kind.PHOTO else selectors.text_of(message)
            notifier().notify(
                user=user, kind=NOTICE, title=_("%(name)s has written to you") % {"name": name}, body=words,
                link=link, about=thread.ref, key=f"chat:{thread.no}:{read}",
            )  # fmt: skip


def _room(user, thread: Thread) -> Room:
    return rooms.find(user, f"order-{thread.ref}" if thread.ref else thread.no)


@subscribe(ConversationHandedOver)
def tell_the_colleague(event: ConversationHandedOver) -> None:
    """Notify the colleague."""
    conversation = Conversation.objects.select_related("person", "thread").get(pk=event.conversation)
    to = User.objects.get(pk=event.to)
    message = conversation.thread.messages.get(seq=event.message)
    with in_language_of(to):
        notifier().notify(
            user=to, kind=HANDED_OVER,
            title=_("%(from)s handed a conversation over to you") % message.data, body=message.text,
            link=f"{reverse('chat:desk')}?t={conversation.thread.no}", key=f"handed:{message.pk}",
        )  # fmt: skip
