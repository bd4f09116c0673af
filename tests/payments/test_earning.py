"""What couriers earn with an order, when they may have it, and what it can cost them."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from payments import services
from payments.models import Account
from payments.selectors import check_ledger, ledger_trail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

Kind = Account.Kind


@pytest.fixture
def zhao(courier_zhao):
    return courier_zhao.user


@pytest.fixture
def order_money(student_lin, campus, wallet_money):
    """¥30 paid for ORDER1: ¥8 fee, ¥20 goods, ¥2 tip."""
    wallet_money(student_lin, 3000)
    services.start_payment(
        key="p", ref="ORDER1", purpose="order", user=student_lin, campus=campus, amount=3000, gateway="wallet"
    )


def deliver(campus, zhao, **more):
    figures = {"courier_fen": 840, "goods_fen": 2000} | more
    return services.pay_out_delivery(key="d", ref="ORDER1", campus=campus, courier_user=zhao, **figures)


def held(user):
    return services.balance(Kind.COURIER_EARNINGS, user=user)


def free(user):
    return services.balance(Kind.COURIER_WITHDRAWABLE, user=user)


def test_delivery_empties_the_escrow(order_money, campus, zhao):
    deliver(campus, zhao)

    assert held(zhao) == 2840
    assert services.balance(Kind.PLATFORM_INCOME, campus=campus) == 160
    assert services.balance(Kind.ESCROW, ref="ORDER1") == 0
    assert check_ledger() == []


def test_delivering_twice_pays_once(order_money, campus, zhao):
    first = deliver(campus, zhao)

    assert deliver(campus, zhao) == first
    assert held(zhao) == 2840


@pytest.mark.parametrize("figures", [{"courier_fen": 0}, {"courier_fen": 0, "goods_fen": 0}])
def test_delivering_twice_is_once_for_who_earns_no_fee_too(order_money, campus, zhao, figures):
    first = deliver(campus, zhao, **figures)

    assert deliver(campus, zhao, **figures) == first
    assert services.balance(Kind.ESCROW, ref="ORDER1") == 0


def test_the_same_key_for_another_courier_is_refused(order_money, campus, zhao, courier_qian):
    deliver(campus, zhao)

    with pytest.raises(Invalid, match="already used"):
        deliver(campus, courier_qian.user)


def test_a_bonus_is_the_platforms(order_money, campus, zhao):
    deliver(campus, zhao, bonus_fen=300)

    assert held(zhao) == 3140
    assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -300


def test_more_than_is_held_cannot_be_paid_out(order_money, campus, zhao):
    with pytest.raises(Invalid, match="not enough money held"):
        deliver(campus, zhao, goods_fen=2161)
    assert held(zhao) == 0


def test_earnings_are_on_hold_until_they_are_released(order_money, campus, zhao):
    deliver(campus, zhao)
    assert free(zhao) == 0

    services.release_earnings(key="rel", ref="ORDER1", courier_user=zhao)
    services.release_earnings(key="rel", ref="ORDER1", courier_user=zhao)

    assert (held(zhao), free(zhao)) == (0, 2840)


def test_releasing_frees_everyone_who_earned(order_money, campus, zhao, courier_qian):
    """A courier who was cancelled on and the one who delivered: both."""
    escrow = services.account(Kind.ESCROW, ref="ORDER1")
    qian = services.account(Kind.COURIER_EARNINGS, user=courier_qian.user)
    services.transfer(key="c", reason="courier_fee", ref="ORDER1", moves=[(escrow, -100), (qian, 100)])
    deliver(campus, zhao)

    services.release_earnings(key="rel", ref="ORDER1")

    assert (free(zhao), free(courier_qian.user)) == (2840, 100)


def test_nothing_earned_nothing_released(zhao):
    assert services.release_earnings(key="rel", ref="ORDER1") == []


class TestCompensation:
    def pay(self, student, campus, amount=300, key="c", **more):
        return services.compensate(key=key, ref="ORDER1", user=student, campus=campus, amount=amount, **more)

    def test_by_the_platform(self, student_lin, campus):
        self.pay(student_lin, campus)

        assert services.balance(Kind.WALLET, user=student_lin) == 300
        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -300
        assert check_ledger() == []

    def test_twice_is_once(self, student_lin, campus):
        assert self.pay(student_lin, campus) == self.pay(student_lin, campus)
        assert services.balance(Kind.WALLET, user=student_lin) == 300

    @pytest.mark.parametrize("amount", [301, 1])
    def test_the_same_key_with_another_amount_is_refused(self, student_lin, campus, amount):
        self.pay(student_lin, campus)

        with pytest.raises(Invalid, match="already used"):
            self.pay(student_lin, campus, amount=amount)

    @pytest.mark.parametrize("amount", [0, -1])
    def test_nothing_is_refused(self, student_lin, campus, amount):
        with pytest.raises(Invalid, match="nothing to pay"):
            self.pay(student_lin, campus, amount=amount)

    def test_by_the_courier_from_what_is_held(self, order_money, student_lin, campus, zhao):
        deliver(campus, zhao)

        self.pay(student_lin, campus, borne_by="courier", courier_user=zhao)

        assert held(zhao) == 2540
        assert services.balance(Kind.WALLET, user=student_lin) == 300

    def test_by_the_courier_from_what_was_released_already(self, order_money, student_lin, campus, zhao):
        deliver(campus, zhao)
        services.release_earnings(key="rel", ref="ORDER1")

        self.pay(student_lin, campus, borne_by="courier", courier_user=zhao)

        assert free(zhao) == 2540

    def test_a_courier_pays_at_most_what_the_order_earned(self, order_money, student_lin, campus, zhao):
        """Never the goods, which the courier paid for, and never other orders' wages."""
        deliver(campus, zhao)
        other = services.account(Kind.COURIER_EARNINGS, user=zhao)
        fund = services.account(Kind.PLATFORM_INCOME, campus=campus)
        services.transfer(key="o", reason="courier_fee", ref="ORDER2", moves=[(fund, -500), (other, 500)])

        self.pay(student_lin, campus, amount=1000, borne_by="courier", courier_user=zhao)

        assert held(zhao) == 2840 + 500 - 840
        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -160
        assert services.balance(Kind.WALLET, user=student_lin) == 1000

    def test_a_second_one_finds_nothing_left_to_take(self, order_money, student_lin, campus, zhao):
        deliver(campus, zhao)
        self.pay(student_lin, campus, amount=840, borne_by="courier", courier_user=zhao)

        self.pay(student_lin, campus, amount=200, key="c2", borne_by="courier", courier_user=zhao)

        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -200

    def test_before_the_delivery_the_platform_pays(self, order_money, student_lin, campus, zhao):
        self.pay(student_lin, campus, borne_by="courier", courier_user=zhao)

        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -300

    def test_several_bear_it(self, order_money, student_lin, campus, zhao):
        deliver(campus, zhao)
        shares = {"courier": 300, "insurance": 500, "platform": 200}

        self.pay(student_lin, campus, amount=1000, borne_by=shares, courier_user=zhao)

        assert held(zhao) == 2540
        assert services.balance(Kind.INSURANCE, campus=campus) == -500
        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -200
        assert check_ledger() == []

    def test_a_customer_pays_the_courier_from_what_is_held_then_from_the_wallet(
        self, order_money, student_lin, campus, zhao, wallet_money
    ):
        wallet_money(student_lin, 100)
        services.compensate(
            key="c", ref="ORDER1", user=zhao, campus=campus, amount=3500, borne_by="customer",
            customer=student_lin,
        )  # fmt: skip

        assert services.balance(Kind.WALLET, user=zhao) == 3500
        assert services.balance(Kind.ESCROW, ref="ORDER1") == 0
        assert services.balance(Kind.WALLET, user=student_lin) == 0
        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -400

    @given(
        shares=st.dictionaries(
            st.sampled_from(["platform", "courier", "customer", "insurance"]),
            st.integers(1, 5000),
            min_size=1,
        ),
        released=st.booleans(),
    )
    def test_whoever_bears_it_the_books_balance(self, student_lin, campus, zhao, shares, released):
        with transaction.atomic():
            gateway = services.account(Kind.GATEWAY, gateway="sandbox")
            escrow = services.account(Kind.ESCROW, ref="ORDER1")
            services.transfer(key="p", reason="pay_order", ref="", moves=[(gateway, -3000), (escrow, 3000)])
            deliver(campus, zhao, platform_fen=0)
            if released:
                services.release_earnings(key="rel", ref="ORDER1")
            amount, earned = sum(shares.values()), held(zhao) + free(zhao)

            services.compensate(
                key="c", ref="ORDER1", user=UserFactory(), campus=campus, amount=amount, borne_by=shares,
                courier_user=zhao, customer=student_lin,
            )  # fmt: skip

            taken = earned - held(zhao) - free(zhao)
            assert taken == min(shares.get("courier", 0), 840)
            assert check_ledger() == []
            transaction.set_rollback(True)

    @pytest.mark.parametrize(
        "more",
        [
            {"borne_by": "nobody"},
            {"borne_by": "courier"},
            {"borne_by": "customer"},
            {"borne_by": {"platform": 299}},
            {"borne_by": {"platform": 301, "insurance": -1}},
        ],
    )
    def test_nobody_to_pay_is_a_bug_in_the_caller(self, student_lin, campus, more):
        with pytest.raises(ValueError, match=r"nobody|which c|do not make"):
            self.pay(student_lin, campus, **more)


