"""Complaints at the providers: heard of by a notice or by looking, asked what they say, and answered there.

A notice is only written down, as everything that it says is asked for again; asking and answering are outside, so each has
a row that is claimed, committed, and then worked on (`query_complaints`, `send_complaint_replies`).
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock, outbox
from core.db import for_update, for_update_skip_locked
from core.errors import Invalid, WrongState
from core.fsm import transitions
from payments import gateways
from payments.events import ComplaintEnded, ComplaintOpened, ComplaintReplyFailed
from payments.gateways import config
from payments.gateways.complaints import ComplaintDesk, ComplaintDetails
from payments.models import Complaint, ComplaintReply, GatewayNotice, Payment

logger = logging.getLogger(__name__)

Status, Kind = Complaint.Status, ComplaintReply.Kind
# Asked again after this, and twice as long each time; then so seldom that a day passes.
FIRST_QUERY, MOST_QUERIES = timedelta(minutes=1), 10
# Whether a complaint is still open the providers are asked so often, should a notice be lost.
ASKED_AGAIN = timedelta(hours=6)
MAX_ATTEMPTS = 12
# So far back is looked for complaints of which no notice came.
LOOKED_BACK = timedelta(days=3)


def take_complaint(*, gateway: str, headers: Mapping[str, str], body: bytes) -> Complaint | None:
    """Check a notice and write down of which complaint it tells. Idempotent by the complaint; a notice that was told
    before changes nothing. None when it tells of none. Raises BadCallback when it cannot be trusted."""
    desk = gateways.get(gateway).complaints
    if desk is None:
        raise gateways.BadCallback("nothing is complained of here")
    try:
        said = desk.parse(headers, body)
    except gateways.BadCallback as error:
        logger.warning("complaint of %s refused: %s", gateway, error)
        raise
    if said is None:
        return None
    try:
        with transaction.atomic():
            GatewayNotice.objects.create(
                gateway=gateway,
                nonce=said.nonce,
                payment_no="",
                amount=0,
                outcome=GatewayNotice.Outcome.TAKEN,
            )
            return hear_of(gateway, said.complaint_no)
    except IntegrityError:  # told before
        return Complaint.objects.filter(gateway=gateway, no=said.complaint_no).first()


def hear_of(gateway: str, no: str) -> Complaint:
    """The row of that complaint, which is asked about as soon as possible."""
    found, _made = Complaint.objects.get_or_create(gateway=gateway, no=no)
    Complaint.objects.filter(pk=found.pk).update(query_at=clock.now(), queries=0)
    return found


def query_complaints(now: datetime | None = None, batch: int = 50) -> int:
    """Beat: ask the providers what complaints say that they told of, and whether open ones are over. Returns how many
    were asked about."""
    now = now or clock.now()
    with transaction.atomic():
        due = Complaint.objects.filter(query_at__lte=now).order_by("query_at")
        asked = list(for_update_skip_locked(due)[:batch])
        for one in asked:  # the next time is set before asking: a process that dies only loses a round
            one.queries = min(one.queries + 1, MOST_QUERIES)
            one.query_at = now + FIRST_QUERY * 2**one.queries
            one.save(update_fields=["queries", "query_at"])
    for one in asked:
        desk = gateways.get(one.gateway).complaints
        try:
            if desk is not None:
                note(one.gateway, desk.query(one.no))
        except gateways.GatewayError:
            logger.exception("complaint %s of %s could not be asked about", one.no, one.gateway)
    return len(asked)


def look_for_complaints() -> int:
    """Beat: ask the providers for all complaints of the last days, and have their notices sent to us. Returns how many
    there are."""
    count, since = 0, clock.local_day(clock.now() - LOOKED_BACK)
    for name in gateways.NAMES:
        gateway = gateways.get(name)
        desk = gateway.complaints
        if desk is None or not gateway.configured:
            continue
        try:
            desk.subscribe(config.complaint_url(name))
            for details in desk.recent(since):
                note(name, details)
                count += 1
        except gateways.GatewayError:
            logger.exception("%s could not be asked for complaints", name)
    return count


@transaction.atomic
def note(gateway: str, said: ComplaintDetails) -> Complaint:
    """Write down what a provider says of a complaint. It is told of when it opens, goes on, or is over."""
    made, _new = Complaint.objects.get_or_create(gateway=gateway, no=said.no)
    one = for_update(Complaint.objects.filter(pk=made.pk)).get()
    before = one.status
    if one.payment_id is None and said.payment_no:
        one.payment = Payment.objects.filter(no=said.payment_no[:16], gateway=gateway).first()
    one.words, one.reason = said.words, said.reason[:80]
    one.opened_at, one.answer_by, one.due_at = said.opened_at, said.answer_by, said.due_at
    one.provider_status = said.provider_status[:32]
    # Until our last word is there, the provider does not know that it is settled.
    is_on_the_way = one.replies.filter(status=ComplaintReply.Status.QUEUED, kind=Kind.FINISH).exists()
    if said.is_open and one.status != Status.OPEN and not is_on_the_way:
        one.open()
    elif said.is_ended and one.status != Status.ENDED:
        one.end()
    one.query_at = None if one.status == Status.ENDED else clock.now() + ASKED_AGAIN
    one.save()
    if one.status != before:
        event = ComplaintOpened if one.status == Status.OPEN else ComplaintEnded
        outbox.emit(
            event(complaint=one.pk, ref=one.payment.ref if one.payment else "", again=before != Status.HEARD)
        )
    return one


def reply_to_complaint(
    *, complaint: Complaint, kind: str, words: str, actor: Actor, key: str, outcome: str = ""
) -> ComplaintReply:
    """Answer a complaint at its provider, or say there that it is settled (`finish`, with an outcome). It goes out by
    itself. Idempotent by `key`. Raises Invalid for nothing said or words that are not taken before the end, and WrongState
    when the complaint is over."""
    words = words.strip()
    if not words or (kind == Kind.FINISH and outcome not in ComplaintReply.Outcome.values):
        raise Invalid(_("Say what was done."))
    if kind == Kind.ANSWER and not takes_answers(complaint):
        raise Invalid(_("Only one answer is taken of this complaint: with how it was settled."))
    with transitions():
        one = for_update(Complaint.objects.filter(pk=complaint.pk)).get()
        if done := ComplaintReply.objects.filter(key=key).first():
            return done
        if one.status != Status.OPEN:
            raise WrongState(
                _("The complaint is over at %(gateway)s.") % {"gateway": one.get_gateway_display()}
            )
        if kind == Kind.FINISH:
            one.finish()
            one.save(update_fields=["status"])
        return ComplaintReply.objects.create(
            complaint=one, kind=kind, words=words[:200], outcome=outcome, by=actor, key=key
        )


def takes_answers(complaint: Complaint) -> bool:
    """Whether its provider takes words before the end."""
    desk = gateways.get(complaint.gateway).complaints
    return desk is not None and desk.takes_answers(complaint.no)


def send_complaint_replies(now: datetime | None = None, batch: int = 50) -> int:
    """Beat: send what is queued, in order, claimed and committed before. Returns how many were taken."""
    now = now or clock.now()
    with transaction.atomic():
        due = ComplaintReply.objects.filter(status=ComplaintReply.Status.QUEUED, next_try_at__lte=now)
        ours = list(for_update_skip_locked(due.order_by("pk")).select_related("complaint")[:batch])
        for one in ours:
            one.attempts += 1
            one.next_try_at = now + timedelta(seconds=min(30 * 2**one.attempts, 3600))
            one.save(update_fields=["attempts", "next_try_at"])
    return sum(_send(one) for one in ours)


def _send(one: ComplaintReply) -> bool:
    complaint, error = one.complaint, ""
    desk = gateways.get(complaint.gateway).complaints
    try:
        if desk is None:
            raise gateways.GatewayError("nothing is complained of here")
        _say(desk, one)
    except gateways.GatewayError as problem:
        error = "" if _was_taken(desk, one) else str(problem)
        logger.warning("reply %s to complaint %s was not taken: %s", one.pk, complaint.no, problem)
    with transaction.atomic():
        complaint = for_update(Complaint.objects.filter(pk=complaint.pk)).get()
        one = for_update(ComplaintReply.objects.filter(pk=one.pk)).get()
        if one.status != ComplaintReply.Status.QUEUED:
            return False
        if not error:
            one.send()
            complaint.query_at = clock.now() + FIRST_QUERY
            complaint.save(update_fields=["query_at"])
        else:
            one.error = error[:200]
            if one.attempts >= MAX_ATTEMPTS:
                one.give_up()
                _reopen(complaint, one.kind)
                outbox.emit(ComplaintReplyFailed(reply=one.pk, complaint=complaint.pk))
        one.save()
    return not error


def _reopen(complaint: Complaint, kind: str) -> None:
    """What the provider does not know to be settled waits for another word."""
    if kind == Kind.FINISH and complaint.status == Status.FINISHED:
        complaint.open()
        complaint.save(update_fields=["status"])


def _was_taken(desk: ComplaintDesk | None, one: ComplaintReply) -> bool:
    """Whether an earlier try has ended it already, and only its answer was lost."""
    if desk is None or one.kind != Kind.FINISH or one.attempts == 1:
        return False
    try:
        return not desk.query(one.complaint.no).is_open
    except gateways.GatewayError:
        return False


def _say(desk: ComplaintDesk, one: ComplaintReply) -> None:
    """A second try may say the same once more: providers take it."""
    if one.kind == Kind.FINISH:
        desk.finish(one.complaint.no, one.outcome, one.words)
    else:
        desk.answer(one.complaint.no, one.words)
