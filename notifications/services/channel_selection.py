"""Which delivery channels a notice takes: what its kind calls for, what the person has chosen, where they can be
reached, and whether they are asleep."""

from collections.abc import Collection, Iterable
from datetime import datetime

from core import clock
from notifications import channels, kinds
from notifications.kinds import GRAVE
from notifications.models import Notice, Preference, Send
from notifications.services import circuit_breaker


def people(users: Iterable) -> dict[int, Preference]:
    """Each person's choices and addresses by user id, also of those who have chosen nothing. One query."""
    users = {user.pk: user for user in users}
    found = Preference.objects.in_bulk(users)
    for pk, user in users.items():
        found.setdefault(pk, Preference()).user = user
    return found


def channels_for(person: Preference, topic: str) -> list[str]:
    """The names of the channels by which this person hears of a topic, configured or not."""
    return person.channels.get(topic, channels.defaults(topic))


def plan(notices: Collection[Notice]) -> list[Send]:
    """Queue the sends of new notices, in a number of statements that does not grow with theirs. Planned again, they
    stay as they are. Virtual people get none."""
    described = [one for one in notices if kinds.get(one.kind) and not one.user.is_virtual]
    available = channels.configured()
    if not described or not available:
        return []
    persons = people(one.user for one in described)
    reach = {channel.name: channel.reaches(persons.values()) for channel in available}
    sends = []
    for notice in described:
        wanted = _wanted(notice, persons[notice.user_id])
        sends += [
            _send(notice, channel, persons[notice.user_id])
            for channel in reach
            if channel in wanted and notice.user_id in reach[channel]
        ]
    return Send.objects.bulk_create(sends, ignore_conflicts=True) if sends else []


def send_to_number(notice: Notice, number: str) -> None:
    """Queue a notice as a short message to another number than the person's present one."""
    channel = next((channel for channel in channels.configured() if channel.takes_number), None)
    if channel and kinds.get(notice.kind) and not notice.user.is_virtual:
        one = _send(notice, channel.name, Preference(user=notice.user))
        one.number, one.elsewhere = number, True
        Send.objects.bulk_create([one], ignore_conflicts=True)


def quiet_ends(users: Iterable, now: datetime) -> dict[int, datetime]:
    """When the quiet hours end of those of these people who have them now, by user id: until then, what may wait does. One
    query."""
    ends = ((pk, person.quiet_end(now)) for pk, person in people(users).items())
    return {pk: end for pk, end in ends if end is not None}


def stand_in(one: Send) -> bool:
    """A grave notice whose channel is unavailable goes by another one, unless it has already gone or goes by itself. Returns whether
    a send was made for it."""
    if one.severity != GRAVE:
        return False
    unavailable = circuit_breaker.unavailable_channels()
    others = list(Send.objects.filter(notice=one.notice_id).exclude(pk=one.pk))
    alive = (*Send.DUE, Send.Status.SENDING)
    if any(
        o.status == Send.Status.SENT or (o.status in alive and o.channel not in unavailable) for o in others
    ):
        return False
    used = {one.channel, *unavailable, *(other.channel for other in others)}
    person = people([one.notice.user])[one.notice.user_id]
    for channel in channels.configured():
        if channel.name not in used and channel.reaches([person]):
            other = _send(one.notice, channel.name, person)
            other.stands_in_for = one
            Send.objects.bulk_create([other], ignore_conflicts=True)
            return True
    return False


def _wanted(notice: Notice, person: Preference) -> set[str]:
    chosen = set(channels_for(person, kinds.get(notice.kind).topic))
    return chosen | channels.carrying_grave() if notice.severity == GRAVE else chosen


def _send(notice: Notice, channel: str, person: Preference) -> Send:
    kind, now = kinds.get(notice.kind), clock.now()
    held = person.quiet_end(now) if kind.waits and notice.severity != GRAVE else None
    return Send(
        notice=notice,
        channel=channel,
        severity=notice.severity,
        status=Send.Status.WAITING if held else Send.Status.QUEUED,
        next_try_at=held or now,
        expires_at=(held or now) + kind.useful,
        created_at=now,
    )
