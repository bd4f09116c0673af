"""What WeChat Pay says of complaints, and what others say in its name."""

from datetime import timedelta

import pytest

from payments import gateways
from payments.models import Complaint
from payments.services import complaints
from tests.payments.fake_gateways import FakeWeChat

pytestmark = pytest.mark.django_db
FAKE = FakeWeChat
URL = "https://errand.example.org/pay/complaint/wechatpay/"


@pytest.fixture
def desk():
    return gateways.get("wechatpay").complaints


@pytest.fixture
def complained(provider, payment):
    return provider.book.add(payment.no, "东西没有送到")


@pytest.fixture
def parse(provider, desk):
    """parse((headers, body)): what a notice tells."""
    return lambda letter: desk.parse(*letter)


def test_a_notice_names_its_complaint(provider, complained, parse):
    assert parse(provider.complaint_notice(complained, notice="EV-1")).complaint_no == complained.no


@pytest.mark.parametrize(
    "spoilt",
    [
        {"serial": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"},
        {"secret": "0" * 32},
        {"age": timedelta(minutes=6)},
        {"age": timedelta(minutes=-6)},
        {"complaint_id": "../refunds"},
        {"complaint_id": ""},
        {"complaint_id": None},
        {"complaint_id": "1" * 65},
    ],
)
def test_what_is_not_as_it_should_be_is_refused(provider, complained, parse, spoilt):
    with pytest.raises(gateways.BadCallback):
        parse(provider.complaint_notice(complained, **spoilt))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers, body: (headers, body.replace(b"EV-", b"EW-")),
        lambda headers, body: (headers | {"Wechatpay-Nonce": "another"}, body),
        lambda headers, body: (headers, b""),
        lambda headers, body: ({}, body),
    ],
)
def test_what_was_changed_on_the_way_is_refused(provider, complained, parse, spoil):
    with pytest.raises(gateways.BadCallback):
        parse(spoil(*provider.complaint_notice(complained)))


def test_notices_are_sent_to_us_from_the_first_look_on(provider):
    complaints.look_for_complaints()
    assert provider.book.url == URL

    provider.requests.clear()
    complaints.look_for_complaints()
    assert [one.split()[0] for one in provider.requests] == ["GET", "GET"]


def test_another_address_is_replaced(provider):
    provider.book.url = "https://old.example.org/"

    complaints.look_for_complaints()

    assert provider.book.url == URL


def test_an_answer_about_another_one_is_not_believed(provider, complained, desk):
    other = provider.book.add("ELSE", "other")
    provider.book.complaints[complained.no] = other

    with pytest.raises(gateways.GatewayError):
        desk.query(complained.no)


@pytest.mark.parametrize("missing", ["complaint_time", "complaint_state"])
def test_an_answer_that_cannot_be_read_changes_nothing(provider, complained, monkeypatch, missing, caplog):
    from tests.payments.fake_gateways import complaints as rows

    made = rows.wechat_row
    monkeypatch.setattr(rows, "wechat_row", lambda one: {k: v for k, v in made(one).items() if k != missing})
    complaints.hear_of("wechatpay", complained.no)

    complaints.query_complaints()

    assert Complaint.objects.get().status == Complaint.Status.HEARD


def test_an_unknown_one_is_an_error(provider, desk):
    with pytest.raises(gateways.GatewayError):
        desk.query("123")


def test_long_words_are_cut(provider, complained, desk):
    desk.answer(complained.no, "字" * 300)

    assert complained.said == ["字" * 200]


def test_what_its_customer_says_at_length_is_cut(provider, complained, desk):
    complained.words = "字" * 900

    assert len(desk.query(complained.no).words) == 500
