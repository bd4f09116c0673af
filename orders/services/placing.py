"""From the wizard's last page to a paid order that dispatch may look at."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import User
from catalog.selectors import partner_at
from core import clock, outbox
from core.errors import Invalid
from core.money import yuan
from orders import lifecycle
from orders.events import BidsWanted, OrderExpired, OrderPlaced, OrderReleased
from orders.kinds import KINDS
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, Photo, Status
from orders.pauses import pause_of_order
from orders.requests import ErrandRequest
from orders.services import late_payments, quoting, reviewing
from payments.models import Payment

PAY_WITHIN = timedelta(minutes=15)
# Couriers may name their price for so long.
BIDDING = timedelta(minutes=30)
BOOK_AHEAD = timedelta(days=3)
# A scheduled order is shown to couriers this long before it has to start.
RELEASE_SLACK = timedelta(minutes=10)


def place_order(
    *,
    actor: User,
    request: ErrandRequest,
    gateway: str,
    quote_token: str = "",
    expected_fen: int | None = None,
    key: str | None = None,
    role: str = "customer",
) -> Order:
    """Make an order and start its payment; a wallet pays at once. One that asks for bids waits for `accept_bid` first.

    `quote_token` is the signed quote that the customer saw; without a valid one the price is worked out anew and must be
    `expected_fen`, if that is given. Idempotent by `key`. Raises Invalid, with the reason, for anything that cannot be
    ordered.
    """
    if key and (existing := Order.objects.filter(request_key=key, customer=actor).first()):
        return existing
    now, kind = clock.now(), KINDS[request.kind]
    check_window(request.window_start, request.window_end, now)
    doubt = reviewing.check_words(request.campus, request.words)
    quote = quoting.load_signed_quote(quote_token, request, now=now) if quote_token else None
    if quote is None:
        quote = quoting.quote(request, now=now)
        if expected_fen is not None and expected_fen != quote.total_fen:
            raise Invalid(
                _("The price has changed to %(price)s. Please look at it again and confirm.")
                % {"price": yuan(quote.total_fen)},
                code="price_changed",
            )
    with transaction.atomic():
        order = Order(
            campus=request.campus,
            customer=actor,
            kind=request.kind,
            request_key=key,
            pickup=request.pickup,
            pickup_detail=request.pickup_detail,
            dropoff=request.dropoff,
            dropoff_detail=request.dropoff_detail,
            contact_name=request.contact_name or actor.name,
            contact_phone=request.contact_phone or actor.phone or "",
            merchant=partner_at(request.pickup) if kind.is_bought else None,
            summary=kind.summary(request),
            details=request.details,
            pickup_codes=request.pickup_codes,
            note=request.note,
            goods_value_fen=request.goods_value_fen,
            budget_fen=quote.goods_fen,
            gender_wanted=request.gender_wanted,
            price_rule=quote.rule,
            lines=[line.as_json() for line in quote.lines],
            fee_fen=quote.fee_fen,
            courier_fen=quote.courier_fen,
            tip_fen=quote.tip_fen,
            total_fen=quote.total_fen,
            window_start=request.window_start,
            window_end=request.window_end,
            # Whoever accepts at the very last keeps the promise still.
            promised_at=quote.promised_at + timedelta(minutes=request.give_up_minutes or 0),
            give_up_minutes=request.give_up_minutes,
            created_at=now,
            pay_by=now + PAY_WITHIN,
        )
        if request.asks_bids:
            order.bids_until = now + BIDDING
            order.pay_by = order.bids_until + PAY_WITHIN
        try:
            with transaction.atomic():
                order.save(force_insert=True)
        except IntegrityError:  # the same press from elsewhere was faster
            existing = Order.objects.filter(request_key=key).first() if key else None
            if existing is None:
                raise
            if existing.customer_id != actor.pk:
                raise Invalid(
                    _("This request was already used for something else."), code="key_reused"
                ) from None
            return existing
        for image in request.photos:
            Photo.objects.create(order=order, by=actor, purpose=Photo.Purpose.ORDER, image=image)
        lifecycle.add_history(order, "create", target=order.status, actor=actor, role=role)
        if doubt:
            reviewing.ask_review(order, doubt)
        if request.asks_bids:  # there is nothing to pay before a price is chosen
            if reviewing.begin_review(order, now):
                order.save(update_fields=["review_due_at"])
            else:
                outbox.emit(BidsWanted(order=order.pk))
            return order
        payment = money.start_payment(
            key=f"order:{order.no}:{gateway}",
            ref=order.no,
            purpose="order",
            user=actor,
            campus=request.campus,
            amount=order.total_fen,
            gateway=gateway,
            expires_at=order.pay_by,
            actor=actor,
        )
        if payment.status == Payment.Status.PAID:
            mark_paid(order_no=order.no, payment=payment)
            order.refresh_from_db()
    return order


def check_window(start: datetime | None, end: datetime | None, now: datetime) -> None:
    """A window lies in the future, is half an hour long and at most three days ahead."""
    if start is None and end is None:
        return
    if start is None or end is None or end - start != timedelta(minutes=30):
        raise Invalid(_("Choose one of the half-hour windows."))
    if start < now:
        raise Invalid(_("This window has already begun. Please choose a later one."))
    if start > now + BOOK_AHEAD:
        raise Invalid(_("You can book up to three days ahead."))


def mark_paid(*, order_no: str, payment: Payment) -> None:
    """The order's payment has arrived. Money that comes after the order has died goes back at once."""
    order = Order.objects.only("pk").get(no=order_no)
    with lock_order(order.pk) as order:
        if order.status != Status.PENDING_PAYMENT:
            # Expired or cancelled while the customer was at the cashier, or paid by two ways at once.
            if order.placed_at is None or payment != _first_payment(order.no):
                late_payments.send_back(payment)
            return
        if payment.amount != order.total_fen:  # the price changed while the customer was at the cashier
            late_payments.send_back(payment)
            return
        source = order.status
        order.pay()
        if order.window_start is None and order.placed_at:
            order.promised_at += order.placed_at - order.created_at
        order.begin_promise()
        order.promise_due_at = order.promised_at
        order.release_at = _release_at(order)
        if order.release_at is None and pause_of_order(order):
            order.release_at = clock.now()  # ordered before it was paused: shown to couriers once it goes on
        held = reviewing.begin_review(order, clock.now())
        if order.release_at is None and not held:
            order.begin_search()
        save_transition(
            order,
            "pay",
            source=source,
            event=OrderPlaced,
            actor=order.customer,
            role="customer",
            data={"held": held},
        )
        if order.release_at is None and not held:
            outbox.emit(OrderReleased(order=order.pk))


