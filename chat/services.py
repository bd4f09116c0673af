"""Saying something, once and in order. Whoever writes holds the thread's row, and so the conversation's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts.models import Actor, User
from accounts.permissions import HANDLERS, is_operator
from campus.models import Campus
from chat import hours, rooms, subjects
from chat.events import ConversationHandedOver, MessageSent
from chat.models import Conversation, Message, ReadReceipt, Thread, Topic
from chat.rooms import Room
from chat.subjects import Participant, Subject
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from core.notifier import notifier

LONGEST = 1000
MOST_A_MINUTE = 40


def send_message(
    *,
    actor: Actor,
    key: str,
    client: str,
    text: str = "",
    photo: File | None = None,
    data: dict | None = None,
) -> Message:
    """A message of a party in the room `key` (`rooms.find`). `photo` is clean (`core.images`), `data` a position.

    `client` names the message: sent again it is the same message, also when the person has left meanwhile. Raises Invalid,
    WrongState when the chat is over, Http404 for who does not take part.
    """
    if key == rooms.SUPPORT:
        return contact_support(actor=actor, client=client, text=text, photo=photo, data=data)
    if not key.startswith("order-"):
        raise WrongState(_("This conversation is over. Start a new one."))
    if sent := Message.objects.filter(thread__kind=Thread.Kind.ORDER, author=actor, client=client).first():
        return sent
    room = rooms.find(actor, key)
    if not room.writes:
        raise WrongState(_("This chat is over: you can read it, but not write."), code="chat_over")
    with transaction.atomic():
        thread = for_update(Thread.objects.filter(pk=order_thread(room.subject).pk)).get()
        return _write(thread, room.participants, actor, room.role, client, text=text, photo=photo, data=data)


def order_thread(found: Subject) -> Thread:
    """The thread of an order's chat, begun if nobody has written in it yet. Idempotent."""
    thread, _created = Thread.objects.get_or_create(
        kind=Thread.Kind.ORDER,
        ref=found.ref,
        defaults={"campus_id": found.campus_id, "created_at": clock.now()},
    )
    return thread


def contact_support(
    *, actor: User, client: str, text: str = "", photo: File | None = None, data: dict | None = None,
    about: str = "", role: str = Message.Role.CUSTOMER, campus: Campus | None = None,
) -> Message:  # fmt: skip
    """A message to customer service, in the person's open conversation or a new one. `about` is a `Subject.key`."""
    if sent := Message.objects.filter(thread__kind=Thread.Kind.SERVICE, author=actor, client=client).first():
        return sent
    found = subjects.about(about, actor) if about else None
    campus_id = found.campus_id if found else campus.pk if campus else actor.campus_id
    if campus_id is None:
        raise Invalid(_("Choose your campus in your profile first."))
    with transaction.atomic():
        conversation, is_new = _conversation(actor, role, campus_id)
        if found:
            _bind(conversation, found.kind, found.ref, quiet=is_new)
        message = _write(
            conversation.thread,
            _participants(conversation),
            actor,
            conversation.role,
            client,
            text=text,
            photo=photo,
            data=data,
        )
        if conversation.asked_at is None:
            conversation.asked_at = message.at
            conversation.save(update_fields=["asked_at"])
        if is_new:
            _welcome(conversation)
        _publish_to_desk(conversation, new=is_new)
    return message


def _conversation(person, role: str, campus_id: int) -> tuple[Conversation, bool]:
    """The person's open conversation, its thread locked, and whether it is new."""
    for _attempt in range(2):
        if conversation := rooms.open_conversation(person):
            conversation.thread = for_update(Thread.objects.filter(pk=conversation.thread_id)).get()
            conversation.refresh_from_db(fields=["status", "operator", "asked_at"])
            if conversation.is_open:  # it may have been closed while we waited for it
                return conversation, False
        try:
            with transaction.atomic():
                now = clock.now()
                thread = Thread.objects.create(kind=Thread.Kind.SERVICE, campus_id=campus_id, created_at=now)
                conversation = Conversation.objects.create(
                    thread=thread, campus_id=campus_id, person=person, role=role, asked_at=now, created_at=now
                )
            return conversation, True
        except IntegrityError:  # another window of the same person was first
            continue
    raise WrongState