class TestClawback:
    def take(self, campus, zhao, finance, amount=840, key="b", note="Never delivered"):
        return services.claw_back(
            key=key, ref="ORDER1", campus=campus, courier_user=zhao, amount=amount, actor=finance, note=note
        )

    def test_from_what_is_held_first_and_once(self, order_money, campus, zhao, finance_li):
        deliver(campus, zhao)
        assert self.take(campus, zhao, finance_li) == self.take(campus, zhao, finance_li)

        assert held(zhao) == 2000  # the outlay for the goods is theirs
        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == 840
        assert check_ledger() == []

    def test_after_the_release(self, order_money, campus, zhao, finance_li):
        deliver(campus, zhao)
        services.release_earnings(key="rel", ref="ORDER1")
        self.take(campus, zhao, finance_li, amount=500)

        assert free(zhao) == 2340

    def test_never_more_than_is_left_of_this_orders_pay(self, order_money, campus, zhao, finance_li):
        deliver(campus, zhao)
        self.take(campus, zhao, finance_li, amount=800)

        with pytest.raises(Invalid, match=r"At most ¥0\.4"):
            self.take(campus, zhao, finance_li, amount=41, key="b2")

    def test_the_same_key_for_another_sum_is_refused(self, order_money, campus, zhao, finance_li):
        deliver(campus, zhao)
        self.take(campus, zhao, finance_li, amount=500)

        with pytest.raises(Invalid, match="already used"):
            self.take(campus, zhao, finance_li, amount=501)

    def test_says_why(self, order_money, campus, zhao, finance_li):
        deliver(campus, zhao)
        with pytest.raises(Invalid, match="Say why"):
            self.take(campus, zhao, finance_li, note=" ")


def test_the_story_tells_every_step(order_money, student_lin, campus, zhao):
    deliver(campus, zhao)
    services.compensate(
        key="c", ref="ORDER1", user=student_lin, campus=campus, amount=300, borne_by="courier", courier_user=zhao,
        note="late",
    )  # fmt: skip
    services.start_payment(
        key="tip", ref="ORDER1", purpose="tip", user=student_lin, campus=campus, amount=200, gateway="sandbox"
    )

    told = [(row.text, row.fen) for row in ledger_trail("ORDER1")]

    assert told == [
        ("Paid for an order: customer wallet (林晓) → order escrow", 3000),
        ("Goods bought for a customer: order escrow → courier earnings, on hold (赵强)", 2000),
        ("Delivery fee: order escrow → platform income", 160),
        ("Delivery fee: order escrow → courier earnings, on hold (赵强)", 840),
        ("Compensation: courier earnings, on hold (赵强) → customer wallet (林晓)", 300),
        ("Payment by sandbox cashier: waiting for payment", 200),
    ]
