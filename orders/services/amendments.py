"""What customer, courier and operator may change on the way."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django_fsm import can_proceed

import payments.services as money
from accounts.models import Actor, User
from core import clock
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from core.money import percent_of, yuan
from orders.events import (
    GoodsBought,
    OrderUrged,
    OverBudgetAnswered,
    OverBudgetAsked,
    PromiseExtended,
)
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, OverBudget, Photo, Status
from orders.services.fulfilment import drop_question
from payments.models import Payment

URGE_AGAIN = timedelta(minutes=3)
OVER_BUDGET_PERCENT = 10
OVER_BUDGET_MAX_FEN = 2_000


def urge(*, order: Order, actor: User) -> Order:
    """Ask the courier to hurry; again after three minutes."""
    with lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        if order.status not in (Status.PLACED, Status.ACCEPTED, Status.PICKED_UP):
            raise WrongState
        now = clock.now()
        if order.urged_at and now < order.urged_at + URGE_AGAIN:
            wait = order.urged_at + URGE_AGAIN - now
            raise TooLate(
                _("You have just asked. You can ask again in %(minutes)s min.")
                % {"minutes": -(-wait // timedelta(minutes=1))}
            )
        order.urged_at = now
        save_transition(order, "urge", actor=actor, role="customer", event=OrderUrged)
    return order


def extend_promise(
    *, order: Order, minutes: int, actor: Actor, reason: str = "", excused: bool = False
) -> Order:
    """Promise a later time, counted from the later of the old promise and now, and set the alarm to it.

    The first promise stays, and lateness counts from there: only where nobody could help it, or the customer wished it
    (`excused`), do these minutes not count. Call it with the order's lock held or not: it takes the lock itself.
    """
    with lock_order(order.pk) as order:
        if not order.is_live:
            raise WrongState
        now = clock.now()
        order.promised_at = max(order.promised_at, now) + timedelta(minutes=minutes)
        if excused:
            order.late_from += timedelta(minutes=minutes)
        if order.status != Status.RETURNING:  # what goes back is late for nobody's door
            order.promise_due_at = order.promised_at
        order.stage_due_at = max(order.stage_due_at or now, now) + timedelta(minutes=minutes)
        save_transition(
            order, "extend", actor=actor, role="operator", reason=reason, event=PromiseExtended,
            data={"minutes": minutes},
        )  # fmt: skip
    return order


def restore_promise(
    *, order: Order, promised_at: datetime, late_from: datetime, stage_due_at: datetime | None, actor: Actor
) -> Order:
    """Take an extension back: the times are again what they were before it."""
    with lock_order(order.pk) as order:
        if not order.is_live:
            raise WrongState
        order.promised_at, order.late_from = promised_at, late_from
        if order.status != Status.RETURNING:
            order.promise_due_at = promised_at
        order.stage_due_at = stage_due_at
        save_transition(order, "restore_promise", actor=actor, role="operator")
    return order


def record_goods_cost(*, order: Order, actor: User, cost_fen: int, photo) -> Order:
    """The courier bought the goods within the budget: what they cost, and the receipt."""
    with lock_order(order.pk) as order:
        if cost_fen > order.budget_fen:
            raise Invalid(_("That is over the budget. Ask the customer first."))
        if order.status != Status.ACCEPTED:
            raise WrongState
        order.goods_cost_fen = cost_fen
        drop_question(order)  # it was about another price: a late yes would pay that one
        Photo.objects.create(order=order, by=actor, purpose=Photo.Purpose.RECEIPT, image=photo)
        save_transition(
            order,
            "goods_cost",
            actor=actor,
            role="courier",
            event=GoodsBought,
            data={"fen": cost_fen},
        )
    return order


def over_budget_limit(order: Order) -> int:
    """The greatest cost that may be asked for: 10 % and ¥20 above the budget, whichever is less."""
    return order.budget_fen + min(percent_of(order.budget_fen, OVER_BUDGET_PERCENT), OVER_BUDGET_MAX_FEN)


def ask_over_budget(*, order: Order, actor: User, cost_fen: int, photo) -> OverBudget:
    """The goods are dearer than the budget: ask the customer, who decides in the app."""
    with lock_order(order.pk) as order:
        if order.status != Status.ACCEPTED:
            raise WrongState
        if not order.budget_fen < cost_fen <= over_budget_limit(order):
            raise Invalid(
                _("At most %(most)s can be asked for. Talk to the customer or give the job back.")
                % {"most": yuan(over_budget_limit(order))}
            )
        if order.over_budget.filter(status=OverBudget.Status.ASKED).exists():
            raise WrongState(_("The customer has been asked already."))
        Photo.objects.create(order=order, by=actor, purpose=Photo.Purpose.RECEIPT, image=photo)
        asked = OverBudget.objects.create(
            order=order, asked_by=actor, cost_fen=cost_fen, extra_fen=cost_fen - order.budget_fen,
            created_at=clock.now(),
        )  # fmt: skip
        save_transition(
            order, "ask_over_budget", actor=actor, role="courier", event=OverBudgetAsked,
            data={"extra_fen": asked.extra_fen},
        )  # fmt: skip
    return asked


def answer_over_budget(*, order: Order, actor: User, agree: bool) -> OverBudget:
    """The customer's yes (the difference is paid from the wallet at once) or no."""
    with lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        asked = order.over_budget.select_for_update().filter(status=OverBudget.Status.ASKED).first()
        if asked is None or order.status != Status.ACCEPTED:
            raise WrongState
        step = asked.agree if agree else asked.decline
        if not can_proceed(step):
            raise WrongState
        step()
        asked.save(update_fields=["status", "answered_at"])
        if agree:
            money.start_payment(
                key=f"over-budget:{asked.pk}", ref=order.no, purpose="goods", user=actor, campus=order.campus,
                amount=asked.extra_fen, gateway=Payment.Gateway.WALLET, actor=actor,
            )  # fmt: skip
            order.budget_fen = order.goods_cost_fen = asked.cost_fen
            order.total_fen += asked.extra_fen
            order.lines = [
                line | {"fen": line["fen"] + asked.extra_fen} if line["code"] == "goods" else line
                for line in order.lines
            ]
        save_transition(
            order, "answer_over_budget", actor=actor, role="customer", event=OverBudgetAnswered,
            data={"agreed": agree, "cost_fen": asked.cost_fen},
        )  # fmt: skip
    return asked
