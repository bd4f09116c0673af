"""What Alipay says of complaints of either kind, and what others say in its name."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from payments import gateways, services
from payments.models import Complaint
from payments.services import complaints
from tests.payments.fake_gateways import FakeAlipay

pytestmark = pytest.mark.django_db
FAKE = FakeAlipay


@pytest.fixture
def desk():
    return gateways.get("alipay").complaints


@pytest.fixture
def complained(provider, payment):
    return provider.book.add(payment.no, "东西没有送到")


@pytest.fixture
def risk(provider, payment, simulated_clock):
    """One of RiskGO's, which Alipay wants settled within two days."""
    one = provider.book.add(payment.no, "乱扣费", no="700123")
    one.state, one.overdue_at = "WAIT_PROCESS", one.at.replace(microsecond=0) + timedelta(days=2)
    return one


@pytest.fixture
def parse(provider, desk):
    """parse((headers, body)): what a message tells."""
    return lambda letter: desk.parse(*letter)


def test_a_message_names_its_complaint(provider, complained, parse):
    assert parse(provider.complaint_notice(complained, notice="n1")).complaint_no == complained.no


@pytest.mark.parametrize(
    "spoilt",
    [
        {"app_id": "2021999999999999"},
        {"sign_type": "RSA"},
        {"drop": ("sign",)},
        {"drop": ("notify_id",)},
        {"biz_content": "{}"},
        {"biz_content": "[]"},
        {"biz_content": "nonsense"},
        {"biz_content": '{"complain_event_id": "a b"}'},
        {"biz_content": '{"complain_event_id": 5}'},
        {"notify_id": "n" * 65},
    ],
)
def test_what_is_not_as_it_should_be_is_refused(provider, complained, parse, spoilt):
    with pytest.raises(gateways.BadCallback):
        parse(provider.complaint_notice(complained, **spoilt))


def test_what_was_changed_on_the_way_is_refused(provider, complained, parse):
    headers, body = provider.complaint_notice(complained, notice="n1")

    with pytest.raises(gateways.BadCallback):
        parse((headers, body.replace(b"n1", b"n2")))


def test_one_of_which_it_sends_no_message_is_found(provider, risk, payment):
    complaints.look_for_complaints()

    one = Complaint.objects.get()
    assert (one.no, one.payment, one.words, one.status) == ("risk-700123", payment, "乱扣费", "open")
    assert (one.due_at, one.answer_by) == (
        risk.overdue_at,
        risk.at.replace(microsecond=0) + timedelta(days=1),
    )


def test_of_that_kind_there_are_no_words_before_the_end(provider, risk, desk):
    complaints.look_for_complaints()
    one = Complaint.objects.get()
    assert not services.takes_answers(one)

    with pytest.raises(Invalid):
        services.reply_to_complaint(complaint=one, kind="answer", words="马上", actor=None, key="k")
    with pytest.raises(gateways.GatewayError):
        desk.answer(one.no, "马上")


@pytest.mark.parametrize(
    "outcome, code", [("refunded", "REFUND"), ("agreed", "CONSENSUS_WITH_CLIENT"), ("other", "ORTHER")]
)
def test_its_end_says_how_it_was_settled(provider, risk, simulated_clock, outcome, code):
    complaints.look_for_complaints()
    one = Complaint.objects.get()
    services.reply_to_complaint(
        complaint=one, kind="finish", words="已处理", actor=None, key="k", outcome=outcome
    )
    complaints.send_complaint_replies()
    assert (risk.said, risk.ended_as) == (["已处理"], [code])

    simulated_clock.time += timedelta(minutes=2)
    complaints.query_complaints()

    one.refresh_from_db()
    assert one.status == Complaint.Status.ENDED


def test_one_that_it_does_not_settle_is_an_error(provider, risk, desk, monkeypatch):
    from tests.payments.fake_gateways import alipay

    monkeypatch.setattr(
        alipay, "alipay_answer", lambda *asked: {"code": "10000", "complaint_process_success": False}
    )

    with pytest.raises(gateways.GatewayError):
        desk.finish("risk-700123", "other", "已处理")


def test_an_answer_about_another_one_is_not_believed(provider, complained, desk):
    provider.book.complaints[complained.no] = provider.book.add("ELSE", "other")

    with pytest.raises(gateways.GatewayError):
        desk.query(complained.no)


def test_without_a_number_of_ours_it_belongs_to_nobody(provider, desk):
    one = provider.book.add("", "不认识")

    assert desk.query(one.no).payment_no == ""
