"""A conversation as one person sees it: who sits there, what they may see, and whether they may write."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.permissions import HANDLERS, is_operator
from chat import subjects
from chat.models import Conversation, Message, Thread
from chat.subjects import Participant, Subject

SUPPORT = "support"
PAGE = 60


@dataclass
class Room:
    """`key` names it in addresses. `thread` is None until the first message; `participants` are those of the parties."""

    key: str
    kind: str
    user: object
    role: str
    participants: list[Participant]
    writes: bool
    thread: Thread | None = None
    subject: Subject | None = None
    conversation: Conversation | None = None
    own: list[Participant] = field(default_factory=list)

    @property
    def is_desk(self) -> bool:
        return self.role == Message.Role.OPERATOR

    @property
    def last(self) -> int:
        return self.thread.seq if self.thread else 0

    @property
    def state(self) -> str:
        """What the page around the messages depends on."""
        conversation = self.conversation
        return f"{conversation.pk if conversation else ''}-{self.writes:d}"

    @property
    def subject_url(self) -> str:
        return self.subject.urls.get(self.role, "") if self.subject else ""

    def messages(self) -> QuerySet[Message]:
        """What this person may see, oldest first."""
        if self.thread is None:
            return Message.objects.none()
        messages = self.thread.messages.select_related("author")
        if self.is_desk:
            return messages
        windows = Q(pk__in=[])
        for participant in self.own:
            window = Q()
            if participant.since:
                window &= Q(at__gte=participant.since)
            if participant.until:
                window &= Q(at__lte=participant.until)
            if not window:
                return messages.filter(internal=False)
            windows |= window
        return messages.filter(windows, internal=False)

    @cached_property
    def names(self) -> dict[int, str]:
        return {participant.user_id: participant.name for participant in self.participants}

    def read_by_others(self) -> int:
        """The last message that somebody on the other side has read."""
        if self.thread is None:
            return 0
        read_receipts = self.thread.read_receipts.exclude(user=self.user)
        if self.is_desk or self.kind == Thread.Kind.ORDER:
            read_receipts = read_receipts.filter(user__in=list(self.names))
        return max(read_receipts.values_list("seq", flat=True), default=0)

    def unread(self) -> int:
        """How many messages of others this person has not read; 100 stands for more."""
        if self.thread is None:
            return 0
        receipt = self.thread.read_receipts.filter(user=self.user).first()
        messages = self.messages().exclude(author=self.user).exclude(kind=Message.Kind.SYSTEM)
        return messages.filter(seq__gt=receipt.seq if receipt else 0)[:100].count()


def find(user, key: str) -> Room:
    """The room `key` as a party sees it: "support", "order-<number>", or the number of an own conversation. Http404
    for everybody who does not take part."""
    if key == SUPPORT:
        return with_service(user)
    if key.startswith("order-"):
        return of_order(user, key.removeprefix("order-"))
    conversation = (
        Conversation.objects.select_related("thread", "person").filter(thread__no=key, person=user).first()
    )
    if conversation is None:
        raise Http404
    return _service(user, conversation, key)


def of_order(user, no: str) -> Room:
    """The chat of an order, for its customer and its couriers."""
    found = subjects.find("order", no)
    participants = subjects.participants_of(found) if found else []
    own = [participant for participant in participants if participant.user_id == user.pk]
    if not own:
        raise Http404
    return Room(
        key=f"order-{no}",
        kind=Thread.Kind.ORDER,
        user=user,
        role=own[-1].role,
        participants=participants,
        own=own,
        writes=_writes(found, own),
        thread=Thread.objects.filter(kind=Thread.Kind.ORDER, ref=no).first(),
        subject=found,
    )


def writes_about(user, no: str) -> bool:
    """Whether the person takes part in the chat of the order now: reads what is written, and may answer."""
    found = subjects.find("order", no)
    return found is not None and _writes(
        found, [p for p in subjects.participants_of(found) if p.user_id == user.pk]
    )


def _writes(found: Subject, own: list[Participant]) -> bool:
    return any(participant.until is None for participant in own) and subjects.is_open(found)


def with_service(user) -> Room:
    """The person's present conversation with customer service; an empty room when there is none."""
    conversation = open_conversation(user)
    if conversation:
        return _service(user, conversation, SUPPORT)
    participant = Participant(Message.Role.CUSTOMER, user.pk, user.display_name)
    return Room(
        SUPPORT, Thread.Kind.SERVICE, user, participant.role, [participant], writes=True, own=[participant]
    )


def open_conversation(user) -> Conversation | None:
    conversations = Conversation.objects.select_related("thread", "person", "operator", "campus")
    return conversations.filter(person=user).exclude(status=Conversation.Status.CLOSED).first()


def _service(user, conversation: Conversation, key: str) -> Room:
    participant = Participant(conversation.role, conversation.person_id, conversation.person.display_name)
    return Room(
        key=key,
        kind=Thread.Kind.SERVICE,
        user=user,
        role=conversation.role,
        participants=[participant],
        own=[participant],
        writes=conversation.is_open,
        thread=conversation.thread,
        subject=topic_of(conversation),
        conversation=conversation,
    )


def topic_of(conversation: Conversation) -> Subject | None:
    """What the conversation is about now."""
    topic = conversation.topics.last()
    return subjects.find(topic.kind, topic.ref) if topic else None


def at_desk(user, no: str) -> Room:
    """Any conversation of the operator's campuses: an order's, or with customer service."""
    thread = (
        Thread.objects.select_related("campus", "conversation__person", "conversation__operator")
        .filter(no=no)
        .first()
    )
    if thread is None or not is_operator(user, thread.campus_id, *HANDLERS):
        raise Http404
    conversation = getattr(thread, "conversation", None)
    if conversation:
        participants = [
            Participant(conversation.role, conversation.person_id, conversation.person.display_name)
        ]
        subject, writes = topic_of(conversation), conversation.is_open
    else:
        subject = subjects.find("order", thread.ref)
        participants, writes = subjects.participants_of(subject), subjects.is_open(subject)
    return Room(
        no, thread.kind, user, Message.Role.OPERATOR, participants, writes, thread, subject, conversation
    )
