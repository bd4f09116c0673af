"""What the customer of an order has had back for it, whoever decided it and in whichever ticket."""

from dataclasses import dataclass

from exceptions.models import Ruling
from orders.models import Order
from payments.selectors import paid_and_back


@dataclass(frozen=True)
class Given:
    """All that came back or was given for one order, in fen.

    `rulings` are the refunds and compensations of its tickets, the oldest first. `paid_fen` is what the customer paid in
    all, `back_fen` what of it has gone back by whatever way, `beyond_fen` what the goods were declared to be worth beyond
    what was paid for them.
    """

    rulings: tuple[Ruling, ...]
    paid_fen: int
    back_fen: int
    beyond_fen: int

    @property
    def compensated_fen(self) -> int:
        return sum(one.amount_fen for one in self.rulings if one.kind == Ruling.Kind.COMPENSATION)

    def compensated_for(self, type_code: str) -> int:
        """The compensation for one type of exception, in all of its tickets."""
        return sum(
            one.amount_fen
            for one in self.rulings
            if one.kind == Ruling.Kind.COMPENSATION and one.ticket.type_id == type_code
        )

    @property
    def otherwise_fen(self) -> int:
        """What went back without a ticket: a budget that was not needed, a cancellation, a double payment."""
        refunds = sum(one.amount_fen for one in self.rulings if one.kind == Ruling.Kind.REFUND)
        return self.back_fen - refunds

    @property
    def fen(self) -> int:
        """Everything together: what the next one who gives has to know of."""
        return self.back_fen + self.compensated_fen

    @property
    def left_fen(self) -> int:
        """How much refunds and compensations may still come to together (`exceptions.actions.money`)."""
        return max(self.paid_fen + self.beyond_fen - self.fen, 0)


def given_for(order: Order) -> Given:
    """Two queries. Who is about to pay asks under the lock of the order."""
    paid = Ruling.objects.filter(
        ticket__order=order, kind__in=[Ruling.Kind.REFUND, Ruling.Kind.COMPENSATION]
    ).select_related("by", "ticket__type")
    paid_fen, back_fen = paid_and_back(order.no)
    beyond = max(order.goods_value_fen - order.budget_fen, 0)
    return Given(tuple(paid.order_by("pk")), paid_fen, back_fen, beyond)
