"""Money that is under way while an order moves, and hands that press at the wrong moment."""

import pytest

from core import outbox
from core.errors import Invalid, NotAllowed, WrongState
from delivery import services as delivery
from dispatch import services as dispatch
from orders import services
from orders.models import OverBudget
from payments import services as money
from payments.models import Account, Payment
from payments.selectors import check_ledger

pytestmark = pytest.mark.django_db
KIND = Account.Kind
TO_THE_DOOR = ("arrive_at_pickup", "pick_up", "arrive_at_dropoff")


def escrow(order) -> int:
    return money.balance(KIND.ESCROW, ref=order.no)


class TestATipThatIsPaidAtTheDoor:
    """The tip is paid, and before anyone has heard of it the courier hands over."""

    def test_reaches_the_courier_as_a_thank_you(self, ordered, carried, student_lin, courier_zhao):
        order = ordered()
        leg = carried(order, *TO_THE_DOOR)
        before = money.balance(KIND.WALLET, user=student_lin)
        with outbox.deferred_delivery():
            services.add_tip(order=order, actor=student_lin, amount=500, gateway="wallet", key="TIP0000001")
            delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
        assert escrow(order) == 500  # it is nobody's yet

        outbox.drain()

        assert money.balance(KIND.WALLET, user=student_lin) == before - 500
        assert escrow(order) == 0
        assert money.balance(KIND.COURIER_EARNINGS, user=courier_zhao.user) == order.courier_fen + 500
        assert check_ledger() == []

    def test_comes_back_also_when_the_order_is_cancelled_for_a_fee(
        self, ordered, carried, student_lin, simulated_clock
    ):
        order = ordered()
        carried(order)
        simulated_clock.advance(minutes=10)
        fee = services.quote_cancellation(order).fee_fen
        before = money.balance(KIND.WALLET, user=student_lin)
        assert fee
        with outbox.deferred_delivery():
            services.add_tip(order=order, actor=student_lin, amount=500, gateway="wallet", key="TIP0000001")
            services.cancel_order(order=order, actor=student_lin)

        outbox.drain()

        assert money.balance(KIND.WALLET, user=student_lin) == before + order.total_fen - fee
        assert escrow(order) == 0
        assert check_ledger() == []


class TestWhatAnOperatorHasGivenBackBefore:
    """A refund on the platform's account, while the order is under way, must not stop the order."""

    def given(self, order, amount):
        money.refund(key="operator", ref=order.no, amount=amount, reason="ticket", source="platform")

    def test_the_customer_can_still_cancel_and_gets_the_rest(self, ordered, campus, student_lin):
        order = ordered()
        before = money.balance(KIND.WALLET, user=student_lin)
        self.given(order, 300)

        services.cancel_order(order=order, actor=student_lin)

        assert money.balance(KIND.WALLET, user=student_lin) == before + order.total_fen
        assert money.balance(KIND.PLATFORM_COMPENSATION, campus=campus) == 0
        assert escrow(order) == 0
        assert order.history.get(action="cancel", machine="order").data["refund_fen"] == order.total_fen - 300
        assert check_ledger() == []

    def test_the_courier_can_still_deliver_what_cost_less_than_the_budget(
        self, ordered, carried, campus, courier_zhao, student_lin, photo
    ):
        order = ordered(kind="purchase", budget_fen=3000)
        leg = carried(order, "arrive_at_pickup")
        delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=1000, photo=photo())
        for stage in TO_THE_DOOR[1:]:
            getattr(delivery, stage)(leg=leg, actor=courier_zhao.user)
        self.given(order, order.total_fen)

        delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)

        assert money.balance(KIND.COURIER_EARNINGS, user=courier_zhao.user) == order.courier_fen + 1000
        assert money.balance(KIND.PLATFORM_COMPENSATION, campus=campus) == 2000 - order.total_fen
        assert sum(p.amount - p.refunded for p in Payment.objects.filter(ref=order.no)) == 0
        assert escrow(order) == 0
        assert check_ledger() == []


class TestAPurchaseThatIsGivenBack:
    """What one courier has bought or asked for is not the next one's."""

    @pytest.fixture
    def job(self, ordered, carried):
        order = ordered(kind="purchase", budget_fen=3000)
        return order, carried(order, "arrive_at_pickup")

    def test_the_next_courier_enters_what_it_cost_them(self, job, carried, courier_zhao, courier_qian, photo):
        order, leg = job
        delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=2900, photo=photo())

        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")
        order.refresh_from_db()

        assert order.goods_cost_fen is None
        next_leg = carried(order, "arrive_at_pickup", courier=courier_qian)
        with pytest.raises(Invalid, match="what the goods cost"):
            delivery.pick_up(leg=next_leg, actor=courier_qian.user)

    def test_a_question_of_the_first_is_closed(
        self, job, carried, courier_zhao, courier_qian, student_lin, photo
    ):
        order, leg = job
        delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=3200, photo=photo())

        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")
        order.refresh_from_db()

        assert OverBudget.objects.get().status == "declined"
        next_leg = carried(order, "arrive_at_pickup", courier=courier_qian)
        with pytest.raises(WrongState):
            services.answer_over_budget(order=order, actor=student_lin, agree=True)
        delivery.buy_goods(leg=next_leg, actor=courier_qian.user, cost_fen=3100, photo=photo())
        assert OverBudget.objects.filter(status="asked").count() == 1

    def test_who_has_given_it_back_can_no_longer_say_what_it_cost(
        self, job, carried, courier_zhao, courier_qian, photo
    ):
        order, leg = job
        stale = type(leg).objects.select_related("order", "courier").get(pk=leg.pk)
        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")
        carried(order, "arrive_at_pickup", courier=courier_qian)

        with pytest.raises(WrongState):
            delivery.buy_goods(leg=stale, actor=courier_zhao.user, cost_fen=1000, photo=photo())
        order.refresh_from_db()
        assert order.goods_cost_fen is None


def test_a_door_changed_a_moment_ago_decides_who_may_take_it(
    ordered, places, student_lin, courier_zhao, courier_qian
):
    """The change is committed, the hall has not heard of it: a man must not get the way to a women's dorm."""
    order = ordered()
    leg = order.legs.get()
    with outbox.deferred_delivery():
        services.change_address(
            order=order, actor=student_lin, dropoff=places.dorm_women, dropoff_detail="Room 5"
        )

        with pytest.raises(NotAllowed, match="female"):
            dispatch.grab(leg=leg, courier=courier_zhao)
        assert dispatch.grab(leg=leg, courier=courier_qian).dropoff == places.dorm_women


def test_wrong_guesses_of_the_code_end_the_guessing(ordered, carried, courier_zhao):
    order = ordered()
    leg = carried(order, *TO_THE_DOOR)
    wrong = "0000" if order.receiving_code != "0000" else "1111"
    for _guess in range(5):
        with pytest.raises(Invalid, match="not right"):
            delivery.deliver(leg=leg, actor=courier_zhao.user, code=wrong)

    with pytest.raises(Invalid, match="Too many"):
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
