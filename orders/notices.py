"""What orders say to their customers. What the courier does is told by dispatch, exceptions by exceptions."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.models import StaffRole, User
from core import clock
from core.events import subscribe
from core.money import yuan
from notifications import kinds
from notifications.decorators import WARN, NotificationText, notification
from notifications.kinds import Topic
from notifications.services import notify
from orders.events import (
    GoodsBought,
    OrderCancelled,
    OrderCompleted,
    OrderEvent,
    OrderExpired,
    OrderHeld,
    OrderPlaced,
    OrderReleased,
    OrderReturned,
    OrderReturning,
    OverBudgetAsked,
    ReviewApproved,
)
from orders.models import Order, Review

kinds.add("review_asked", Topic.NEEDED, severity=2)
# Who decides whether an order may be carried.
DECIDING = (StaffRole.Role.SUPPORT, StaffRole.Role.DISPATCHER, StaffRole.Role.SUPERVISOR)
NEEDED, PROGRESS = Topic.NEEDED, Topic.PROGRESS


def _order(event: OrderEvent) -> Order:
    return Order.objects.select_related("customer").get(pk=event.order)


def _window(order: Order) -> str:
    start, end = timezone.localtime(order.window_start), timezone.localtime(order.window_end)
    return f"{start:%m-%d %H:%M}–{end:%H:%M}"


def _refusal(review: Review) -> str:
    """Why an order was refused, in a sentence."""
    if review.decided_by_id is None:
        return _("Nobody could look at it in time. We are sorry.")
    if review.rule:
        return _("An operator has decided: it falls under “%(rule)s”.") % {"rule": review.rule.name}
    return _("An operator has decided: it is prohibited.")


to_customer = notification(
    find=_order,
    to=lambda order: order.customer,
    link=lambda order: reverse("orders:detail", args=[order.no]),
    about=lambda order: order.no,
)


@to_customer(OrderPlaced, PROGRESS)
def order_placed(order, event):
    """Not of one that is held: `order_held` says more."""
    if order.review_due_at:
        return None
    if order.is_scheduled:
        text = _("Booked for %(day)s. We look for a courier in good time.") % {"day": _window(order)}
    else:
        text = _("We are finding you a courier. It should be with you by %(time)s.") % {
            "time": clock.hour_minute(order.promised_at)
        }
        if order.give_up_minutes:
            text = _(
                "Nobody may carry it just now. If nobody has accepted after %(n)s min, everything comes back."
            )
            text %= {"n": order.give_up_minutes}
    return NotificationText(_("Paid: %(what)s") % {"what": order.summary}, text)


@to_customer(OrderReleased, PROGRESS)
def order_released(order, event):
    """Said only of a booked one: whoever orders for now has just read it."""
    if not order.is_scheduled:
        return None
    text = _("For %(day)s. You hear from us as soon as somebody has accepted.") % {"day": _window(order)}
    return NotificationText(_("We now look for your courier: %(what)s") % {"what": order.summary}, text)


@to_customer(OrderHeld, NEEDED, severity=2)
def order_held(order, event):
    review = order.reviews.select_related("rule").get(pk=event.review)
    if review.rule:
        text = _("“%(word)s” might fall under “%(rule)s”.") % {"word": review.word, "rule": review.rule.name}
    else:
        text = _("Your courier thinks that it may not be carried, and has given it back.")
    text += " " + _(
        "You hear by %(time)s. If nobody has decided by then, it is cancelled and all you paid comes back."
    ) % {"time": clock.hour_minute(review.due_at)}
    return NotificationText(_("An operator looks at your order first"), text, WARN, time=review.pk)


@subscribe(OrderHeld)
def tell_operators(event: OrderHeld) -> None:
    """Notify the campus's operators that an order waits for their word."""
    review = Review.objects.select_related("order").get(pk=event.review)
    operators = User.objects.filter(
        is_active=True,
        is_staff=True,
        staff_roles__campus=review.order.campus_id,
        staff_roles__role__in=DECIDING,
    ).distinct()
    for user in operators:
        with in_language_of(user):
            notify(
                user=user, kind="review_asked", level=WARN, link=reverse("admin:orders_review_change", args=[review.pk]),
                about=review.order.no,
                title=_("An order waits for your word"),
                body=_("%(what)s: may it be carried? By %(time)s, or it is cancelled.")
                % {"what": review.order.summary, "time": clock.hour_minute(review.due_at)},
                key=f"review-asked:{review.pk}:{user.pk}",
            )  # fmt: skip


