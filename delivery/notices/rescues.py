"""What is said when another courier fetches the goods of one who cannot go on: to the customer first, then to the two."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from core import clock
from core.money import yuan
from delivery.events import RescueBegun, RescueCollected, RescueEnded
from delivery.models import Leg, Rescue
from notifications import kinds
from notifications.decorators import GOOD, WARN, NotificationText, notification
from notifications.kinds import Topic
from notifications.services import notify
from orders.names import courier_name

PROGRESS, JOBS = Topic.PROGRESS, Topic.JOBS
FIRST = "rescue_told"
kinds.add(FIRST, PROGRESS, severity=2)


def tell_customer(rescue: Rescue) -> None:
    """Say what has happened and who comes now, by when. Called where it is decided, and not by an event: the customer's
    notice is there before anybody else hears of it."""
    order = rescue.leg.order
    with in_language_of(order.customer):
        facts = {
            "first": courier_name(rescue.giver.courier.user),
            "second": courier_name(rescue.leg.courier.user),
            "reason": rescue.reason,
            "time": clock.day_time(order.promised_at),
            "promised": clock.day_time(order.first_promised_at),
        }
        text = _("%(first)s cannot go on: %(reason)s. %(second)s fetches it from them and brings it on.")
        if not rescue.giver.goes_back:
            text += " " + (
                _("It is with you by %(time)s; it was promised by %(promised)s. We are sorry.")
                if order.has_new_promise
                else _("It is with you by %(time)s, as promised.")
            )
        notify(
            user=order.customer, kind=FIRST, title=_("Another courier takes your order on"), body=text % facts,
            link=reverse("orders:detail", args=[order.no]), level=WARN, about=order.no, key=f"{FIRST}:{rescue.pk}",
        )  # fmt: skip


def _rescue(event: RescueBegun | RescueCollected | RescueEnded) -> Rescue:
    found = Rescue.objects.select_related(
        "leg__order__customer", "leg__courier__user", "leg__pickup", "leg__dropoff", "giver__courier__user", "giver__order",
    )  # fmt: skip
    return found.get(pk=event.rescue)


def _told(to, link):
    """A decorator for what is said to `to(rescue)`, who is led to `link(rescue)`."""
    return notification(
        find=_rescue,
        to=to,
        link=link,
        name=lambda rescue: rescue.pk,
        about=lambda rescue: rescue.leg.order.no,
    )


def _job(leg: Leg) -> str:
    return reverse("delivery:job", args=[leg.no])


to_second = _told(lambda rescue: rescue.leg.courier.user, lambda rescue: _job(rescue.leg))
to_first = _told(lambda rescue: rescue.giver.courier.user, lambda rescue: _job(rescue.giver))
to_customer = _told(
    lambda rescue: rescue.leg.order.customer,
    lambda rescue: reverse("orders:detail", args=[rescue.leg.order.no]),
)


def _facts(rescue: Rescue) -> dict[str, str]:
    return {
        "what": rescue.leg.order.summary,
        "place": rescue.leg.pickup.label,
        "door": rescue.leg.dropoff.label,
        "first": rescue.giver.courier.user.display_name,
        "second": rescue.leg.courier.user.display_name,
        "customers_second": courier_name(rescue.leg.courier.user),
        "time": clock.hour_minute(rescue.leg.due_at),
    }


@to_second(RescueBegun, JOBS, severity=2)
def rescue_given(rescue: Rescue, event: RescueBegun) -> NotificationText | None:
    if not rescue.is_under_way:
        return None
    if rescue.way == Rescue.Way.MEET:
        text = _(
            "Meet %(first)s near %(place)s: %(what)s, to %(door)s by %(time)s. The page says where exactly."
        )
    else:
        text = _("%(what)s lies near %(place)s, to %(door)s by %(time)s. The page says where exactly.")
    return NotificationText(_("Please fetch a job from another courier"), text % _facts(rescue), WARN)


@to_first(RescueBegun, JOBS, severity=2)
def rescue_comes(rescue: Rescue, event: RescueBegun) -> NotificationText | None:
    if not rescue.is_under_way:
        return None
    if rescue.way == Rescue.Way.MEET:
        text = _(
            "%(second)s comes to fetch %(what)s from you near %(place)s. Show them the code on its page."
        )
    else:
        text = _(
            "%(second)s fetches %(what)s near %(place)s. Leave it there, and tell us if it is elsewhere."
        )
    return NotificationText(_("Another courier takes a job on for you"), text % _facts(rescue), WARN)


@to_customer(RescueCollected, PROGRESS)
def rescue_collected(rescue: Rescue, event: RescueCollected) -> NotificationText | None:
    if rescue.leg.goes_back:
        return None
    text = _("%(customers_second)s has your order; you can follow it on the map.") % _facts(rescue)
    return NotificationText(_("On the way to you again"), text)


@to_first(RescueCollected, JOBS)
def rescue_done(rescue: Rescue, event: RescueCollected) -> NotificationText:
    text = _("%(second)s has %(what)s now. For your part of the way you get %(pay)s.")
    return NotificationText(
        _("Your job was taken on"), text % (_facts(rescue) | {"pay": yuan(rescue.giver_fen)}), GOOD
    )


@to_second(RescueEnded, JOBS, severity=2)
def rescue_called_off(rescue: Rescue, event: RescueEnded) -> NotificationText | None:
    """Who has said so knows."""
    if event.outcome == Rescue.Outcome.DECLINED:
        return None
    if event.outcome == Rescue.Outcome.NOT_THERE:
        if not event.fee_fen:
            return None
        title, text = _("Thank you for going there"), ""
    else:
        title = _("You need not fetch it any more")
        text = _("%(what)s goes on with %(first)s.") % _facts(rescue)
    if event.fee_fen:
        text = (
            f"{text} {_('%(fee)s for your way is in your earnings.') % {'fee': yuan(event.fee_fen)}}".strip()
        )
    return NotificationText(title, text, WARN)


@to_first(RescueEnded, JOBS, severity=2)
def rescue_does_not_come(rescue: Rescue, event: RescueEnded) -> NotificationText | None:
    if not rescue.giver.is_carried:
        return None
    text = _(
        "Nobody fetches %(what)s from you: please bring it to %(door)s, or tell us where it is."
    ) % _facts(rescue)
    return NotificationText(_("The job is yours again"), text, WARN)


@to_customer(RescueEnded, PROGRESS)
def rescue_failed(rescue: Rescue, event: RescueEnded) -> NotificationText:
    if event.outcome == Rescue.Outcome.NOT_THERE:
        text = _(
            "%(customers_second)s did not find it there. Customer service looks for it, and tells you what it finds."
        )
        return NotificationText(_("Your order was not where we looked"), text % _facts(rescue), WARN)
    if event.outcome == Rescue.Outcome.DECLINED:
        text = _("The second courier cannot come. Customer service sends another one, and tells you.")
        return NotificationText(_("We look for another courier again"), text, WARN)
    return NotificationText(
        _("Your first courier goes on"), _("Your order comes with the courier who had it first.")
    )
