"""A refund that its gateway cannot pay is paid by hand, on the word of two people, and never twice."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from notifications.models import Notice
from payments import gateways, services
from payments.gateways.base import Line
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, ManualRefund, Refund, SandboxBill, Transfer
from payments.reconciliation import bill
from payments.reconciliation.books import invariant_violations
from payments.selectors import check_ledger
from tests import factories

pytestmark = pytest.mark.django_db

Kind = Account.Kind
GATEWAY = gateways.get("sandbox")


@pytest.fixture
def finance_mei(campus):
    user = factories.UserFactory(name="梅会计", campus=campus, is_staff=True, language="en")
    factories.StaffRoleFactory(user=user, campus=campus, role="finance")
    return user


@pytest.fixture
def given_up(student_lin, campus, simulated_clock, monkeypatch):
    """Lin paid ¥8 by the cashier; the refund of it was given up, for her account there is closed."""
    payment = services.start_payment(
        key="k", ref="ORDER1", purpose="order", user=student_lin, campus=campus, amount=800, gateway="sandbox"
    )
    GATEWAY.create(payment)
    paid = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
    services.settle_payment(payment_no=payment.no, amount=800, gateway_no=paid.no)
    (made,) = services.refund(key="r", ref="ORDER1", amount=800, reason="cancelled")
    made.give_up()
    made.save()
    monkeypatch.setattr(GATEWAY, "query_refund", lambda one: False)
    return made


@pytest.fixture
def proposal(given_up, finance_li):
    return services.propose_manual_refund(
        refund=given_up, actor=finance_li, way="outside", reference="ICBC-7", reason="account closed"
    )


def clearing():
    return services.balance(Kind.REFUND_CLEARING, gateway="sandbox")


def test_nothing_moves_before_a_second_person_agrees(proposal, given_up):
    given_up.refresh_from_db()

    assert (given_up.status, clearing()) == ("failed", 800)
    assert check_ledger() == []
    assert invariant_violations() == []


def test_paid_from_our_bank_account_it_is_booked_there(proposal, given_up, finance_mei):
    services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

    given_up.refresh_from_db()
    assert (given_up.status, clearing()) == ("done", 0)
    assert services.balance(Kind.GATEWAY, gateway="bank") == 800
    assert Transfer.objects.get(key=f"refund-by-hand:{given_up.no}").note == "ICBC-7"
    assert check_ledger() == []
    assert invariant_violations() == []


def test_to_the_wallet_it_is_there_at_once(given_up, student_lin, finance_li, finance_mei):
    proposal = services.propose_manual_refund(
        refund=given_up, actor=finance_li, way="wallet", reason="expired"
    )

    services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

    assert services.balance(Kind.WALLET, user=student_lin) == 800


def test_the_customer_reads_how_it_came(proposal, student_lin, finance_mei):
    services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

    told = Notice.objects.get(user=student_lin, key__startswith="refund:")
    assert "ICBC-7" in told.body


def test_the_others_who_keep_books_are_asked(finance_mei, proposal, finance_li):
    asked = Notice.objects.filter(key=f"manual-refund:{proposal.pk}").values_list("user", flat=True)

    assert finance_mei.pk in asked
    assert finance_li.pk not in asked


def test_nobody_confirms_their_own_proposal(proposal, finance_li):
    with pytest.raises(NotAllowed):
        services.confirm_manual_refund(proposal=proposal, actor=finance_li)


def test_nobody_decides_about_their_own_money(given_up, student_lin, finance_li):
    with pytest.raises(NotAllowed):
        services.propose_manual_refund(refund=given_up, actor=student_lin, way="wallet", reason="mine")
    proposal = services.propose_manual_refund(
        refund=given_up, actor=finance_li, way="wallet", reason="closed"
    )
    with pytest.raises(NotAllowed):
        services.confirm_manual_refund(proposal=proposal, actor=student_lin)


def test_confirming_twice_books_once(proposal, finance_mei):
    for _time in range(2):
        services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

    assert services.balance(Kind.GATEWAY, gateway="bank") == 800


def test_what_the_gateway_paid_after_all_is_not_paid_again(proposal, given_up, finance_mei, monkeypatch):
    monkeypatch.setattr(GATEWAY, "query_refund", lambda one: True)

    with pytest.raises(WrongState, match="paid it meanwhile"):
        services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

    given_up.refresh_from_db()
    assert given_up.status == "done"
    assert not Transfer.objects.filter(key__startswith="refund-by-hand").exists()


def test_it_is_not_sent_again_while_it_waits_for_the_second_person(proposal, given_up, finance_li):
    with pytest.raises(WrongState):
        services.retry_refund(refund=given_up, actor=finance_li)


def test_rejected_it_can_be_sent_or_proposed_again(proposal, given_up, finance_li, finance_mei):
    services.reject_manual_refund(proposal=proposal, actor=finance_mei)
    services.propose_manual_refund(refund=given_up, actor=finance_li, way="wallet", reason="closed")

    assert [one.status for one in ManualRefund.objects.order_by("pk")] == ["rejected", "proposed"]


def test_a_confirmed_one_cannot_be_rejected(proposal, finance_mei):
    services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

    with pytest.raises(WrongState):
        services.reject_manual_refund(proposal=proposal, actor=finance_mei)


@pytest.mark.parametrize(
    "change",
    [{"way": "cash"}, {"reason": " "}, {"way": "outside", "reference": " "}],
    ids=["way", "reason", "number"],
)
def test_what_is_missing_is_asked_for(given_up, finance_li, change):
    with pytest.raises(Invalid):
        services.propose_manual_refund(
            **{"refund": given_up, "actor": finance_li, "way": "wallet", "reason": "closed"} | change
        )


def test_only_one_that_was_given_up(given_up, finance_li):
    Refund.objects.update(status="queued")

    with pytest.raises(WrongState):
        services.propose_manual_refund(refund=given_up, actor=finance_li, way="wallet", reason="closed")


class TestBill:
    def compare(self, payment, *lines):
        now = clock.now()
        paid = Line("pay", payment.no, 800)
        return bill.compare(
            gateway="sandbox",
            lines=[paid, *lines],
            since=now - timedelta(days=1),
            until=now + timedelta(days=1),
        )

    @pytest.mark.parametrize("way", ["wallet", "outside"])
    def test_a_refund_by_hand_is_not_missed_in_the_gateways_bill(
        self, given_up, finance_li, finance_mei, way
    ):
        proposal = services.propose_manual_refund(
            refund=given_up, actor=finance_li, way=way, reference="ICBC-7", reason="closed"
        )
        services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

        assert self.compare(given_up.payment) == []

    def test_one_that_the_gateway_paid_too_was_paid_twice(self, proposal, given_up, finance_mei):
        services.confirm_manual_refund(proposal=proposal, actor=finance_mei)

        (fault,) = self.compare(given_up.payment, Line("refund", given_up.no, 800))
        assert (fault.kind, fault.no, fault.fen) == ("double", given_up.no, 800)


class TestPage:
    def propose(self, client, refund, **fields):
        return client.post(f"/admin/payments/refund/{refund.pk}/by-hand/", fields, follow=True)

    def decide(self, client, refund, proposal, decision="confirm"):
        address = f"/admin/payments/refund/{refund.pk}/by-hand/{proposal}/{decision}/"
        return client.post(address, follow=True)

    def test_proposed_by_one_and_confirmed_by_another(self, client_of, given_up, finance_li, finance_mei):
        li, mei = client_of(finance_li), client_of(finance_mei)
        page = f"/admin/payments/refund/{given_up.pk}/change/"
        assert "Pay it by hand" in li.get(page).text
        self.propose(li, given_up, way="outside", reference="ICBC-7", reason="account closed")
        assert "somebody else has to confirm it" in li.get(page).text
        shown = mei.get(page).text
        assert "ICBC-7" in shown
        assert "account closed" in shown

        self.decide(mei, given_up, given_up.manual.get().pk)

        given_up.refresh_from_db()
        assert given_up.status == "done"

    def test_support_sees_no_buttons_and_may_not_press_them(self, client_of, given_up, operator_wang):
        wang = client_of(operator_wang)

        assert "Pay it by hand" not in wang.get(f"/admin/payments/refund/{given_up.pk}/change/").text
        assert self.propose(wang, given_up, way="wallet", reason="x").status_code == 403
        assert not ManualRefund.objects.exists()

    def test_the_proposal_of_another_refund_is_not_found(self, client_of, proposal, given_up, finance_mei):
        other = Refund.objects.create(
            payment=given_up.payment, key="x", amount=1, reason="r", status="failed"
        )

        assert self.decide(client_of(finance_mei), other, proposal.pk).status_code == 404

    @pytest.mark.parametrize("number", ["0", "9" * 30])
    def test_no_such_proposal(self, client_of, given_up, finance_mei, number):
        assert self.decide(client_of(finance_mei), given_up, number).status_code == 404

    def test_no_such_decision(self, client_of, given_up, proposal, finance_mei):
        answer = self.decide(client_of(finance_mei), given_up, proposal.pk, "forget")
        assert (answer.status_code, ManualRefund.objects.get().status) == (404, "proposed")

    def test_the_list_has_as_many_queries_for_many_rows(
        self, client_of, proposal, finance_mei, django_assert_max_num_queries
    ):
        mei = client_of(finance_mei)
        mei.get("/admin/payments/manualrefund/")
        for n in range(5):
            other = Refund.objects.create(
                payment=proposal.refund.payment, key=f"x{n}", amount=1, reason="r", status="failed"
            )
            ManualRefund.objects.create(refund=other, way="wallet", reason="r", proposed_by=finance_mei)
        with django_assert_max_num_queries(25):
            assert mei.get("/admin/payments/manualrefund/").status_code == 200
