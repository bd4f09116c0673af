"""What is said about a job: to the customer about the courier, to the courier about the job."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from couriers.models import Courier
from delivery.events import (
    LegAssigned,
    LegAtDropoff,
    LegAtPickup,
    LegEvent,
    LegFailed,
    LegHeld,
    LegPickedUp,
    LegReleased,
    LegWithdrawn,
)
from delivery.models import CARRIED, Leg, LegStatus
from delivery.services.opening import due_of
from notifications.decorators import GOOD, INFO, WARN, NotificationText, notification
from notifications.kinds import Topic
from orders import availability
from orders.events import (
    AddressChanged,
    OrderAtRelay,
    OrderCancelled,
    OrderCompleted,
    OrderDelivered,
    OrderEvent,
    OrderReturning,
    OrderUrged,
    OverBudgetAnswered,
    PromiseExtended,
    TipAdded,
)
from orders.kinds import KINDS, OrderKind
from orders.models import Order, Status
from orders.names import courier_name

NEEDED, PROGRESS, JOBS, MONEY = Topic.NEEDED, Topic.PROGRESS, Topic.JOBS, Topic.MONEY


def _leg(event: LegEvent | LegHeld) -> Leg:
    legs = Leg.objects.select_related(
        "order__customer", "order__dropoff", "courier__user", "pickup", "dropoff"
    )
    return legs.get(pk=event.leg)


def _order(event: OrderEvent) -> Order:
    return Order.objects.select_related("customer", "dropoff").get(pk=event.order)


def _last_leg(event: OrderEvent, *statuses: str) -> Leg | None:
    """The order's latest leg in one of these states that a courier has (or had). Of a relay's two, the second was written
    first."""
    legs = Leg.objects.filter(order=event.order, status__in=statuses, courier__isnull=False)
    return (
        legs.select_related("order__dropoff", "courier__user", "dropoff").order_by("-sequence", "-pk").first()
    )


def _second_leg(event: OrderEvent) -> Leg | None:
    """The leg from the relay station's shelf to the door."""
    legs = Leg.objects.filter(order=event.order, sequence=2)
    return legs.select_related("order__customer", "relay__place").first()


def _to_door(event: OrderEvent) -> Leg | None:
    """The leg whose courier comes to the customer: what they add or change is no business of the one before."""
    leg = _last_leg(event, *CARRIED, *([LegStatus.DONE] if isinstance(event, TipAdded) else []))
    return None if leg is None or leg.to_shelf else leg


def _missed(event: LegHeld) -> Leg | None:
    """The leg whose goods are not on the shelf, when a courier (`courier_under_way`) was on the way there."""
    if event.courier_under_way is None:
        return None
    leg = _leg(event)
    leg.courier_under_way = Courier.objects.select_related("user").get(pk=event.courier_under_way)
    return leg


# -- To the customer ---------------------------------------------------------------------------------------

to_customer = notification(
    find=_leg,
    to=lambda leg: leg.order.customer,
    link=lambda leg: reverse("orders:detail", args=[leg.order.no]),
    about=lambda leg: leg.order.no,
)
to_customer_from_shelf = notification(
    find=_second_leg,
    to=lambda leg: leg.order.customer,
    link=lambda leg: reverse("orders:detail", args=[leg.order.no]),
    about=lambda leg: leg.order.no,
)
to_customer_of_order = notification(
    find=_order,
    to=lambda order: order.customer,
    link=lambda order: reverse("orders:detail", args=[order.no]),
    about=lambda order: order.no,
)


@to_customer(LegAssigned, PROGRESS)
def courier_accepted(leg, event):
    if leg.status not in CARRIED:  # given back before anybody was told
        return None
    text = _("%(courier)s is on the way to %(place)s. We expect it with you by %(time)s.") % {
        "courier": courier_name(leg.courier.user),
        "place": (leg.pickup or leg.dropoff).label,
        "time": clock.hour_minute(leg.order.promised_at),
    }
    return NotificationText(_("A courier has accepted"), text)


@to_customer(LegAtPickup, PROGRESS)
def courier_at_pickup(leg, event):
    what = OrderKind.at_pickup_notice if leg.from_shelf else KINDS[leg.order.kind].at_pickup_notice
    return NotificationText(
        _("The courier has arrived at %(place)s") % {"place": (leg.pickup or leg.dropoff).label}, str(what)
    )


