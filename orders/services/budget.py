"""What the courier buys costs more than the customer set: nothing is paid without their yes.

Up to 10 % and ¥20 above the budget, whichever is less, the customer agrees to the price. Beyond that nobody may charge
them: they raise the budget itself, by as much as is missing, or the courier leaves it.
"""

from datetime import timedelta

from django.core.files.base import File
from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import User
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from core.money import percent_of, yuan
from orders.events import GoodsBought, OverBudgetAnswered, OverBudgetAsked
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, OverBudget, Photo, Status
from orders.requests import HIGHEST_BUDGET_FEN
from orders.services.fulfilment import drop_question
from orders.services.late_payments import send_back
from payments.models import Payment

OVER_BUDGET_PERCENT = 10
OVER_BUDGET_MAX_FEN = 2_000
PAY_WITHIN = timedelta(minutes=15)
GOODS = Payment.Purpose.GOODS


def record_goods_cost(*, order: Order, actor: User, cost_fen: int, photo: File) -> Order:
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
    """The greatest cost that the customer may simply agree to: 10 % and ¥20 above the budget, whichever is less."""
    return order.budget_fen + min(percent_of(order.budget_fen, OVER_BUDGET_PERCENT), OVER_BUDGET_MAX_FEN)


def ask_over_budget(*, order: Order, actor: User, cost_fen: int, photo: File) -> OverBudget:
    """The goods are dearer than the budget: ask the customer, who decides in the app. Beyond `over_budget_limit` they
    are asked to raise the budget."""
    with lock_order(order.pk) as order:
        if order.status != Status.ACCEPTED:
            raise WrongState
        if not order.budget_fen < cost_fen <= HIGHEST_BUDGET_FEN:
            raise Invalid(
                _("At most %(most)s can be asked for. Talk to the customer or give the job back.")
                % {"most": yuan(HIGHEST_BUDGET_FEN)}
            )
        if order.over_budget.filter(status=OverBudget.Status.ASKED).exists():
            raise WrongState(_("The customer has been asked already."))
        Photo.objects.create(order=order, by=actor, purpose=Photo.Purpose.RECEIPT, image=photo)
        asked = OverBudget.objects.create(
            order=order, asked_by=actor, cost_fen=cost_fen, extra_fen=cost_fen - order.budget_fen,
            raises=cost_fen > over_budget_limit(order), created_at=clock.now(),
        )  # fmt: skip
        save_transition(
            order, "ask_over_budget", actor=actor, role="courier", event=OverBudgetAsked,
            data={"extra_fen": asked.extra_fen} | ({"raises": True} if asked.raises else {}),
        )  # fmt: skip
    return asked


def answer_over_budget(
    *, order: Order, actor: User, agree: bool, gateway: str = Payment.Gateway.WALLET
) -> OverBudget:
    """The customer's yes or no. The difference is paid from the wallet at once; by another gateway it counts when it is
    paid: until then the question stays open, with its `payment`."""
    with lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        asked = order.over_budget.select_for_update().filter(status=OverBudget.Status.ASKED).first()
        if asked is None or order.status != Status.ACCEPTED:
            raise WrongState
        if not agree:
            drop_question(order)
            save_transition(
                order, "answer_over_budget", actor=actor, role="customer", event=OverBudgetAnswered,
                data={"agreed": False, "cost_fen": asked.cost_fen},
            )  # fmt: skip
            asked.refresh_from_db()
            return asked
        asked.payment = _start_payment(order, asked, actor, gateway)
        asked.save(update_fields=["payment"])
        if asked.payment.status == Payment.Status.PAID:
            _agree(order, asked, asked.payment)
    return asked


def _start_payment(order: Order, asked: OverBudget, actor: User, gateway: str) -> Payment:
    """That of the difference. What waits at a cashier already is gone on with, unless the wallet is to pay after all."""
    payments = Payment.objects.filter(ref=order.no, purpose=GOODS)
    waiting = payments.filter(status=Payment.Status.PENDING, amount=asked.extra_fen).first()
    if waiting and gateway != Payment.Gateway.WALLET:
        return waiting
    payment = money.start_payment(
        key=f"over-budget:{asked.pk}:{payments.count()}", ref=order.no, purpose=GOODS, user=actor, campus=order.campus,
        amount=asked.extra_fen, gateway=gateway, expires_at=clock.now() + PAY_WITHIN, actor=actor,
    )  # fmt: skip
    if waiting:
        money.close_payments(ref=order.no, purpose=GOODS)
    return payment


def apply_goods_payment(*, order_no: str, payment: Payment) -> None:
    """The difference has been paid at a cashier: the answer is yes. It comes back if nobody waits for it any more."""
    pk = Order.objects.only("pk").get(no=order_no).pk
    with lock_order(pk) as order:
        if order.over_budget.filter(payment=payment, status=OverBudget.Status.AGREED).exists():
            return
        asked = order.over_budget.select_for_update().filter(status=OverBudget.Status.ASKED).first()
        if asked is None or asked.extra_fen != payment.amount or order.status != Status.ACCEPTED:
            send_back(payment)
            return
        _agree(order, asked, payment)


def _agree(order: Order, asked: OverBudget, payment: Payment) -> None:
    asked.agree()
    asked.payment = payment
    asked.save(update_fields=["status", "answered_at", "payment"])
    order.budget_fen = order.goods_cost_fen = asked.cost_fen
    order.total_fen += asked.extra_fen
    order.lines = [
        line | {"fen": line["fen"] + asked.extra_fen} if line["code"] == "goods" else line
        for line in order.lines
    ]
    save_transition(
        order, "answer_over_budget", actor=order.customer, role="customer", event=OverBudgetAnswered,
        data={"agreed": True, "cost_fen": asked.cost_fen} | ({"raised": True} if asked.raises else {}),
    )  # fmt: skip
