"""Saying something, once and in order. Whoever writes holds the thread's row, and so the conversation's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts.permissions import is_operator
from campus.models import Campus
from chat import hours, rooms, subjects
from chat.models import Conversation, Line, Reading, Thread, Topic
from chat.rooms import ANSWERING, Room
from chat.subjects import Seat
from core import clock, outbox, realtime
from core.db import locked
from core.errors import Invalid, NotAllowed, WrongState
from core.notifier import notifier

LONGEST = 1000
MOST_A_MINUTE = 40


def say(
    *, actor, key: str, client: str, text: str = "", photo: File | None = None, data: dict | None = None
) -> Line:
    """A line of a party in the room `key` (`rooms.find`). `photo` is clean (`core.images`), `data` a position.

    `client` names the line: sent again it is the same line, also when the person has left meanwhile. Raises Invalid,
    WrongState when the chat is over, Http404 for who has no seat.
    """
    if key == rooms.SUPPORT:
        return ask(actor=actor, client=client, text=text, photo=photo, data=data)
    if not key.startswith("order-"):
        raise WrongState(_("This conversation is over. Start a new one."))
    if sent := Line.objects.filter(thread__kind=Thread.Kind.ORDER, author=actor, client=client).first():
        return sent
    room = rooms.find(actor, key)
    if not room.writes:
        raise WrongState(_("This chat is over: you can read it, but not write."), code="chat_over")
    with transaction.atomic():
        thread, _created = Thread.objects.get_or_create(
            kind=Thread.Kind.ORDER,
            ref=room.subject.ref,
            defaults={"campus_id": room.subject.campus_id, "created_at": clock.now()},
        )
        thread = locked(Thread.objects.filter(pk=thread.pk)).get()
        return _write(thread, room.seats, actor, room.role, client, text=text, photo=photo, data=data)


def ask(
    *, actor, client: str, text: str = "", photo: File | None = None, data: dict | None = None,
    about: str = "", role: str = Line.Role.CUSTOMER, campus: Campus | None = None,
) -> Line:  # fmt: skip
    """A line to customer service, in the person's open conversation or a new one. `about` is a `Subject.key`."""
    if sent := Line.objects.filter(thread__kind=Thread.Kind.SERVICE, author=actor, client=client).first():
        return sent
    found = subjects.about(about, actor) if about else None
    campus_id = found.campus_id if found else campus.pk if campus else actor.campus_id
    if campus_id is None:
        raise Invalid(_("Choose your campus in your profile first."))
    with transaction.atomic():
        talk, is_new = _conversation(actor, role, campus_id)
        if found:
            _bind(talk, found.kind, found.ref, quiet=is_new)
        line = _write(talk.thread, _seats(talk), actor, talk.role, client, text=text, photo=photo, data=data)
        if talk.asked_at is None:
            talk.asked_at = line.at
            talk.save(update_fields=["asked_at"])
        if is_new:
            _welcome(talk)
        _ring_desk(talk, new=is_new)
    return line


def _conversation(person, role: str, campus_id: int) -> tuple[Conversation, bool]:
    """The person's open conversation, its thread locked, and whether it is new."""
    for _attempt in range(2):
        if talk := rooms.open_conversation(person):
            talk.thread = locked(Thread.objects.filter(pk=talk.thread_id)).get()
            talk.refresh_from_db(fields=["status", "operator", "asked_at"])
            if talk.is_open:  # it may have been closed while we waited for it
                return talk, False
        try:
            with transaction.atomic():
                now = clock.now()
                thread = Thread.objects.create(kind=Thread.Kind.SERVICE, campus_id=campus_id, created_at=now)
                talk = Conversation.objects.create(
                    thread=thread, campus_id=campus_id, person=person, role=role, asked_at=now, created_at=now
                )
            return talk, True
        except IntegrityError:  # another window of the same person was first
            continue
    raise WrongState


def _welcome(talk: Conversation) -> None:
    """Whether somebody is there, and when: said once, when a conversation begins."""
    now = clock.now()
    if opens := hours.closed_until(talk.campus_id, now):
        _system(talk.thread, _seats(talk), "after_hours", opens=opens.isoformat())
    else:
        _system(talk.thread, _seats(talk), "queued")