@to_customer(LegPickedUp, PROGRESS)
def courier_picked_up(leg, event):
    if leg.to_shelf:
        text = _(
            "%(courier)s brings your order to %(station)s. From there somebody who may enter takes it to your door."
        )
    else:
        text = _(
            "%(courier)s has your order. It should be with you by %(time)s; you can follow it on the map."
        )
    text %= {
        "courier": courier_name(leg.courier.user),
        "station": leg.dropoff.label,
        "time": clock.hour_minute(leg.order.promised_at),
    }
    title = _("On the way to %(station)s") if leg.to_shelf else _("On the way to you")
    return NotificationText(title % {"station": leg.dropoff.label}, text)


@to_customer_from_shelf(OrderAtRelay, PROGRESS)
def at_relay(leg, event):
    if leg.order.status != Status.AT_RELAY:  # fetched before anybody was told
        return None
    words = {"station": leg.relay.place.label, "time": clock.hour_minute(leg.order.promised_at)}
    found = availability.of_order(leg.order) if leg.courier_id is None else None
    if found and found.is_nobody:
        text = _(
            "Your order is at %(station)s, and nobody may take it to your door just now. You may fetch it yourself."
        )
        return NotificationText(_("At the relay station"), text % words, WARN)
    text = _("Your order is at %(station)s. The next courier takes it to your door by %(time)s.")
    return NotificationText(_("At the relay station"), text % words)


@to_customer(LegAtDropoff, NEEDED, severity=2)
def courier_at_door(leg, event):
    if leg.to_shelf:
        return None
    text = _("Please come to %(place)s and show your receiving code.") % {"place": leg.dropoff.label}
    return NotificationText(_("The courier is at your door"), text, GOOD)


@to_customer(LegReleased, PROGRESS)
def courier_gave_back(leg, event):
    """Nobody is looked for while an operator looks at the order: that is said by orders."""
    if leg.order.review_due_at:
        return None
    text = _(
        "The courier could not go on. Your order is now at the top of the list; you need not do anything."
    )
    return NotificationText(_("We are finding you another courier"), text)


@to_customer(LegWithdrawn, PROGRESS)
def courier_changed(leg, event):
    text = _("To get it to you sooner we have taken your order to another courier.")
    return NotificationText(_("We are finding you another courier"), text)


@to_customer_of_order(OrderDelivered, PROGRESS, severity=2)
def delivered(order, event):
    if event.how == "self":  # who has just fetched it knows
        return None
    if event.how == "far":
        text = _(
            "Your courier says so, but their phone was somewhere else. Is it there? Confirm it, or tell us that it is not."
        )
        return NotificationText(_("It was left at the door, says the courier"), text, WARN)
    if event.how == "photo":
        text = _("It was left at the door; the photo is on the order's page. Anything wrong? Tell us there.")
    else:
        text = _("Enjoy! Please confirm the receipt. If anything is wrong, tell us on the order's page.")
    return NotificationText(_("Your order is here"), text, GOOD)


# -- To the courier ----------------------------------------------------------------------------------------


def _about_job(find):
    """A courier hears of a job."""
    return notification(
        find=find,
        to=lambda leg: leg.courier.user,
        link=lambda leg: reverse("delivery:job", args=[leg.no]),
        about=lambda leg: leg.order.no,
    )


to_courier = _about_job(_leg)
to_carrier = _about_job(lambda event: _last_leg(event, *CARRIED))
to_who_comes = _about_job(_to_door)
to_last_carrier = _about_job(lambda event: _last_leg(event, *CARRIED, LegStatus.CANCELLED))
to_courier_under_way = notification(
    find=_missed,
    to=lambda leg: leg.courier_under_way.user,
    link=lambda leg: reverse("delivery:active"),
    about=lambda leg: leg.order.no,
)
to_who_brought_it = _about_job(lambda event: _last_leg(event, LegStatus.DONE))


def _job(leg) -> dict[str, str]:
    return {"what": leg.order.summary, "place": leg.dropoff.label}


def _by(leg) -> dict[str, str]:
    """The courier's own time: at a shelf earlier than the customer's. Asked of the rule and not of the leg, which hears of
    what its order has just promised beside us."""
    return {"time": clock.hour_minute(due_of(leg))}


