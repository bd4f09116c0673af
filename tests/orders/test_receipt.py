"""The receipt: the lines as they were quoted, what was paid and what came back."""

import pytest

from core.money import yuan
from orders import services
from payments.services import refund

pytestmark = pytest.mark.django_db


def test_lines_payments_tip_and_refunds(delivered, client_of, student_lin, supervisor_sun):
    order, browser = delivered(), client_of(student_lin)
    services.add_tip(order=order, actor=student_lin, amount=300, gateway="wallet", key="THANKSZHAO")
    refund(key="part", ref=order.no, amount=100, reason="order", actor=supervisor_sun, source="platform")
    order.refresh_from_db()
    assert f"/o/{order.no}/receipt/" in browser.get(f"/o/{order.no}/").text

    page = browser.get(f"/o/{order.no}/receipt/").text

    assert "Base fee" in page
    assert "Tip for the courier" in page
    assert page.count("Paid by wallet") == 2
    assert "Back to wallet" in page
    assert yuan(order.total_fen) in page
    assert yuan(order.total_fen - 100) in page
    assert "data-print" in page


def test_what_was_never_paid_has_none(ordered, client_of, student_lin):
    order = ordered(gateway="sandbox")

    assert client_of(student_lin).get(f"/o/{order.no}/receipt/").status_code == 404


def test_others_find_nothing(delivered, client_of, student_mei, courier_zhao):
    order = delivered()

    for person in (student_mei, courier_zhao):
        assert client_of(person).get(f"/o/{order.no}/receipt/").status_code == 404
