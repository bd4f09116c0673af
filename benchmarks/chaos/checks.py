"""What must be there when all is quiet again, and only once: what people were told against what the database, the media
folder, the gateways and the SMS provider know. Each finding is a sentence; none is good."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Max, Sum
from PIL import Image, UnidentifiedImageError

from benchmarks.chaos.world import Record
from chat.models import Message
from core import clock, events
from core.models import HandlerRun, OutboxEvent
from delivery.models import Leg, LegStatus
from exceptions.audit.checks import broken
from exceptions.models import UNRESOLVED, Evidence, Ticket
from notifications import channels, kinds
from notifications.models import Notice, Send
from orders.models import LIVE, Order, Photo
from payments.models import GatewayNotice, Payment, Reason, Refund, Transfer, Withdrawal
from payments.selectors import check_ledger

# Sentences of exceptions.audit that belong to another heading than "lost".
_MONEY, _TWICE, _DEAD = ("escrow",), ("twice",), ("for good",)


@dataclass
class Outside:
    """What the stand-ins know (stand_ins.Outside.state)."""

    trades: dict[str, dict[str, dict]] = field(default_factory=dict)
    transfers: dict[str, dict] = field(default_factory=dict)
    sms: list[list] = field(default_factory=list)
    callbacks: list[dict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def paid(self) -> Iterator[tuple[str, dict]]:
        for trades in self.trades.values():
            yield from ((no, trade) for no, trade in trades.items() if trade["state"] == "paid")


# -- Lost --------------------------------------------------------------------------------------------------------


def lost(campus, record: Record, outside: Outside) -> list[str]:
    """What was acknowledged and is not there, and what waits with nobody to look at it."""
    return [
        *_lost_orders(campus, record), *_lost_lines(record), *_lost_money(record, outside), *_lost_reports(record),
        *_lost_deliveries(record), *_forgotten(campus), *_unhandled(), *_untold(),
        *_of(campus, lambda said: not any(word in said for word in (*_MONEY, *_TWICE, *_DEAD))),
    ]  # fmt: skip


def _of(campus, belongs) -> list[str]:
    """The invariants that hold in production too."""
    books = set(check_ledger())
    return [said for said in broken(campus) if said not in books and belongs(said)]


def _lost_orders(campus, record: Record) -> Iterator[str]:
    found = {order.request_key: order for order in Order.objects.filter(campus=campus)}
    for key, photos in record.orders.items():
        if key not in found:
            yield f"order with the key {key} was acknowledged"
            continue
        kept = found[key].photos.filter(purpose=Photo.Purpose.ORDER)
        whole = sum(_is_whole(photo.image) for photo in kept)
        if whole < photos:
            yield f"order {found[key].no}: {photos} photos were sent, {whole} are whole"


def _is_whole(image) -> bool:
    """Whether the file is there and can be drawn to its end."""
    try:
        with image.open("rb") as file, Image.open(file) as picture:
            picture.load()
    except (OSError, UnidentifiedImageError, SyntaxError):
        return False
    return True


def _lost_lines(record: Record) -> Iterator[str]:
    found = {(line.client, line.author_id): line for line in Message.objects.filter(client__isnull=False)}
    for client, (author, with_photo) in record.lines.items():
        line = found.get((client, author))
        if line is None:
            yield f"chat line {client} was acknowledged"
        elif with_photo and not _is_whole(line.photo):
            yield f"the photo of chat line {client}"


def _lost_money(record: Record, outside: Outside) -> Iterator[str]:
    known = set(Withdrawal.objects.values_list("key", flat=True))
    yield from (f"withdrawal {key} was acknowledged" for key in record.withdrawals - known)
    undecided = Withdrawal.objects.filter(pk__in=record.approvals, status=Withdrawal.Status.REQUESTED)
    yield from (f"withdrawal {one.no} was approved and still waits" for one in undecided)
    for no, trade in outside.paid():
        payment = Payment.objects.filter(no=no).first()
        given_back = sum(trade["refunds"].values()) == trade["amount"]
        if payment is None or (payment.status != Payment.Status.PAID and not given_back):
            yield f"payment {no} was paid at the gateway: here it is {payment and payment.status}"
    taken = set(GatewayNotice.objects.values_list("payment_no", flat=True))
    for told in outside.callbacks:
        if not told["thanked"]:
            yield f"callback for {told['no']} was never taken"
        elif told["no"] not in taken:
            yield f"callback for {told['no']} was acknowledged, and no row tells of it"
    for one in Withdrawal.objects.filter(status=Withdrawal.Status.PAID, channel="alipay"):
        if outside.transfers.get(one.no, {}).get("status") != "SUCCESS":
            yield f"withdrawal {one.no} counts as paid, and Alipay knows nothing of it"


def _lost_reports(record: Record) -> Iterator[str]:
    tickets = {ticket.no: ticket for ticket in Ticket.objects.filter(no__in=record.reports)}
    for no, photos in record.reports.items():
        if no not in tickets:
            yield f"report {no} was acknowledged"
        elif sum(_is_whole(one.image) for one in Evidence.objects.filter(ticket=tickets[no])) < photos:
            yield f"the photo of report {no}"


def _lost_deliveries(record: Record) -> Iterator[str]:
    legs = {leg.no: leg for leg in Leg.objects.filter(no__in=record.deliveries).select_related("order")}
    for no, by_photo in record.deliveries.items():
        if no not in legs or legs[no].status != LegStatus.DONE:
            yield f"delivery of {no} was acknowledged"
        elif by_photo:
            door = legs[no].order.photos.filter(purpose=Photo.Purpose.DOOR)
            if not any(_is_whole(photo.image) for photo in door):
                yield f"the photo of delivery {no}"


def _forgotten(campus) -> Iterator[str]:
    live = Order.objects.filter(campus=campus, status__in=LIVE, stage_due_at=None, promise_due_at=None)
    for order in live.exclude(tickets__status__in=UNRESOLVED):
        yield f"order {order.no} is {order.status}, without a deadline and on nobody's desk"


def _unhandled() -> Iterator[str]:
    """Events that some handler has not dealt with: a notice, a ticket or a booking is missing."""
    wanted = {event.name: len(events.subscribers_of(event)) for _app, event in events.declared()}
    ended = OutboxEvent.objects.filter(name__in=wanted, due_at=None).annotate(n=Count("runs"))
    for name, pk, n in ended.values_list("name", "pk", "n"):
        if n < wanted[name]:
            yield f"event {name}#{pk} counts as delivered: {n} of {wanted[name]} handlers know of it"


def _untold() -> Iterator[str]:
    """Notices that were due outside of the site and neither went nor have a row that says why not."""
    stuck = Send.objects.filter(status__in=(*Send.DUE, Send.Status.SENDING), next_try_at__lte=clock.now())
    if count := stuck.filter(expires_at__gt=clock.now()).count():
        yield f"{count} messages are due and were not sent"
    by_sms = [
        name for name, kind in kinds.known().items() if kind.severity == kinds.GRAVE or "sms" in channels.defaults(kind.topic)
    ]  # fmt: skip
    reached = Notice.objects.filter(kind__in=by_sms, user__phone_verified=True, user__is_virtual=False)
    for notice in reached.exclude(user__phone=None).exclude(sends__channel="sms"):
        yield f"notice {notice.pk} ({notice.kind}) has no message"


# -- Twice -------------------------------------------------------------------------------------------------------


def duplicates(campus, record: Record, outside: Outside) -> list[str]:
    """What happened more often than it was asked for."""
    return [
        *_orders_twice(campus, record), *_money_twice(outside), *_tickets_twice(campus), *_told_twice(outside),
        *_of(campus, lambda said: any(word in said for word in _TWICE)),
    ]  # fmt: skip


def _orders_twice(campus, record: Record) -> Iterator[str]:
    asked = set(record.orders) | record.unsure
    strange = Order.objects.filter(campus=campus).exclude(request_key__in=asked)
    yield from (f"order {order.no} has a key that nobody sent" for order in strange)
    for client, count in _repeated(Message.objects.filter(client__isnull=False), "client", "author"):
        yield f"chat line {client} is there {count} times"


def _repeated(rows, *names: str) -> list[tuple[object, int]]:
    found = rows.order_by().values(*names).annotate(n=Count("pk")).filter(n__gt=1)
    return [(tuple(row[name] for name in names), row["n"]) for row in found]


def _money_twice(outside: Outside) -> Iterator[str]:
    paid = Payment.objects.filter(status=Payment.Status.PAID, purpose=Payment.Purpose.ORDER)
    for (ref,), count in _repeated(paid, "ref"):
        back = Refund.objects.filter(payment__ref=ref).aggregate(fen=Sum("amount"))["fen"] or 0
        sums = paid.filter(ref=ref).aggregate(all=Sum("amount"), most=Max("amount"))
        if back < sums["all"] - sums["most"]:
            yield f"order {ref} was paid {count} times"
    fees = Transfer.objects.filter(reason=Reason.COURIER_FEE, reverses=None, reversed_by=None)
    yield from (f"the courier's fee of {ref} was paid {n} times" for (ref,), n in _repeated(fees, "ref"))
    back = Withdrawal.objects.exclude(status__in=(Withdrawal.Status.PAID, Withdrawal.Status.APPROVED))
    for one in back.filter(no__in=outside.transfers):
        yield f"withdrawal {one.no} is {one.status}, and Alipay has paid it"
    for no, trade in outside.paid():
        refunds = Refund.objects.filter(payment__no=no).exclude(status=Refund.Status.FAILED)
        booked = refunds.aggregate(fen=Sum("amount"))["fen"] or 0
        if sum(trade["refunds"].values()) > booked:
            yield f"payment {no}: the gateway gave more back than was asked"


def _tickets_twice(campus) -> Iterator[str]:
    open_ones = Ticket.objects.filter(campus=campus, status__in=UNRESOLVED)
    for (order, name), count in _repeated(open_ones, "order__no", "type"):
        yield f"order {order} has {count} open tickets of the type {name}"


def _told_twice(outside: Outside) -> Iterator[str]:
    for (person, _kind, key), count in _repeated(Notice.objects.exclude(key=None), "user", "kind", "key"):
        yield f"person {person} was told {key} {count} times"
    planned = Counter()
    for phone, title in Send.objects.filter(channel="sms").values_list(
        "notice__user__phone", "notice__title"
    ):
        planned[phone, title[:30]] += 1
    sent = Counter(
        (phone, params.get("what", "")[:30]) for phone, _template, params in outside.sms if "what" in params
    )
    for (phone, what), count in (sent - planned).items():
        yield f"{count} messages too many went to …{phone[-4:]}: {what}"


# -- Money and dead letters --------------------------------------------------------------------------------------


def ledger_violations(campus, outside: Outside) -> list[str]:
    """What does not add up, here or against the gateways."""
    found = check_ledger()
    found += _of(campus, lambda said: any(word in said for word in _MONEY))
    for no, trade in outside.paid():
        wrong = Payment.objects.filter(no=no).exclude(amount=trade["amount"])
        found += [f"payment {no} is over {one.amount} here and {trade['amount']} there" for one in wrong]
    for no, transfer in outside.transfers.items():
        wrong = Withdrawal.objects.filter(no=no).exclude(amount=transfer["amount"])
        found += [
            f"withdrawal {no} is over {one.amount} here and {transfer['amount']} there" for one in wrong
        ]
    return found


def dead_lettered() -> list[str]:
    """Handlers that have failed for good."""
    good = (HandlerRun.Status.DONE, HandlerRun.Status.RETRY)
    dead = HandlerRun.objects.exclude(status__in=good).select_related("event")
    return [f"{run.handler} on {run.event}: {run.error[:120]}" for run in dead]