def _first_payment(order_no: str) -> Payment | None:
    """The one that the order was paid with: what was sent back before it paid nothing."""
    paid = Payment.objects.filter(ref=order_no, purpose="order", status=Payment.Status.PAID)
    paid = paid.exclude(no__in=late_payments.sent_back(order_no))
    return paid.order_by("paid_at", "pk").first()


def _release_at(order: Order) -> datetime | None:
    if order.window_start is None:
        return None
    work = timedelta(minutes=order.price_rule.promise_minutes + order.details.get("minutes", 0))
    release = order.window_start - work - RELEASE_SLACK
    return release if release > clock.now() else None


def release_scheduled(now: datetime | None = None) -> int:
    """Show dispatch the scheduled orders whose time has come, but not while ordering is paused where they belong."""
    now = now or clock.now()
    due = Order.objects.filter(release_at__lte=now, review_due_at=None).values_list("pk", flat=True)[:500]
    count = 0
    for pk in list(due):
        with lock_order(pk) as order:
            if order.release_at is None or order.release_at > now or order.status != Status.PLACED:
                continue
            if order.review_due_at or pause_of_order(order):
                continue
            order.release_at = None
            order.begin_search()
            order.stage_due_at = lifecycle.stage_due(order, now)
            save_transition(order, "release", event=OrderReleased)
            count += 1
    return count


def expire_unpaid(now: datetime | None = None) -> int:
    """Close the orders that nobody paid for in time."""
    now = now or clock.now()
    due = Order.objects.filter(status=Status.PENDING_PAYMENT, pay_by__lte=now).values_list("pk", flat=True)[
        :500
    ]
    count = 0
    for pk in list(due):
        with lock_order(pk) as order:
            if order.status != Status.PENDING_PAYMENT or order.pay_by is None or order.pay_by > now:
                continue
            source = order.status
            order.expire()
            money.close_payments(ref=order.no)
            save_transition(order, "expire", source=source, event=OrderExpired)
            count += 1
    return count