def answer(
    *, actor, thread: Thread, client: str, text: str = "", photo: File | None = None, internal: bool = False,
) -> Line:  # fmt: skip
    """A line of customer service, in a conversation or an order's chat; `internal` is for colleagues only.

    Who answers a waiting conversation takes it.
    """
    if not is_operator(actor, thread.campus_id, *ANSWERING):
        raise NotAllowed
    with transaction.atomic():
        thread = locked(Thread.objects.filter(pk=thread.pk)).get()
        if sent := thread.lines.filter(author=actor, client=client).first():
            return sent
        room = rooms.at_desk(actor, thread.no)
        if not room.writes and not internal:
            raise WrongState(_("This conversation is over."), code="chat_over")
        line = _write(
            thread, room.seats, actor, Line.Role.OPERATOR, client, text=text, photo=photo, internal=internal
        )
        talk = room.conversation
        if talk and not internal:
            if talk.status == Conversation.Status.WAITING:
                talk.take(actor)
            if talk.first_wait_s is None:
                talk.first_wait_s = max(0, int((line.at - talk.created_at).total_seconds()))
            talk.asked_at = None
            talk.save()
            _ring_desk(talk)
    return line


def tell_order(no: str, code: str, *, client: str, **data) -> Line | None:
    """A system line in an order's chat, once for `client`; None when nobody chats about that order."""
    with transaction.atomic():
        thread = locked(Thread.objects.filter(kind=Thread.Kind.ORDER, ref=no)).first()
        if thread is None or thread.lines.filter(author=None, client=client).exists():
            return None
        found = subjects.find("order", no)
        return _system(thread, subjects.seats_of(found), code, client=client, **data)


def mark_read(*, room: Room, seq: int) -> None:
    """The person has the lines up to `seq` before them."""
    if room.thread is None:
        return
    seq = min(seq, room.last)
    with transaction.atomic():
        reading, created = Reading.objects.get_or_create(
            thread=room.thread, user=room.user, defaults={"seq": seq, "at": clock.now()}
        )
        moved = created or Reading.objects.filter(pk=reading.pk, seq__lt=seq).update(seq=seq, at=clock.now())
        if not moved:
            return
        notifier().mark_read(user=room.user, key_prefix=f"chat:{room.thread.no}:")
        realtime.broadcast(_groups(room.thread, room.seats), "read", id=room.thread.no)


def typing(*, room: Room) -> None:
    """A hint to the others, kept nowhere."""
    if room.thread and room.writes:
        mine = f"user.{room.user.pk}"
        groups = [group for group in _groups(room.thread, room.seats) if group != mine]
        realtime.broadcast_now(groups, "typing", id=room.thread.no, by=room.role)


# -- Customer service --------------------------------------------------------------------------------------


def take(*, actor, talk: Conversation) -> None:
    with _changing(actor, talk) as talk:
        talk.take(actor)


def put_back(*, actor, talk: Conversation) -> None:
    """Into the queue again, for anybody."""
    with _changing(actor, talk) as talk:
        talk.put_back(clock.now())


def hand_over(*, actor, talk: Conversation, to, note: str = "") -> None:
    """To a colleague, with a word that only operators read."""
    if not is_operator(to, talk.campus_id, *ANSWERING):
        raise Invalid(_("%(name)s does not work on this campus.") % {"name": to.display_name})
    with _changing(actor, talk) as talk:
        talk.take(to)
        names = {"from": actor.display_name, "to": to.display_name}
        _system(talk.thread, [], "handed_over", internal=True, text=note, **names)
        outbox.emit("chat.handed_over", conversation=talk.pk, to=to.pk, line=talk.thread.seq)


def close(*, actor, talk: Conversation) -> None:
    with _changing(actor, talk) as talk:
        _close(talk)


def _close(talk: Conversation) -> None:
    talk.close(clock.now())
    _system(talk.thread, _seats(talk), "closed")


def bind(*, talk: Conversation, kind: str, ref: str) -> None:
    """From now on it is about this. Said in the conversation."""
    with transaction.atomic():
        talk.thread = locked(Thread.objects.filter(pk=talk.thread_id)).get()
        _bind(talk, kind, ref)
        _ring_desk(talk)