@to_customer(ReviewApproved, PROGRESS)
def review_approved(order, event):
    text = _("We are finding you a courier. It should be with you by %(time)s.")
    text %= {"time": clock.hour_minute(order.promised_at)}
    return NotificationText(
        _("It may be carried: %(what)s") % {"what": order.summary}, text, time=order.version
    )


@to_customer(OrderCancelled, PROGRESS)
def order_cancelled(order, event):
    fee, back, parts = event.fee_fen, event.refund_fen, []
    if refused := order.reviews.filter(status=Review.Status.REFUSED).select_related("rule").first():
        parts.append(_refusal(refused))
        if back:
            parts.append(_("%(back)s goes back the way you paid.") % {"back": yuan(back)})
        return NotificationText(
            _("It may not be carried: %(what)s") % {"what": order.summary}, " ".join(parts), WARN
        )
    if event.by == "system":
        text = _("Nobody accepted it in the time that you set. %(back)s goes back the way you paid.")
        return NotificationText(
            _("No courier came: %(what)s") % {"what": order.summary}, text % {"back": yuan(back)}, WARN
        )
    if order.is_written_off:
        parts.append(_("It was lost on the way. We are sorry."))
    elif event.by == "operator":
        parts.append(_("We had to cancel it. We are sorry."))
    if back:
        parts.append(_("%(back)s goes back the way you paid.") % {"back": yuan(back)})
    if fee:
        parts.append(_("%(fee)s goes to the courier, who had set out.") % {"fee": yuan(fee)})
    title = _("It could not be brought: %(what)s") if order.is_written_off else _("Cancelled: %(what)s")
    return NotificationText(title % {"what": order.summary}, " ".join(parts))


@to_customer(OrderExpired, PROGRESS)
def order_expired(order, event):
    text = _("The order was closed and costs nothing. You can place it again whenever you like.")
    return NotificationText(_("Not paid in time: %(what)s") % {"what": order.summary}, text)


@to_customer(OverBudgetAsked, NEEDED, severity=2)
def order_over_budget_asked(order, event):
    asked = order.over_budget.order_by("-pk").first()
    if asked.raises:
        title = _("Raise the budget to %(cost)s?") % {"cost": yuan(asked.cost_fen)}
        text = _("It costs %(cost)s, your budget is %(budget)s. The courier buys it only if you raise it.")
        text %= {"cost": yuan(asked.cost_fen), "budget": yuan(asked.cost_fen - asked.extra_fen)}
        return NotificationText(title, text, WARN, time=asked.pk)
    text = _("It costs %(cost)s, %(extra)s more than you set. The courier waits for your answer.")
    text %= {"cost": yuan(asked.cost_fen), "extra": yuan(asked.extra_fen)}
    return NotificationText(_("Dearer than your budget: is that all right?"), text, WARN, time=asked.pk)


@to_customer(GoodsBought, PROGRESS)
def order_goods_bought(order, event):
    cost, unspent = event.fen, order.budget_fen - event.fen
    text = _("The receipt is on the order's page.")
    if unspent > 0:
        text += " " + _("The %(rest)s that are left come back to you on delivery.") % {"rest": yuan(unspent)}
    return NotificationText(_("Bought for %(cost)s") % {"cost": yuan(cost)}, text)


@to_customer(OrderReturning, PROGRESS, severity=2)
def order_returning(order, event):
    text = _(
        "It could not be handed to you. We tell you what that means for your money as soon as it is back."
    )
    return NotificationText(_("Your order goes back"), text, WARN)


@to_customer(OrderReturned, PROGRESS)
def order_returned(order, event):
    text = _("It is back where it was fetched. Questions? Ask us on the order's page.")
    return NotificationText(_("Your order is back: %(what)s") % {"what": order.summary}, text)


@to_customer(OrderCompleted, PROGRESS, waits=True)
def order_completed(order, event):
    """Said only when the clock completed it: who confirms knows."""
    if order.history.filter(action="complete", actor__isnull=False).exists():
        return None
    text = _("A day has passed since the delivery. You can still report a problem on the order's page.")
    return NotificationText(_("Completed: %(what)s") % {"what": order.summary}, text)