@to_courier(LegAssigned, JOBS, severity=2)
def job_given(leg, event):
    """Said only of a job that an operator has given: who grabs one knows, and who won one by a bid is told so."""
    given = leg.order.history.filter(machine="leg", action="assign", data__leg=leg.no).last()
    if (
        leg.status not in CARRIED
        or given is None
        or given.actor_id in (None, leg.courier.user_id, leg.order.customer_id)
    ):
        return None
    text = _("%(what)s to %(place)s, by %(time)s. Cannot do it? Give it back at once, and nobody waits.")
    return NotificationText(_("We have given you a job"), text % (_job(leg) | _by(leg)), WARN)


@to_courier(LegWithdrawn, JOBS, severity=2)
def job_withdrawn(leg, event):
    text = _("%(what)s to %(place)s is no longer yours. You need not go there.")
    return NotificationText(_("A job has been given to someone else"), text % _job(leg), WARN)


@to_courier_under_way(LegHeld, JOBS, severity=2)
def job_missing(leg, event):
    text = _("%(what)s to %(place)s is not on the shelf. You need not go there.") % _job(leg)
    return NotificationText(_("A job is not there any more"), text, WARN, time=event.version)


@to_courier(LegFailed, JOBS, severity=2)
def job_failed(leg, event):
    text = _("%(what)s to %(place)s has ended: the goods are gone. You need not go there.") % _job(leg)
    if event.paid:
        text += " " + _("You are paid all the same.")
    return NotificationText(_("A job has ended without a delivery"), text, WARN)


@to_last_carrier(OrderCancelled, JOBS, severity=2)
def job_cancelled(leg, event):
    text = _("%(what)s to %(place)s was cancelled. Please do not go there.") % _job(leg)
    if fee := event.fee_fen:
        text += " " + _("%(fee)s for your way is in your earnings.") % {"fee": yuan(fee)}
    return NotificationText(_("An order was cancelled"), text, WARN)


@to_who_comes(TipAdded, JOBS)
def tip_added(leg, event):
    text = _("It is %(tip)s now, all of it yours.") % {"tip": yuan(leg.order.tip_fen)}
    if leg.order.delivered_at:
        text = _("%(tip)s as a thank-you for %(what)s: all of it yours.")
        text %= {"tip": yuan(event.fen), "what": leg.order.summary}
    return NotificationText(_("The customer has added a tip"), text, GOOD, time=leg.order.tip_fen)


@to_carrier(OrderUrged, JOBS, severity=2)
def urged(leg, event):
    text = _("Due by %(time)s. If something holds you up, report it: then nobody is left guessing.")
    at = leg.order.urged_at
    text %= _by(leg)
    return NotificationText(
        _("The customer asks how it is going"), text, WARN, time=f"{at:%H%M%S}" if at else ""
    )


@to_who_comes(AddressChanged, JOBS, severity=2)
def address_changed(leg, event):
    text = _("Please bring it to %(place)s.") % {"place": leg.order.dropoff.label}
    return NotificationText(_("The address has changed"), text, WARN, time=leg.order.version)


@to_carrier(PromiseExtended, JOBS)
def promise_extended(leg, event):
    """Who was sent for it when the new time was promised has never had another one."""
    extended = leg.order.history.filter(action="extend").last()
    if leg.rescues_id and extended and extended.at <= leg.assigned_at:
        return None
    text = _("%(minutes)s minutes more: now by %(time)s. The customer knows.")
    text %= {"minutes": event.minutes} | _by(leg)
    return NotificationText(_("You have more time"), text, GOOD, time=f"{due_of(leg):%m%d%H%M}")


@to_carrier(OverBudgetAnswered, JOBS, severity=2)
def over_budget_answered(leg, event):
    cost = yuan(event.cost_fen)
    if event.agreed:
        return NotificationText(
            _("The customer agrees"), _("Buy it for %(cost)s.") % {"cost": cost}, GOOD, time=cost
        )
    text = _("Please buy it within the budget, or give the job back.")
    return NotificationText(_("The customer does not agree"), text, WARN, time=cost)


@to_carrier(OrderReturning, JOBS, severity=2)
def job_goes_back(leg, event):
    text = _("%(what)s could not be handed over. Please take it back to where you fetched it.") % _job(leg)
    return NotificationText(_("Please take it back"), text, WARN)


@to_who_brought_it(OrderCompleted, MONEY, waits=True)
def job_completed(leg, event):
    text = _("%(what)s to %(place)s: the customer has it, nothing more is to be done.") % _job(leg)
    return NotificationText(_("A job is completed"), text, INFO)