def _welcome(conversation: Conversation) -> None:
    """Whether somebody is there, and when: said once, when a conversation begins."""
    now = clock.now()
    if opens := hours.closed_until(conversation.campus_id, now):
        _system(conversation.thread, _participants(conversation), "after_hours", opens=opens.isoformat())
    else:
        _system(conversation.thread, _participants(conversation), "queued")


def answer(
    *, actor: Actor, thread: Thread, client: str, text: str = "", photo: File | None = None, internal: bool = False,
) -> Message:  # fmt: skip
    """A message of customer service, in a conversation or an order's chat; `internal` is for colleagues only.

    Who answers a waiting conversation takes it.
    """
    if not is_operator(actor, thread.campus_id, *HANDLERS):
        raise NotAllowed
    with transaction.atomic():
        thread = for_update(Thread.objects.filter(pk=thread.pk)).get()
        if sent := thread.messages.filter(author=actor, client=client).first():
            return sent
        room = rooms.at_desk(actor, thread.no)
        if not room.writes and not internal:
            raise WrongState(_("This conversation is over."), code="chat_over")
        message = _write(
            thread,
            room.participants,
            actor,
            Message.Role.OPERATOR,
            client,
            text=text,
            photo=photo,
            internal=internal,
        )
        conversation = room.conversation
        if conversation and not internal:
            if conversation.status == Conversation.Status.WAITING:
                conversation.take(actor)
            if conversation.first_wait_s is None:
                conversation.first_wait_s = max(
                    0, int((message.at - conversation.created_at).total_seconds())
                )
            conversation.asked_at = None
            conversation.save()
            _publish_to_desk(conversation)
    return message


def tell_order(no: str, code: str, *, client: str, **data) -> Message | None:
    """A system message in an order's chat, once for `client`; None when nobody chats about that order."""
    with transaction.atomic():
        thread = for_update(Thread.objects.filter(kind=Thread.Kind.ORDER, ref=no)).first()
        if thread is None or thread.messages.filter(author=None, client=client).exists():
            return None
        found = subjects.find("order", no)
        return _system(thread, subjects.participants_of(found), code, client=client, **data)


def mark_read(*, room: Room, seq: int) -> None:
    """The person has the messages up to `seq` before them."""
    if room.thread is None:
        return
    seq = min(seq, room.last)
    with transaction.atomic():
        receipt, created = ReadReceipt.objects.get_or_create(
            thread=room.thread, user=room.user, defaults={"seq": seq, "at": clock.now()}
        )
        moved = created or ReadReceipt.objects.filter(pk=receipt.pk, seq__lt=seq).update(
            seq=seq, at=clock.now()
        )
        if not moved:
            return
        notifier().mark_read(user=room.user, key_prefix=f"chat:{room.thread.no}:")
        realtime.broadcast(_groups(room.thread, room.participants), "read", id=room.thread.no)


def typing(*, room: Room) -> None:
    """A hint to the others, kept nowhere."""
    if room.thread and room.writes:
        mine = f"user.{room.user.pk}"
        groups = [group for group in _groups(room.thread, room.participants) if group != mine]
        realtime.broadcast_now(groups, "typing", id=room.thread.no, by=room.role)


# -- Customer service --------------------------------------------------------------------------------------


def take(*, actor: Actor, conversation: Conversation) -> None:
    with _changing(actor, conversation) as conversation:
        conversation.take(actor)


def put_back(*, actor: Actor, conversation: Conversation) -> None:
    """Into the queue again, for anybody."""
    with _changing(actor, conversation) as conversation:
        conversation.put_back(clock.now())


def hand_over(*, actor: User, conversation: Conversation, to, note: str = "") -> None:
    """To a colleague, with a word that only operators read."""
    if not is_operator(to, conversation.campus_id, *HANDLERS):
        raise Invalid(_("%(name)s does not work on this campus.") % {"name": to.display_name})
    with _changing(actor, conversation) as conversation:
        conversation.take(to)
        names = {"from": actor.display_name, "to": to.display_name}
        _system(conversation.thread, [], "handed_over", internal=True, text=note, **names)
        outbox.emit(
            ConversationHandedOver(conversation=conversation.pk, to=to.pk, message=conversation.thread.seq)
        )


def close(*, actor: Actor, conversation: Conversation) -> None:
    with _changing(actor, conversation) as conversation:
        _close(conversation)


def _close(conversation: Conversation) -> None:
    conversation.close(clock.now())
    _system(conversation.thread, _participants(conversation), "closed")


