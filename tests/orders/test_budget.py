"""The goods cost far more than the budget: the customer raises it in one tap, or nothing is charged."""

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from orders import services
from orders.models import OverBudget
from orders.services.budget import over_budget_limit
from payments.models import Payment
from payments.selectors import check_ledger
from payments.services import balance, settle_payment

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def order(ordered, carried):
    """Lin set ¥5 for milk; Zhao stands in the shop."""
    order = ordered(
        kind="purchase", pickup_codes="", budget_fen=500, answers={"shopping_list": "Milk"}, what="Milk"
    )
    carried(order)
    return order


@pytest.fixture
def asked(order, courier_zhao, picture) -> OverBudget:
    """It costs ¥8."""
    return services.ask_over_budget(order=order, actor=courier_zhao.user, cost_fen=800, photo=picture())


@pytest.fixture
def browser(client_of, student_lin):
    return client_of(student_lin)


def raised(order) -> bool:
    order.refresh_from_db()
    return (order.budget_fen, order.goods_cost_fen) == (800, 800)


def settle(payment: Payment) -> None:
    settle_payment(payment_no=payment.no, amount=payment.amount, gateway_no=f"G{payment.no}")


def test_beyond_the_limit_the_customer_is_asked_to_raise_it(asked, order, browser, student_lin):
    assert over_budget_limit(order) == 550
    assert asked.raises
    page = browser.get(f"/o/{order.no}/").text
    assert "Raise the budget to ¥8?" in page
    assert "Raise it, pay ¥3" in page
    notice = student_lin.notices.get(kind="order_over_budget_asked")
    assert (notice.title, notice.severity) == ("Raise the budget to ¥8?", 2)


def test_within_it_they_are_asked_to_agree(order, courier_zhao, picture, browser):
    asked = services.ask_over_budget(order=order, actor=courier_zhao.user, cost_fen=550, photo=picture())
    assert not asked.raises
    assert "Raise" not in browser.get(f"/o/{order.no}/").text


def test_one_tap_pays_the_difference_and_the_courier_reads_it(
    asked, order, browser, client_of, courier_zhao, student_lin
):
    total, wallet = order.total_fen, balance("wallet", user=student_lin)
    answer = browser.post(f"/o/{order.no}/budget/", {"agree": "yes", "gateway": "wallet"}, headers=HTMX)
    assert answer.status_code == 204
    assert raised(order)
    assert order.total_fen == total + 300 == sum(line["fen"] for line in order.lines)
    assert balance("wallet", user=student_lin) == wallet - 300
    assert balance("escrow", ref=order.no) == order.total_fen
    page = client_of(courier_zhao).get(f"/c/job/{order.legs.get().no}/").text
    assert "The customer agrees" in page
    assert "Buy it for ¥8." in page
    assert "Budget raised to ¥8" in browser.get(f"/o/{order.no}/").text
    assert check_ledger() == []


def test_pressed_twice_it_is_paid_once(asked, order, browser):
    answers = [
        browser.post(f"/o/{order.no}/budget/", {"agree": "yes"}, headers=HTMX).status_code for _ in range(2)
    ]
    assert answers == [204, 409]
    assert Payment.objects.filter(ref=order.no, purpose="goods").count() == 1


def test_no_charges_nothing(asked, order, browser):
    total = order.total_fen
    browser.post(f"/o/{order.no}/budget/", {"agree": "no"}, headers=HTMX)
    order.refresh_from_db()
    assert (order.budget_fen, order.total_fen, order.goods_cost_fen) == (500, total, None)
    assert OverBudget.objects.get().status == "declined"
    with pytest.raises(WrongState):
        services.answer_over_budget(order=order, actor=order.customer, agree=True)


def test_only_the_customer_answers(asked, order, student_mei):
    with pytest.raises(NotAllowed):
        services.answer_over_budget(order=order, actor=student_mei, agree=True)


def test_without_a_yes_nothing_dearer_is_noted(order, courier_zhao, picture):
    with pytest.raises(Invalid):
        services.record_goods_cost(order=order, actor=courier_zhao.user, cost_fen=560, photo=picture())
    with pytest.raises(Invalid, match="At most ¥500"):
        services.ask_over_budget(order=order, actor=courier_zhao.user, cost_fen=50_001, photo=picture())


class TestAtTheCashier:
    @pytest.fixture
    def waiting(self, asked, order, student_lin) -> Payment:
        """The wallet is left alone: Lin stands at the cashier."""
        services.answer_over_budget(order=order, actor=student_lin, agree=True, gateway="sandbox")
        return Payment.objects.get(ref=order.no, purpose="goods")

    def test_with_too_little_in_the_wallet_the_tap_leads_there(self, asked, order, browser, student_lin):
        from payments.services import account, transfer

        rest = balance("wallet", user=student_lin)
        transfer(
            key="spent", reason="topup",
            moves=[(account("wallet", user=student_lin), -rest), (account("gateway", gateway="sandbox"), rest)],
        )  # fmt: skip
        assert 'name="gateway" value="sandbox"' in browser.get(f"/o/{order.no}/").text
        answer = browser.post(f"/o/{order.no}/budget/", {"agree": "yes", "gateway": "sandbox"})
        payment = Payment.objects.get(ref=order.no, purpose="goods")
        assert answer.url == f"/cashier/{payment.no}/"

    def test_nothing_counts_before_it_is_paid(self, waiting, order):
        assert not raised(order)
        settle(waiting)
        assert raised(order)
        assert check_ledger() == []

    def test_asked_again_the_same_payment_is_gone_on_with(self, waiting, order, student_lin):
        again = services.answer_over_budget(order=order, actor=student_lin, agree=True, gateway="sandbox")
        assert again.payment == waiting

    def test_from_the_wallet_after_all(self, waiting, order, student_lin):
        services.answer_over_budget(order=order, actor=student_lin, agree=True)
        waiting.refresh_from_db()
        assert waiting.status == "closed"
        assert raised(order)

    @pytest.mark.parametrize("ending", ["no", "cancelled", "given back", "bought cheaper"])
    def test_what_comes_too_late_comes_back(self, waiting, order, student_lin, courier_zhao, picture, ending):
        before = balance("escrow", ref=order.no)
        if ending == "no":
            services.answer_over_budget(order=order, actor=student_lin, agree=False)
        elif ending == "cancelled":
            services.cancel_order(order=order, actor=student_lin)
        elif ending == "given back":
            from delivery import services as delivery

            delivery.give_back(leg=order.legs.get(), actor=courier_zhao.user, reason="no_time")
        else:
            services.record_goods_cost(order=order, actor=courier_zhao.user, cost_fen=400, photo=picture())
        waiting.refresh_from_db()
        assert waiting.status == "closed"
        settle(waiting)  # paid at the same moment

        order.refresh_from_db()
        waiting.refresh_from_db()
        assert order.budget_fen == 500
        assert waiting.refunded == 300
        assert balance("escrow", ref=order.no) == (0 if ending == "cancelled" else before)
        assert check_ledger() == []
