"""Lines as people see them, and conversations in lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campus.models import Place
from chat import subjects
from chat.models import Line, Thread
from chat.rooms import PAGE, Room
from chat.wording import role_label


@dataclass(frozen=True)
class Shown:
    """A line before one reader. `name` is as that reader knows the author; `read` by somebody on the other side."""

    line: Line
    mine: bool
    name: str
    text: str
    read: bool


def newest(room: Room) -> tuple[list[Shown], bool]:
    """The last page of lines, and whether there are earlier ones."""
    lines = list(room.lines().order_by("-seq")[: PAGE + 1])
    return shown(room, lines[:PAGE][::-1]), len(lines) > PAGE


def before(room: Room, seq: int) -> tuple[list[Shown], bool]:
    lines = list(room.lines().filter(seq__lt=seq).order_by("-seq")[: PAGE + 1])
    return shown(room, lines[:PAGE][::-1]), len(lines) > PAGE


def after(room: Room, seq: int) -> list[Shown]:
    return shown(room, list(room.lines().filter(seq__gt=seq).order_by("seq")[:200]))


def shown(room: Room, lines: list[Line]) -> list[Shown]:
    """A constant number of queries."""
    read = room.read_by_others() if any(line.author_id == room.user.pk for line in lines) else 0
    near = {line.data["near"] for line in lines if line.kind == Line.Kind.PLACE and line.data.get("near")}
    places = Place.objects.in_bulk(near) if near else {}
    return [
        Shown(
            line,
            mine=line.author_id == room.user.pk and line.role == room.role,
            name=author_name(line, room),
            text=text_of(line, places),
            read=line.seq <= read,
        )
        for line in lines
    ]


def author_name(line: Line, room: Room) -> str:
    """Parties know each other by the names of their seats, and customer service as such."""
    if line.role == Line.Role.OPERATOR:
        return line.author.display_name if room.is_desk else role_label(line.role)
    return room.names.get(line.author_id) or role_label(line.role)


def text_of(line: Line, places: dict[int, Place] | None = None) -> str:
    """What the line says, in the active language."""
    if line.redacted_at:
        return _("Removed after the time for which chats are kept")
    if line.kind == Line.Kind.SYSTEM:
        said = subjects.sentence(line.data)
        return f"{said}: {line.text}" if line.text else said
    if line.kind == Line.Kind.PLACE:
        place = (places or {}).get(line.data.get("near"))
        return _("I am here, near %(place)s") % {"place": place.label} if place else _("I am here")
    return line.text


def about(pairs: Iterable[tuple[str, str]]) -> QuerySet[Line]:
    """Everything said about these (kind, ref): in an order's chat, and in conversations with customer service."""
    wanted = Q(pk__in=[])
    for kind, ref in pairs:
        wanted |= Q(kind=kind, ref=ref) | Q(conversation__topics__kind=kind, conversation__topics__ref=ref)
    threads = Thread.objects.filter(wanted).values("pk")
    return Line.objects.filter(thread__in=threads).select_related("author", "thread").order_by("at", "seq")