def bind(*, conversation: Conversation, kind: str, ref: str) -> None:
    """From now on it is about this. Said in the conversation."""
    with transaction.atomic():
        conversation.thread = for_update(Thread.objects.filter(pk=conversation.thread_id)).get()
        _bind(conversation, kind, ref)
        _publish_to_desk(conversation)


def _bind(conversation: Conversation, kind: str, ref: str, *, quiet: bool = False) -> None:
    present = conversation.topics.last()
    if present and (present.kind, present.ref) == (kind, ref):
        return
    Topic.objects.update_or_create(
        conversation=conversation, kind=kind, ref=ref, defaults={"at": clock.now()}
    )
    if not quiet:
        _system(conversation.thread, _participants(conversation), f"about_{kind}", ref=ref)


@contextmanager
def _changing(actor: Actor, conversation: Conversation) -> Iterator[Conversation]:
    """The open conversation, its thread locked until the block commits; then saved and published."""
    if not is_operator(actor, conversation.campus_id, *HANDLERS):
        raise NotAllowed
    try:
        with transaction.atomic():
            thread = for_update(Thread.objects.filter(pk=conversation.thread_id)).get()
            conversation = Conversation.objects.select_related("person").get(pk=conversation.pk)
            conversation.thread = thread
            if not conversation.is_open:
                raise WrongState
            yield conversation
            conversation.save()
            _publish_to_desk(conversation)
    except TransitionNotAllowed as error:
        raise WrongState from error


# -- Writing -----------------------------------------------------------------------------------------------


def _participants(conversation: Conversation) -> list[Participant]:
    return [Participant(conversation.role, conversation.person_id, "")]


def _write(
    thread: Thread, participants: Iterable[Participant], author, role: str, client: str, *,
    text: str, photo: File | None = None, data: dict | None = None, internal: bool = False,
) -> Message:  # fmt: skip
    """The next message of a locked thread."""
    if sent := thread.messages.filter(author=author, client=client).first():
        return sent
    now, text = clock.now(), text.strip()
    if not text and not photo and not data:
        raise Invalid(_("Write something or add a photo."))
    if len(text) > LONGEST:
        raise Invalid(_("At most %(n)s characters.") % {"n": LONGEST})
    recent = Message.objects.filter(thread=thread, author=author, at__gt=now - timedelta(minutes=1))
    if recent.count() >= MOST_A_MINUTE:
        raise TooFast(_("That was a lot at once. Wait a moment, please."))
    kind = Message.Kind.PHOTO if photo else Message.Kind.PLACE if data else Message.Kind.TEXT
    message = _append(
        thread, author=author, role=role, client=client, kind=kind, text=text, photo=photo or "", data=data or {},
        internal=internal,
    )  # fmt: skip
    ReadReceipt.objects.update_or_create(thread=thread, user=author, defaults={"seq": message.seq, "at": now})
    _publish(thread, [] if internal else participants)
    if not internal:
        outbox.emit(MessageSent(message=message.pk))
    return message


class TooFast(Invalid):
    """The browser may try again later."""

    code = "too_fast"
    status = 429


def _system(
    thread: Thread, participants: Iterable[Participant], code: str, *, internal: bool = False, text: str = "",
    client: str | None = None, **data,
) -> Message:  # fmt: skip
    message = _append(
        thread, role=Message.Role.SYSTEM, kind=Message.Kind.SYSTEM, data={"code": code, **data}, internal=internal,
        text=text[:LONGEST], client=client,
    )  # fmt: skip
    _publish(thread, [] if internal else participants)
    return message


def _append(thread: Thread, **fields) -> Message:
    thread.seq += 1
    thread.save(update_fields=["seq"])
    return Message.objects.create(thread=thread, seq=thread.seq, at=clock.now(), **fields)


def _groups(thread: Thread, participants: Iterable[Participant]) -> list[str]:
    """Those who sit there now, and the campus's desks. A frame says that there is a message, and not what."""
    people = {f"user.{participant.user_id}" for participant in participants if participant.until is None}
    return [*sorted(people), f"console.{thread.campus_id}"]


def _publish(thread: Thread, participants: Iterable[Participant]) -> None:
    realtime.broadcast(_groups(thread, participants), "chat", id=thread.no, v=thread.seq)


def _publish_to_desk(conversation: Conversation, *, new: bool = False) -> None:
    realtime.broadcast(f"console.{conversation.campus_id}", "desk", id=conversation.thread.no, new=new)