def _bind(talk: Conversation, kind: str, ref: str, *, quiet: bool = False) -> None:
    present = talk.topics.last()
    if present and (present.kind, present.ref) == (kind, ref):
        return
    Topic.objects.update_or_create(conversation=talk, kind=kind, ref=ref, defaults={"at": clock.now()})
    if not quiet:
        _system(talk.thread, _seats(talk), f"about_{kind}", ref=ref)


@contextmanager
def _changing(actor, talk: Conversation) -> Iterator[Conversation]:
    """The open conversation, its thread locked until the block commits; then saved and published."""
    if not is_operator(actor, talk.campus_id, *ANSWERING):
        raise NotAllowed
    try:
        with transaction.atomic():
            thread = locked(Thread.objects.filter(pk=talk.thread_id)).get()
            talk = Conversation.objects.select_related("person").get(pk=talk.pk)
            talk.thread = thread
            if not talk.is_open:
                raise WrongState
            yield talk
            talk.save()
            _ring_desk(talk)
    except TransitionNotAllowed as error:
        raise WrongState from error


# -- Writing -----------------------------------------------------------------------------------------------


def _seats(talk: Conversation) -> list[Seat]:
    return [Seat(talk.role, talk.person_id, "")]


def _write(
    thread: Thread, seats: Iterable[Seat], author, role: str, client: str, *,
    text: str, photo: File | None = None, data: dict | None = None, internal: bool = False,
) -> Line:  # fmt: skip
    """The next line of a locked thread."""
    if sent := thread.lines.filter(author=author, client=client).first():
        return sent
    now, text = clock.now(), text.strip()
    if not text and not photo and not data:
        raise Invalid(_("Write something or add a photo."))
    if len(text) > LONGEST:
        raise Invalid(_("At most %(n)s characters.") % {"n": LONGEST})
    recent = Line.objects.filter(thread=thread, author=author, at__gt=now - timedelta(minutes=1))
    if recent.count() >= MOST_A_MINUTE:
        raise TooFast(_("That was a lot at once. Wait a moment, please."))
    kind = Line.Kind.PHOTO if photo else Line.Kind.PLACE if data else Line.Kind.TEXT
    line = _append(
        thread, author=author, role=role, client=client, kind=kind, text=text, photo=photo or "", data=data or {},
        internal=internal,
    )  # fmt: skip
    Reading.objects.update_or_create(thread=thread, user=author, defaults={"seq": line.seq, "at": now})
    _publish(thread, [] if internal else seats)
    if not internal:
        outbox.emit("chat.message_sent", line=line.pk)
    return line


class TooFast(Invalid):
    """The browser may try again later."""

    code = "too_fast"
    status = 429


def _system(
    thread: Thread, seats: Iterable[Seat], code: str, *, internal: bool = False, text: str = "",
    client: str | None = None, **data,
) -> Line:  # fmt: skip
    line = _append(
        thread, role=Line.Role.SYSTEM, kind=Line.Kind.SYSTEM, data={"code": code, **data}, internal=internal,
        text=text[:LONGEST], client=client,
    )  # fmt: skip
    _publish(thread, [] if internal else seats)
    return line


def _append(thread: Thread, **fields) -> Line:
    thread.seq += 1
    thread.save(update_fields=["seq"])
    return Line.objects.create(thread=thread, seq=thread.seq, at=clock.now(), **fields)


def _groups(thread: Thread, seats: Iterable[Seat]) -> list[str]:
    """Those who sit there now, and the campus's desks. A frame says that there is a line, and not what."""
    people = {f"user.{seat.user_id}" for seat in seats if seat.until is None}
    return [*sorted(people), f"console.{thread.campus_id}"]


def _publish(thread: Thread, seats: Iterable[Seat]) -> None:
    realtime.broadcast(_groups(thread, seats), "chat", id=thread.no, v=thread.seq)


def _ring_desk(talk: Conversation, *, new: bool = False) -> None:
    realtime.broadcast(f"console.{talk.campus_id}", "desk", id=talk.thread.no, new=new)
