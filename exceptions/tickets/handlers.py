"""What exceptions do when something happens. What is said to people is in exceptions.tickets.notifications."""

import logging
from collections import Counter

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.permissions import supervisors
from core import outbox, realtime
from core.money import yuan
from core.outbox import on
from dispatch.models import CARRIED, Custody, Leg
from exceptions.detection.alarms import STALLED
from exceptions.models import UNRESOLVED, Ticket, TicketEvent
from exceptions.tickets import notifications as notices
from exceptions.tickets import services
from exceptions.tickets.lifecycle import ring
from exceptions.tickets.selectors import holding_pay, live_rules, owed, plainly_late
from exceptions.tickets.services.sweeping import settle_ended
from messaging.phone.services import end_bindings
from messaging.services import notify, notify_all, speaking_to
from orders.models import Order
from orders.services.closing import holds_completion
from payments.models import Finding, Refund

logger = logging.getLogger(__name__)

# Of the (up to a hundred) tickets that one event names, so many ring at a campus's consoles.
RINGS_PER_CAMPUS = 10

holds_completion(holding_pay)

STUCK = {"stuck_payment": "payment_stuck", "stuck_refund": "refund_stuck"}
LOOKING = {"stalled_unassigned", "scheduled_unstaffed", "courier_cancelled"}
FETCHING = {
    "stalled_pickup", "courier_offline", "courier_stationary", "courier_off_route", "courier_unreachable",
    "vehicle_breakdown", "late_risk",
}  # fmt: skip
AT_PICKUP = {
    "merchant_slow", "merchant_silent", "merchant_closed", "sold_out", "parcel_not_there", "pickup_code_wrong",
    "over_budget",
}  # fmt: skip
ON_THE_WAY = FETCHING | {
    "stalled_delivery", "stalled_relay", "no_entry", "customer_unreachable", "wrong_address", "address_change",
}  # fmt: skip


def _order(event: dict) -> Order:
    return Order.objects.get(pk=event["order"])


# -- Exceptions that events tell of --------------------------------------------------------------------------


@on("dispatch.leg_released")
def courier_gave_back(event: dict) -> None:
    """Past the free minute it is an exception: the courier is asked why, the customer is told."""
    if event.get("free"):
        return
    leg = Leg.objects.select_related("courier__user", "order").get(pk=event["leg"])
    if Ticket.objects.filter(type="courier_cancelled", leg=leg).exists():
        return  # told again
    services.report(
        order=leg.order,
        type="courier_cancelled",
        source=Ticket.Source.EVENT,
        leg=leg,
        courier=leg.courier,
        data={"reason": event.get("reason", "")},
    )


@on("dispatch.courier_barred")
def courier_cannot_go_on(event: dict) -> None:
    """Who was barred sees their jobs no more: customer service brings each of them to its end."""
    with translation.override(settings.LANGUAGE_CODE):  # the ticket's words are kept
        words = _("The courier's account was barred.")
    legs = Leg.objects.filter(pk__in=event["legs"], courier=event["courier"], status__in=CARRIED)
    for leg in legs.select_related("courier__user", "order").order_by("pk"):
        services.report(
            order=leg.order, type="courier_offline", source=Ticket.Source.EVENT, leg=leg, courier=leg.courier,
            words=words,
        )  # fmt: skip


@on("orders.over_budget_answered")
def over_budget_declined(event: dict) -> None:
    """The courier stands in the shop with a no: somebody has to help."""
    order = _order(event)
    if not event.get("agreed") and order.is_live:
        services.report(order=order, type="over_budget", source=Ticket.Source.EVENT)


@on("dispatch.goods_missing")
def lost_in_relay(event: dict) -> None:
    """What was scanned in is not on the shelf: the last one who had it is asked first. (A keeper who took it in answers
    to the campus team: then the ticket has no courier.)"""
    order = _order(event)
    links = Custody.objects.filter(order=order, act__in=_HELD)
    last = links.select_related("taker", "giver", "leg__courier", "station__place").latest("at", "pk")
    holder = last.taker or last.giver
    services.report(
        order=order,
        type="lost_in_relay",
        source=Ticket.Source.EVENT,
        leg=last.leg,
        courier=last.leg.courier if last.taker_id is None else None,
        data={"holder": holder.display_name, "slot": last.slot, "station": last.station.place.name},
    )


_HELD = [Custody.Act.SHELVED, Custody.Act.FOUND]


@on("dispatch.goods_found")
def found_again(event: dict) -> None:
    services.settle_moot(order=_order(event), types={"lost_in_relay"}, why="found_again")


@on("payments.refund_failed")
def refund_given_up(event: dict) -> None:
    refund = Refund.objects.get(pk=event["refund"])
    order = Order.objects.filter(no=event["ref"]).first()
    if order and refund.status != Refund.Status.DONE:
        services.report(order=order, type="refund_stuck", source=Ticket.Source.EVENT)


@on("payments.mismatch_found")
def books_differ(event: dict) -> None:
    """Finance sees every finding; the order that it concerns gets a ticket."""
    order = Order.objects.filter(no=event["ref"]).first() if event["ref"] else None
    finding = Finding.objects.get(pk=event["finding"])
    if order is None or finding.status != Finding.Status.OPEN:
        return
    with translation.override(settings.LANGUAGE_CODE):  # the ticket's words are kept
        words = f"{finding} ({yuan(finding.fen, sign=True)})"
    kind = STUCK.get(event["kind"], "ledger_mismatch")
    services.report(order=order, type=kind, source=Ticket.Source.EVENT, words=words)


