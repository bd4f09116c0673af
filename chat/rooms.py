"""A conversation as one person sees it: who sits there, what they may see, and whether they may write."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import StaffRole
from accounts.permissions import is_operator
from chat import subjects
from chat.models import Conversation, Line, Thread
from chat.subjects import Seat, Subject

SUPPORT = "support"
PAGE = 60
# Who answers for customer service.
ANSWERING = (StaffRole.Role.SUPPORT, StaffRole.Role.DISPATCHER, StaffRole.Role.SUPERVISOR)


@dataclass
class Room:
    """`key` names it in addresses. `thread` is None until the first line; `seats` are those of the parties."""

    key: str
    kind: str
    user: object
    role: str
    seats: list[Seat]
    writes: bool
    thread: Thread | None = None
    subject: Subject | None = None
    conversation: Conversation | None = None
    own: list[Seat] = field(default_factory=list)

    @property
    def is_desk(self) -> bool:
        return self.role == Line.Role.OPERATOR

    @property
    def last(self) -> int:
        return self.thread.seq if self.thread else 0

    @property
    def state(self) -> str:
        """What the page around the lines depends on."""
        talk = self.conversation
        return f"{talk.pk if talk else ''}-{self.writes:d}"

    @property
    def subject_url(self) -> str:
        return self.subject.urls.get(self.role, "") if self.subject else ""

    def lines(self) -> QuerySet[Line]:
        """What this person may see, oldest first."""
        if self.thread is None:
            return Line.objects.none()
        lines = self.thread.lines.select_related("author")
        if self.is_desk:
            return lines
        windows = Q(pk__in=[])
        for seat in self.own:
            window = Q()
            if seat.since:
                window &= Q(at__gte=seat.since)
            if seat.until:
                window &= Q(at__lte=seat.until)
            if not window:
                return lines.filter(internal=False)
            windows |= window
        return lines.filter(windows, internal=False)

    @cached_property
    def names(self) -> dict[int, str]:
        return {seat.user_id: seat.name for seat in self.seats}

    def read_by_others(self) -> int:
        """The last line that somebody on the other side has read."""
        if self.thread is None:
            return 0
        readings = self.thread.readings.exclude(user=self.user)
        if self.is_desk or self.kind == Thread.Kind.ORDER:
            readings = readings.filter(user__in=list(self.names))
        return max(readings.values_list("seq", flat=True), default=0)

    def unread(self) -> int:
        """How many lines of others this person has not read; 100 stands for more."""
        if self.thread is None:
            return 0
        reading = self.thread.readings.filter(user=self.user).first()
        lines = self.lines().exclude(author=self.user).exclude(kind=Line.Kind.SYSTEM)
        return lines.filter(seq__gt=reading.seq if reading else 0)[:100].count()


def find(user, key: str) -> Room:
    """The room `key` as a party sees it: "support", "order-<number>", or the number of an own conversation. Http404
    for everybody who has no seat."""
    if key == SUPPORT:
        return with_service(user)
    if key.startswith("order-"):
        return of_order(user, key.removeprefix("order-"))
    talk = Conversation.objects.select_related("thread", "person").filter(thread__no=key, person=user).first()
    if talk is None:
        raise Http404
    return _service(user, talk, key)


def of_order(user, no: str) -> Room:
    """The chat of an order, for its customer and its couriers."""
    found = subjects.find("order", no)
    seats = subjects.seats_of(found) if found else []
    own = [seat for seat in seats if seat.user_id == user.pk]
    if not own:
        raise Http404
    return Room(
        key=f"order-{no}",
        kind=Thread.Kind.ORDER,
        user=user,
        role=own[-1].role,
        seats=seats,
        own=own,
        writes=any(seat.until is None for seat in own) and subjects.is_open(found),
        thread=Thread.objects.filter(kind=Thread.Kind.ORDER, ref=no).first(),
        subject=found,
    )


def with_service(user) -> Room:
    """The person's present conversation with customer service; an empty room when there is none."""
    talk = open_conversation(user)
    if talk:
        return _service(user, talk, SUPPORT)
    seat = Seat(Line.Role.CUSTOMER, user.pk, user.display_name)
    return Room(SUPPORT, Thread.Kind.SERVICE, user, seat.role, [seat], writes=True, own=[seat])


def open_conversation(user) -> Conversation | None:
    talks = Conversation.objects.select_related("thread", "person", "operator", "campus")
    return talks.filter(person=user).exclude(status=Conversation.Status.CLOSED).first()


def _service(user, talk: Conversation, key: str) -> Room:
    seat = Seat(talk.role, talk.person_id, talk.person.display_name)
    return Room(
        key=key,
        kind=Thread.Kind.SERVICE,
        user=user,
        role=talk.role,
        seats=[seat],
        own=[seat],
        writes=talk.is_open,
        thread=talk.thread,
        subject=topic_of(talk),
        conversation=talk,
    )


def topic_of(talk: Conversation) -> Subject | None:
    """What the conversation is about now."""
    topic = talk.topics.last()
    return subjects.find(topic.kind, topic.ref) if topic else None


def at_desk(user, no: str) -> Room:
    """Any conversation of the operator's campuses: an order's, or with customer service."""
    thread = (
        Thread.objects.select_related("campus", "conversation__person", "conversation__operator")
        .filter(no=no)
        .first()
    )
    if thread is None or not is_operator(user, thread.campus_id, *ANSWERING):
        raise Http404
    talk = getattr(thread, "conversation", None)
    if talk:
        seats = [Seat(talk.role, talk.person_id, talk.person.display_name)]
        subject, writes = topic_of(talk), talk.is_open
    else:
        subject = subjects.find("order", thread.ref)
        seats, writes = subjects.seats_of(subject), subjects.is_open(subject)
    return Room(no, thread.kind, user, Line.Role.OPERATOR, seats, writes, thread, subject, talk)
