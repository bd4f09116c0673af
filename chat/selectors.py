"""Messages as people see them, and conversations in lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campus.models import Place
from chat import subjects
from chat.models import Message, Thread
from chat.rooms import PAGE, Room
from chat.wording import role_label


@dataclass(frozen=True)
class Shown:
    """A message before one reader. `name` is as that reader knows the author; `read` by somebody on the other side."""

    message: Message
    mine: bool
    name: str
    text: str
    read: bool


def newest(room: Room) -> tuple[list[Shown], bool]:
    """The last page of messages, and whether there are earlier ones."""
    messages = list(room.messages().order_by("-seq")[: PAGE + 1])
    return shown(room, messages[:PAGE][::-1]), len(messages) > PAGE


def before(room: Room, seq: int) -> tuple[list[Shown], bool]:
    messages = list(room.messages().filter(seq__lt=seq).order_by("-seq")[: PAGE + 1])
    return shown(room, messages[:PAGE][::-1]), len(messages) > PAGE


def after(room: Room, seq: int) -> list[Shown]:
    return shown(room, list(room.messages().filter(seq__gt=seq).order_by("seq")[:200]))


def shown(room: Room, messages: list[Message]) -> list[Shown]:
    """A constant number of queries."""
    read = room.read_by_others() if any(message.author_id == room.user.pk for message in messages) else 0
    near = {
        message.data["near"]
        for message in messages
        if message.kind == Message.Kind.PLACE and message.data.get("near")
    }
    places = Place.objects.in_bulk(near) if near else {}
    return [
        Shown(
            message,
            mine=message.author_id == room.user.pk and message.role == room.role,
            name=author_name(message, room),
            text=text_of(message, places),
            read=message.seq <= read,
        )
        for message in messages
    ]


def author_name(message: Message, room: Room) -> str:
    """Parties know each other by the names they have as participants, and customer service as such."""
    if message.role == Message.Role.OPERATOR:
        return message.author.display_name if room.is_desk else role_label(message.role)
    return room.names.get(message.author_id) or role_label(message.role)


def text_of(message: Message, places: dict[int, Place] | None = None) -> str:
    """What the message says, in the active language."""
    if message.redacted_at:
        return _("Removed after the time for which chats are kept")
    if message.kind == Message.Kind.SYSTEM:
        said = subjects.sentence(message.data)
        return f"{said}: {message.text}" if message.text else said
    if message.kind == Message.Kind.PLACE:
        place = (places or {}).get(message.data.get("near"))
        return _("I am here, near %(place)s") % {"place": place.label} if place else _("I am here")
    return message.text


def about(pairs: Iterable[tuple[str, str]]) -> QuerySet[Message]:
    """Everything said about these (kind, ref): in an order's chat, and in conversations with customer service."""
    wanted = Q(pk__in=[])
    for kind, ref in pairs:
        wanted |= Q(kind=kind, ref=ref) | Q(conversation__topics__kind=kind, conversation__topics__ref=ref)
    threads = Thread.objects.filter(wanted).values("pk")
    return Message.objects.filter(thread__in=threads).select_related("author", "thread").order_by("at", "seq")