# -- Exceptions that have become pointless -------------------------------------------------------------------


@on("orders.accepted")
def order_accepted(event: dict) -> None:
    services.settle_moot(order=_order(event), types=LOOKING, why="found_courier")


@on("orders.unassigned")
def order_unassigned(event: dict) -> None:
    services.settle_moot(order=_order(event), types=FETCHING, why="looking_again")


@on("orders.picked_up")
def order_picked_up(event: dict) -> None:
    moot = FETCHING | AT_PICKUP | LOOKING | {"stalled_relay", "lost_in_relay"}
    services.settle_moot(order=_order(event), types=moot, why="moved_on")


@on("orders.at_relay")
def order_at_relay(event: dict) -> None:
    services.settle_moot(order=_order(event), types=FETCHING | {"stalled_delivery"}, why="moved_on")


@on("orders.delivered")
def order_delivered(event: dict) -> None:
    """Lateness is not over with the delivery: what the customer gets for it is still to be decided."""
    order = _order(event)
    services.settle_moot(order=order, types=ON_THE_WAY | AT_PICKUP | LOOKING, why="delivered")
    overdue = Ticket.objects.filter(order=order, type="overdue", status__in=UNRESOLVED).first()
    if overdue is None:
        return
    overdue.order = order
    if owed(overdue) == 0:
        services.resolve(ticket=overdue, actor=None, resolution="nothing_owed")
    else:
        services.note_delivered(ticket=overdue)


@on("orders.cancelled")
def order_cancelled(event: dict) -> None:
    settle_ended(order=_order(event), why="cancelled")


@on("orders.returned")
def order_returned(event: dict) -> None:
    settle_ended(order=_order(event), why="returned")


# -- Telling -------------------------------------------------------------------------------------------------


def _opened(event: dict) -> list[Ticket]:
    """One event may name a hundred tickets."""
    return list(
        Ticket.objects.filter(pk__in=event["tickets"])
        .select_related("type", "order__customer", "order__campus", "courier__user")
        .order_by("pk")
    )


@on("exceptions.tickets_opened")
def tickets_ring(event: dict) -> None:
    """The consoles first: the tickets are committed, so the alert waits for no letter to a person, nor for its luck.

    A console fetches its whole queue at any ring: in a storm the gravest tickets ring for the others.
    """
    rung: Counter[int] = Counter()
    for ticket in sorted(_opened(event), key=lambda ticket: (ticket.severity, ticket.pk)):
        rung[ticket.campus_id] += 1
        loud = rung[ticket.campus_id] <= RINGS_PER_CAMPUS
        ring(ticket, new=True, console=loud, send=realtime.ring_at_once)


@on("exceptions.tickets_opened")
def tickets_opened(event: dict) -> None:
    """Tell each person."""
    tickets = _opened(event)
    rules = live_rules({ticket.campus_id for ticket in tickets}, {ticket.type_id for ticket in tickets})
    late = plainly_late([ticket.order_id for ticket in tickets if ticket.type_id in STALLED.types.values()])
    letters = []
    for ticket in tickets:
        if ticket.type_id not in STALLED.types.values() or ticket.order_id not in late:
            letters += notices.opened(ticket, rules.get((ticket.campus_id, ticket.type_id)))
    notify_all(letters)


@on("exceptions.tickets_rang")
def tickets_rang(event: dict) -> None:
    for ticket in Ticket.objects.filter(pk__in=event["tickets"]).select_related(
        "type", "order__customer", "courier__user"
    ):
        ring(ticket)


@on(
    "exceptions.step_taken", "exceptions.ticket_changed", "exceptions.ticket_resolved",
    "exceptions.ticket_reopened", "exceptions.step_undone",
)  # fmt: skip
def ticket_changed(event: dict) -> None:
    entry = TicketEvent.objects.select_related(
        "actor", "ticket__type", "ticket__order__customer", "ticket__courier__user"
    ).get(pk=event["entry"])
    notices.entry_written(entry)


@on("exceptions.ticket_resolved")
def nobody_to_call(event: dict) -> None:
    end_bindings(ticket_no=Ticket.objects.values_list("no", flat=True).get(pk=event["ticket"]))


@on("messaging.call_changed")
def call_changed(event: dict) -> None:
    """The attempt stands on the timeline of the order's open tickets."""
    for ticket in Ticket.objects.filter(order__no=event["order"], status__in=UNRESOLVED).select_related(
        "type", "order__customer", "courier__user"
    ):
        ring(ticket)


@outbox.on_parked
def handler_gave_up(event, handler: str, error: str) -> None:
    """Nothing is lost, and somebody has to look: every supervisor reads of it, once for each handler and event. The
    page where it is tried again is for superusers: it shows events of all campuses."""
    logger.critical("%s has given up on %s: %s", handler, event, error)
    page = reverse("admin:core_handlerrun_changelist") + "?status__exact=parked"
    for user in supervisors():
        with speaking_to(user):
            notify(
                user=user,
                kind="platform",
                level="warn",
                title=_("A background job has failed for good"),
                body=_("It is kept and can be tried again once the cause is mended: %(handler)s")
                % {"handler": handler},
                link=page if user.is_superuser else reverse("admin:index"),
                key=f"parked:{event.pk}:{handler}",
            )
