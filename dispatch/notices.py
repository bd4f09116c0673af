"""What the two sides of an errand without a price are told."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import yuan
from dispatch.events import BidFailed, BidPlaced, BidWon, ChosenBidWithdrawn
from dispatch.models import Bid
from notifications.decorators import GOOD, WARN, NotificationText, notification
from notifications.kinds import Topic
from orders.models import Order
from orders.names import courier_name


def _bid(event: BidPlaced | BidWon | ChosenBidWithdrawn) -> Bid:
    return Bid.objects.select_related("order__customer", "courier__user").get(pk=event.bid)


def _order(event: BidFailed) -> Order:
    return Order.objects.select_related("customer").get(pk=event.order)


to_customer = notification(
    find=_bid,
    to=lambda bid: bid.order.customer,
    link=lambda bid: reverse("orders:detail", args=[bid.order.no]),
    about=lambda bid: bid.order.no,
    name=lambda bid: bid.pk,
)
to_customer_of_order = notification(
    find=_order,
    to=lambda order: order.customer,
    link=lambda order: reverse("orders:detail", args=[order.no]),
    about=lambda order: order.no,
)
to_bidder = notification(
    find=_bid,
    to=lambda bid: bid.courier.user,
    link=lambda bid: reverse("delivery:active"),
    about=lambda bid: bid.order.no,
    name=lambda bid: bid.pk,
)


@to_customer(BidPlaced, Topic.NEEDED)
def bid_placed(bid, event):
    title = _("%(name)s would do it for %(price)s")
    title %= {"name": courier_name(bid.courier.user), "price": yuan(bid.fee_fen)}
    text = _("Done in %(n)s min: %(what)s") % {"n": bid.minutes, "what": bid.order.summary}
    return NotificationText(title, text, time=f"{bid.fee_fen}:{bid.minutes}")


@to_bidder(BidWon, Topic.JOBS, severity=2)
def bid_won(bid, event):
    text = _("%(what)s for %(price)s: it is yours now.")
    return NotificationText(
        _("Your price was chosen"), text % {"what": bid.order.summary, "price": yuan(bid.fee_fen)}, GOOD
    )


@to_customer(ChosenBidWithdrawn, Topic.NEEDED, severity=2)
def chosen_bid_withdrawn(bid, event):
    """Perhaps they stand at the cashier just now."""
    text = _(
        "Choose another price for %(what)s, or wait for a new one. If you have just paid, it comes back to you."
    )
    text %= {"what": bid.order.summary}
    return NotificationText(_("Your courier cannot come any more"), text, WARN, time=event.version)


@to_customer_of_order(BidFailed, Topic.PROGRESS, severity=2)
def bid_failed(order, event):
    """They went off duty, or have their hands full: the others may take it for the same price."""
    text = _("Your errand is open to all couriers now, for the price that you have paid.")
    return NotificationText(_("Your courier cannot come any more"), text, WARN)
