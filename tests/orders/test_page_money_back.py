"""What an order that has ended says about its money."""

import pytest

from orders import services

pytestmark = pytest.mark.django_db


def test_a_cancelled_order_says_what_came_back_where_and_when(
    client_of, student_lin, ordered, simulated_clock
):
    order = ordered()
    services.cancel_order(order=order, actor=student_lin)

    page = client_of(student_lin).get(f"/o/{order.no}/").text

    assert "What came back" in page
    assert "Back in your wallet" in page
    assert "Arrived 10:00" in page


def test_one_that_was_never_paid_says_so(client_of, student_lin, ordered):
    order = ordered(gateway="sandbox")
    services.cancel_order(order=order, actor=student_lin)

    page = client_of(student_lin).get(f"/o/{order.no}/").text

    assert "Nothing had been paid." in page
    assert "What came back" not in page


def test_money_that_is_still_on_its_way_is_not_called_arrived(client_of, student_lin, ordered, wallet_money):
    from payments.models import Refund

    order = ordered()
    services.cancel_order(order=order, actor=student_lin)
    Refund.objects.update(status="queued", done_at=None)
    Refund.objects.get().payment.__class__.objects.update(gateway="wechatpay")

    page = client_of(student_lin).get(f"/o/{order.no}/").text

    assert "Goes back to WeChat Pay" in page
    assert "Arrived" not in page
