"""Withdrawals: asked for once, decided by somebody else, paid or given back, and never more than there is."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.errors import DomainError, Invalid, NotAllowed, WrongState
from core.masking import mask_account
from notifications.models import Notice
from payments import gateways, services
from payments.gateways.sandbox import cashier
from payments.models import Account, Refund, SandboxBill, SandboxTransfer, Withdrawal
from payments.selectors import check_ledger, known_payees
from payments.services import Payee
from payments.services.withdrawing import MAX_ATTEMPTS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Kind = Account.Kind
CARD = Payee("bank", "赵强", "6222020200112233", "工商银行")
SANDBOX = Payee("sandbox", "赵强", "acc1234")


@pytest.fixture
def zhao(courier_zhao):
    """Has earned ¥100 that may be withdrawn."""
    user = courier_zhao.user
    services.transfer(
        key="wages",
        reason="earnings_released",
        moves=[
            (services.account(Kind.GATEWAY, gateway="sandbox"), -10_000),
            (services.account(Kind.COURIER_WITHDRAWABLE, user=user), 10_000),
        ],
    )
    return user


def ask(user, campus, amount=3000, key="k", payee=CARD, source="courier"):
    return services.request_withdrawal(
        key=key, user=user, campus=campus, source=source, amount=amount, payee=payee
    )


def free(user):
    return services.balance(Kind.COURIER_WITHDRAWABLE, user=user)


def on_the_way(channel="bank"):
    return services.balance(Kind.WITHDRAWALS, gateway=channel)


class TestAsking:
    def test_takes_the_money_aside_at_once(self, zhao, campus):
        one = ask(zhao, campus)

        assert (one.status, free(zhao), on_the_way()) == ("requested", 7000, 3000)
        assert check_ledger() == []

    def test_the_same_key_asks_once(self, zhao, campus):
        assert ask(zhao, campus) == ask(zhao, campus)
        assert free(zhao) == 7000

    @pytest.mark.parametrize("other", [{"amount": 3001}, {"payee": SANDBOX}, {"source": "wallet"}])
    def test_the_same_key_for_something_else_is_refused(self, zhao, campus, other):
        ask(zhao, campus)

        with pytest.raises(Invalid, match="already used"):
            ask(zhao, campus, **other)

    @pytest.mark.parametrize("amount", [99, 0, -1, 200_001])
    def test_limits_at_once(self, zhao, campus, amount):
        with pytest.raises(Invalid, match="Between ¥1 and ¥2,000"):
            ask(zhao, campus, amount=amount)

    def test_not_more_than_there_is(self, zhao, campus):
        with pytest.raises(Invalid, match="Only ¥100 can be withdrawn"):
            ask(zhao, campus, amount=10_001)
        assert not Withdrawal.objects.exists()

    def test_so_often_a_day(self, zhao, campus, simulated_clock):
        for n in range(5):
            ask(zhao, campus, amount=100, key=f"k{n}")

        with pytest.raises(Invalid, match="a day"):
            ask(zhao, campus, amount=100, key="k6")
        simulated_clock.advance(hours=24)
        assert ask(zhao, campus, amount=100, key="k6").amount == 100

    def test_what_was_taken_back_does_not_count(self, zhao, campus):
        for n in range(6):
            services.cancel_withdrawal(withdrawal=ask(zhao, campus, amount=100, key=f"k{n}"), actor=zhao)

        assert free(zhao) == 10_000


class TestDeciding:
    def test_by_somebody_else_only(self, zhao, campus, finance_li):
        one = ask(zhao, campus)

        for act in (services.approve_withdrawal, services.refuse_withdrawal):
            more = {"reason": "no"} if act is services.refuse_withdrawal else {}
            with pytest.raises(NotAllowed, match="your own request"):
                act(withdrawal=one, actor=zhao, **more)
        assert services.approve_withdrawal(withdrawal=one, actor=finance_li).decided_by == finance_li

    def test_not_by_the_operator_who_asked_for_another(self, zhao, campus, finance_li):
        one = services.request_withdrawal(
            key="k", user=zhao, campus=campus, source="courier", amount=500, payee=CARD, actor=finance_li
        )
        with pytest.raises(NotAllowed):
            services.approve_withdrawal(withdrawal=one, actor=finance_li)

    def test_refused_money_is_back_and_the_person_reads_why(self, zhao, campus, finance_li):
        one = services.refuse_withdrawal(
            withdrawal=ask(zhao, campus), actor=finance_li, reason="The name does not fit the card."
        )

        assert (one.status, free(zhao), on_the_way()) == ("refused", 10_000, 0)
        assert "does not fit" in Notice.objects.get(user=zhao, kind="withdrawal").body
        assert check_ledger() == []

    def test_a_refusal_says_why(self, zhao, campus, finance_li):
        with pytest.raises(Invalid, match="Say why"):
            services.refuse_withdrawal(withdrawal=ask(zhao, campus), actor=finance_li, reason=" ")

    def test_only_one_decision(self, zhao, campus, finance_li, supervisor_sun):
        one = services.approve_withdrawal(withdrawal=ask(zhao, campus), actor=finance_li)

        assert services.approve_withdrawal(withdrawal=one, actor=finance_li).status == "approved"
        with pytest.raises(WrongState):
            services.approve_withdrawal(withdrawal=one, actor=supervisor_sun)
        with pytest.raises(WrongState):
            services.refuse_withdrawal(withdrawal=one, actor=supervisor_sun, reason="late")
        with pytest.raises(WrongState):
            services.cancel_withdrawal(withdrawal=one, actor=zhao)

    def test_nobody_takes_back_for_others(self, zhao, campus, student_lin):
        with pytest.raises(NotAllowed):
            services.cancel_withdrawal(withdrawal=ask(zhao, campus), actor=student_lin)


class TestByHand:
    @pytest.fixture
    def approved(self, zhao, campus, finance_li):
        return services.approve_withdrawal(withdrawal=ask(zhao, campus), actor=finance_li)

    def test_a_card_is_paid_by_hand(self, approved, zhao, finance_li):
        assert services.send_withdrawals() == 0

        one = services.book_paid(withdrawal=approved, actor=finance_li, gateway_no="ICBC-7")

        assert (one.status, one.gateway_no, on_the_way()) == ("paid", "ICBC-7", 0)
        assert services.balance(Kind.GATEWAY, gateway="bank") == 3000
        assert "6222" not in Notice.objects.get(user=zhao, kind="withdrawal").body
        assert check_ledger() == []

    def test_or_comes_back(self, approved, zhao, finance_li):
        services.book_failed(withdrawal=approved, actor=finance_li, reason="The card is closed.")

        assert (free(zhao), on_the_way()) == (10_000, 0)

    def test_paid_is_the_end(self, approved, finance_li):
        services.book_paid(withdrawal=approved, actor=finance_li, gateway_no="ICBC-7")

        with pytest.raises(WrongState):
            services.book_failed(withdrawal=approved, actor=finance_li, reason="oops")
        with pytest.raises(WrongState):
            services.book_paid(withdrawal=approved, actor=finance_li, gateway_no="ICBC-8")

    def test_not_before_it_is_approved(self, zhao, campus, finance_li):
        with pytest.raises(WrongState):
            services.book_paid(withdrawal=ask(zhao, campus), actor=finance_li, gateway_no="x")


class TestByGateway:
    @pytest.fixture
    def approved(self, zhao, campus, finance_li, simulated_clock):
        return services.approve_withdrawal(withdrawal=ask(zhao, campus, payee=SANDBOX), actor=finance_li)

    def test_paid_by_the_next_sweep_and_once(self, approved, simulated_clock):
        assert (services.send_withdrawals(), services.send_withdrawals()) == (1, 0)

        approved.refresh_from_db()
        assert approved.status == "paid"
        assert SandboxTransfer.objects.get().amount == 3000
        assert on_the_way("sandbox") == 0
        assert check_ledger() == []

    def test_a_closed_account_gives_it_back(self, zhao, campus, finance_li, simulated_clock):
        one = ask(zhao, campus, payee=Payee("sandbox", "赵强", "acc0000"))
        services.approve_withdrawal(withdrawal=one, actor=finance_li)

        assert services.send_withdrawals() == 0

        one.refresh_from_db()
        assert (one.status, free(zhao)) == ("failed", 10_000)

    def test_an_answer_that_got_lost_is_asked_for_and_never_sent_twice(
        self, approved, monkeypatch, simulated_clock
    ):
        sandbox, sent = gateways.get("sandbox"), []

        def lose(withdrawal):
            sent.append(type(sandbox).transfer(sandbox, withdrawal))
            raise gateways.GatewayError("the line went dead")

        monkeypatch.setattr(sandbox, "transfer", lose)
        assert services.send_withdrawals() == 0
        simulated_clock.advance(hours=1)
        assert services.send_withdrawals() == 1

        assert len(sent) == SandboxTransfer.objects.count() == 1

    def test_while_the_gateway_pays_no_hand_does(self, approved, finance_li):
        with pytest.raises(WrongState, match="provider is paying"):
            services.book_paid(withdrawal=approved, actor=finance_li, gateway_no="x")

    def test_a_gateway_that_never_answers_leaves_it_to_a_person(
        self, approved, finance_li, monkeypatch, simulated_clock
    ):
        def dead(withdrawal):
            raise gateways.GatewayError("no answer")

        monkeypatch.setattr(gateways.get("sandbox"), "transfer", dead)
        for _ in range(MAX_ATTEMPTS):
            services.send_withdrawals()
            simulated_clock.advance(hours=2)

        one = services.book_paid(withdrawal=approved, actor=finance_li, gateway_no="by hand")

        assert (one.status, one.attempts) == ("paid", MAX_ATTEMPTS)


class TestWallet:
    @pytest.fixture
    def topped_up(self, student_lin, campus):
        """¥50 and ¥30 topped up at the cashier, ¥20 of compensation."""
        for n, fen in enumerate((5000, 3000)):
            payment = services.start_payment(
                key=f"t{n}", ref=f"T{n}", purpose="topup", user=student_lin, campus=campus, amount=fen,
                gateway="sandbox",
            )  # fmt: skip
            gateways.get("sandbox").create(payment)
            bill = SandboxBill.objects.get(payment_no=payment.no)
            cashier.pay_bill(bill.no)
            services.ask_gateway(payment)
        services.compensate(key="c", ref="ORDER1", user=student_lin, campus=campus, amount=2000)
        return student_lin

    def test_top_ups_go_back_the_way_they_came_the_newest_first(self, topped_up):
        made = services.return_top_ups(key="r", user=topped_up, amount=4000)

        assert [refund.amount for refund in made] == [3000, 1000]
        assert services.balance(Kind.WALLET, user=topped_up) == 6000
        assert services.send_refunds() == 2
        assert services.balance(Kind.GATEWAY, gateway="sandbox") == -4000
        assert check_ledger() == []

    def test_the_same_key_goes_back_once(self, topped_up):
        first = services.return_top_ups(key="r", user=topped_up, amount=4000)

        assert services.return_top_ups(key="r", user=topped_up, amount=4000) == first
        with pytest.raises(Invalid, match="already used"):
            services.return_top_ups(key="r", user=topped_up, amount=4001)
        assert Refund.objects.count() == 2

    def test_not_more_than_was_topped_up(self, topped_up):
        with pytest.raises(Invalid, match="Only ¥80 can go back"):
            services.return_top_ups(key="r", user=topped_up, amount=8001)

    def test_what_was_spent_is_gone(self, topped_up, campus):
        services.start_payment(
            key="o", ref="ORDER1", purpose="order", user=topped_up, campus=campus, amount=9000,
            gateway="wallet",
        )  # fmt: skip

        with pytest.raises(Invalid, match="not enough money"):
            services.return_top_ups(key="r", user=topped_up, amount=2000)
        assert not Refund.objects.exists()

    def test_only_what_was_not_topped_up_goes_to_an_account(self, topped_up, campus):
        with pytest.raises(Invalid, match="Only ¥20 can be withdrawn"):
            ask(topped_up, campus, amount=2001, source="wallet")
        ask(topped_up, campus, amount=2000, source="wallet")

        assert services.balance(Kind.WALLET, user=topped_up) == 8000
        assert check_ledger() == []


@pytest.mark.parametrize(
    "number, shown",
    [
        ("13812342046", "138****2046"),
        ("6222020200112233", "**** 2233"),
        ("lin@example.org", "l***@example.org"),
        ("wx_lin", "***n"),
        ("", "***"),
    ],
)
def test_account_numbers_are_masked(number, shown):
    assert mask_account(number) == shown


def test_known_accounts_are_offered_once_and_the_newest_first(zhao, campus):
    for n, payee in enumerate((CARD, SANDBOX, CARD)):
        ask(zhao, campus, amount=100, key=f"k{n}", payee=payee)

    assert [one.account_no for one in known_payees(zhao)] == [CARD.account_no, SANDBOX.account_no]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "approve", "refuse", "cancel", "paid", "failed", "send"]),
        st.integers(0, 3),  # which request, by key
        st.integers(1, 60_00),
        st.sampled_from([CARD, SANDBOX, Payee("sandbox", "赵强", "acc0000")]),
    ),
    max_size=20,
)


@given(steps=STEPS)
def test_whatever_is_tried_no_fen_is_paid_twice_or_lost(campus, finance_li, steps):
    with transaction.atomic():
        user = UserFactory(campus=campus)
        services.transfer(
            key="wages",
            reason="earnings_released",
            moves=[
                (services.account(Kind.GATEWAY, gateway="x"), -10_000),
                (services.account(Kind.COURIER_WITHDRAWABLE, user=user), 10_000),
            ],
        )
        for act, which, amount, payee in steps:
            one = Withdrawal.objects.filter(key=f"k{which}").first()
            try:
                if act == "ask":
                    ask(user, campus, amount=amount, key=f"k{which}", payee=payee)
                elif act == "send":
                    services.send_withdrawals(now=clock.now() + timedelta(hours=2))
                elif one:
                    act_on(one, act, user, finance_li)
            except DomainError:
                pass
        paid = sum(w.amount for w in Withdrawal.objects.filter(status="paid"))
        waiting = sum(w.amount for w in Withdrawal.objects.filter(status__in=Withdrawal.ON_THE_WAY))
        assert free(user) + waiting + paid == 10_000
        assert check_ledger() == []
        transaction.set_rollback(True)


def act_on(one, act, user, finance):
    if act == "approve":
        services.approve_withdrawal(withdrawal=one, actor=finance)
    elif act == "refuse":
        services.refuse_withdrawal(withdrawal=one, actor=finance, reason="no")
    elif act == "cancel":
        services.cancel_withdrawal(withdrawal=one, actor=user)
    elif act == "paid":
        services.book_paid(withdrawal=one, actor=finance, gateway_no="n")
    else:
        services.book_failed(withdrawal=one, actor=finance, reason="closed")
