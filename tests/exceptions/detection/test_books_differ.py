"""What reconciliation finds about an order opens a ticket of it."""

import pytest
from django.db import transaction

from core import clock, outbox
from exceptions.models import Ticket
from payments.events import DiscrepancyFound
from payments.models import Discrepancy, Reconciliation

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(db):
    """found(kind, ref): reconciliation has found it."""

    def make(kind, ref, status="open"):
        today = clock.now().date()
        run = Reconciliation.objects.create(scope="sandbox", since_day=today, day=today, by_hand=True)
        with transaction.atomic():
            discrepancy = Discrepancy.objects.create(
                scope="sandbox", kind=kind, no="P1", ref=ref, fen=-1, first=run, last=run, status=status
            )
            outbox.emit(DiscrepancyFound(discrepancy=discrepancy.pk, kind=kind, ref=ref))
        return discrepancy

    return make


@pytest.mark.parametrize(
    "kind, type_code",
    [
        ("wrong_amount", "ledger_mismatch"),
        ("escrow_left", "ledger_mismatch"),
        ("stuck_payment", "payment_stuck"),
        ("stuck_refund", "refund_stuck"),
    ],
)
@pytest.mark.raises_type("ledger_mismatch", "payment_stuck", "refund_stuck")
def test_a_finding_opens_a_ticket_of_its_type(found, order, kind, type_code):
    found(kind, order.no)

    ticket = Ticket.objects.get()
    assert (ticket.order, ticket.type_id, ticket.source) == (order, type_code, "event")
    assert "P1 (-¥0.01)" in ticket.description


def test_two_findings_of_an_order_are_one_ticket(found, order):
    found("wrong_amount", order.no)
    found("double", order.no)

    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("ref, status", [("", "open"), ("TOPUP1", "open"), ("an order", "settled")])
def test_what_concerns_no_order_or_is_settled_by_now_opens_none(found, order, ref, status):
    found("wrong_amount", order.no if ref == "an order" else ref, status)

    assert not Ticket.objects.exists()
