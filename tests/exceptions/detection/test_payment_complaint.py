"""A customer complains at WeChat Pay: a ticket with its deadline, answered from the ticket, settled with the complaint.

The provider is a stand-in that speaks its protocol: notices are signed and encrypted, and our requests are checked.
"""

from datetime import timedelta

import pytest

from exceptions.actions import ACTIONS
from exceptions.clocks.projection import clocks_of
from exceptions.detection.scanner import scan
from exceptions.models import Ticket
from exceptions.tickets import services as tickets
from notifications.models import Notice
from orders import services as orders
from orders.models import Status
from orders.requests import ErrandRequest
from payments import gateways
from payments.models import Complaint, ComplaintReply, Payment
from payments.services import complaints
from tests.exceptions.actions.running import filled, run
from tests.payments.fake_gateways import FakeWeChat, Key

pytestmark = pytest.mark.django_db
WORDS = "等了两小时没有送到"


@pytest.fixture(scope="module")
def keys():
    return Key(), Key(), Key()


@pytest.fixture
def wechat(keys, settings, tmp_path, monkeypatch):
    """WeChat Pay, up and configured."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake = FakeWeChat(*keys)
    settings.SITE_ORIGIN = "https://errand.example.org"
    settings.GATEWAYS = settings.GATEWAYS | {fake.name: fake.settings(tmp_path)}
    yield fake
    fake.stop()


@pytest.fixture
def tell(client):
    """tell((headers, body), where): WeChat Pay sends us that."""

    def tell(letter, where="complaint"):
        headers, body = letter
        response = client.post(
            f"/pay/{where}/wechatpay/", body, content_type="application/json", headers=headers
        )
        assert response.status_code == 200, response.content

    return tell


@pytest.fixture
def ordered(campus, places, student_lin, simulated_clock, library, wechat, tell):
    """Lin's parcel, paid by WeChat Pay."""
    wish = {"pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": "302"}
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(campus=campus, kind="parcel", pickup_codes="5-2-1188", **wish),
        gateway=Payment.Gateway.WECHATPAY,
    )
    payment = Payment.objects.get(ref=order.no)
    wechat.open_page(gateways.get("wechatpay").create(payment))
    tell(wechat.callback(wechat.pay(payment.no)), "callback")
    order.refresh_from_db()
    assert order.status == Status.PLACED
    return order


@pytest.fixture
def complain(ordered, wechat, tell):
    """complain(words): Lin complains of that payment, and we have asked what it says. Returns what WeChat Pay has."""

    def complain(words=WORDS):
        complained = wechat.book.add(Payment.objects.get(ref=ordered.no).no, words)
        tell(wechat.complaint_notice(complained))
        complaints.query_complaints()
        return complained

    return complain


@pytest.fixture
def complained(complain):
    return complain()


@pytest.fixture
def ticket(complained) -> Ticket:
    return Ticket.objects.select_related("order", "type").get()


def ask_again(simulated_clock) -> None:
    simulated_clock.time += timedelta(hours=7)
    complaints.query_complaints()


@pytest.mark.raises_type("payment_complaint")
def test_it_becomes_a_ticket_with_the_providers_deadline(ticket, complained, ordered, student_lin):
    opened_at = complained.at.replace(microsecond=0)
    assert (ticket.order, ticket.type_id, ticket.source) == (ordered, "payment_complaint", "event")
    assert (ticket.reporter, ticket.description) == (student_lin, WORDS)
    assert ticket.respond_by == opened_at + timedelta(hours=24)
    assert ticket.resolve_by == opened_at + timedelta(hours=72)


def test_the_deadline_knows_neither_the_night_nor_a_wait(ticket, operator_wang, complained, simulated_clock):
    run(ticket, "ask_party", operator_wang, minutes=60)
    ticket.refresh_from_db()

    assert ticket.resolve_by == complained.at.replace(microsecond=0) + timedelta(hours=72)


def test_opened_again_it_goes_by_our_own_clocks(ticket, operator_wang, simulated_clock):
    tickets.resolve(ticket=ticket, actor=operator_wang, resolution="done")
    simulated_clock.time += timedelta(hours=1)
    tickets.reopen(ticket=ticket, actor=operator_wang, reason="not done")
    ticket.refresh_from_db()

    first, second = [clock for clock in clocks_of(ticket).clocks if clock.name == "resolution"]
    assert second.due - second.started >= timedelta(minutes=ticket.type.resolve_minutes)
    assert ticket.resolve_by == second.due != first.due


def test_the_customer_is_told_that_it_has_reached_us(ticket, student_lin):
    notice = Notice.objects.get(user=student_lin, kind="ticket_opened")

    assert "complaint" in notice.title
    assert "You hear from us by" in notice.body


def test_a_deadline_that_is_over_counts_for_nothing(ordered, wechat, tell, simulated_clock):
    late = wechat.book.add(Payment.objects.get(ref=ordered.no).no, WORDS)
    simulated_clock.time += timedelta(hours=73)
    tell(wechat.complaint_notice(late))
    complaints.query_complaints()

    ticket = Ticket.objects.get(type="payment_complaint")
    assert ticket.resolve_by > simulated_clock.time


def test_told_twice_it_is_one_ticket(ticket, complained, wechat, tell, simulated_clock):
    tell(wechat.complaint_notice(complained))
    complaints.query_complaints()
    ask_again(simulated_clock)

    assert Ticket.objects.get().events.count() == 1


def test_a_second_complaint_joins_the_ticket(ticket, complain):
    complain("还是没有送到")

    entry = Ticket.objects.get().events.get(kind="joined")
    assert (entry.text, entry.data["gateway"]) == ("还是没有送到", "wechatpay")


# -- Answered --------------------------------------------------------------------------------------------------


def test_it_is_offered_first(ticket, operator_wang):
    assert ticket.type.suggested_action == "answer_complaint"
    assert ACTIONS["answer_complaint"].available(ticket, operator_wang) == ""


def test_other_tickets_have_nothing_to_answer(overdue, operator_wang):
    assert ACTIONS["answer_complaint"].available(overdue, operator_wang)


def test_an_answer_goes_to_the_provider_and_to_the_customer(ticket, complained, operator_wang, student_lin):
    run(ticket, "answer_complaint", operator_wang, text="骑手马上到")
    complaints.send_complaint_replies()

    assert (complained.said, complained.ended_as) == (["骑手马上到"], [])
    entry = ticket.events.get(kind="answer_complaint")
    assert (entry.audience, entry.text) == ("customer", "骑手马上到")
    notice = Notice.objects.get(user=student_lin, kind="ticket_answer_complaint")
    assert (notice.title, notice.body) == ("Your complaint at WeChat Pay is answered", "骑手马上到")
    ticket.refresh_from_db()
    assert ticket.responded_at


def test_a_press_that_comes_twice_answers_once(ticket, complained, operator_wang):
    run(ticket, "answer_complaint", operator_wang, text="马上", key="k")
    run(ticket, "answer_complaint", operator_wang, text="马上", key="k")
    complaints.send_complaint_replies()

    assert complained.said == ["马上"]


def test_the_end_is_told_with_how_it_was_settled(ticket, complained, operator_wang):
    run(ticket, "answer_complaint", operator_wang, text="已送到", kind="finish", outcome="agreed")
    complaints.send_complaint_replies()

    assert (complained.said, complained.ended_as) == (["已送到"], ["complete"])


def test_the_end_needs_an_outcome(ticket):
    form = ACTIONS["answer_complaint"].form(
        ticket, {"complaint": str(Complaint.objects.get().pk), "kind": "finish", "text": "x"}
    )
    assert "Say how it was settled." in str(form.errors["outcome"])


def test_that_money_came_back_is_not_said_unseen(ticket):
    params = filled(ticket, "answer_complaint", text="x", kind="finish", outcome="refunded").cleaned_data

    preview = ACTIONS["answer_complaint"].preview(ticket, params)

    assert preview.warning == "Nothing has been paid back for this order so far."


def test_its_reader_sees_the_deadlines_and_what_was_said(ticket, operator_wang):
    run(ticket, "answer_complaint", operator_wang, text="马上", key="1")

    said = [row.text for row in ACTIONS["answer_complaint"].briefing(ticket, {})]

    assert said[0] == WORDS
    assert said[-1] == "马上"


def test_the_most_urgent_of_two_is_answered_unless_another_is_chosen(
    ticket, complained, complain, operator_wang, simulated_clock
):
    simulated_clock.time += timedelta(minutes=5)
    second = complain("另一件")
    run(ticket, "answer_complaint", operator_wang, text="一", key="1")
    chosen = Complaint.objects.get(no=second.no).pk
    run(ticket, "answer_complaint", operator_wang, text="二", key="2", complaint=chosen)
    complaints.send_complaint_replies()

    assert (complained.said, second.said) == (["一"], ["二"])


def test_one_of_another_order_cannot_be_answered_here(ticket, wechat):
    stranger = complaints.hear_of("wechatpay", "42")
    form = ACTIONS["answer_complaint"].form(
        ticket, {"complaint": str(stranger.pk), "kind": "answer", "text": "x"}
    )
    assert "complaint" in form.errors


def test_what_the_provider_does_not_take_stands_out(ticket, wechat, operator_wang, simulated_clock, caplog):
    run(ticket, "answer_complaint", operator_wang, text="马上")
    wechat.book.no_words = True
    for _n in range(complaints.MAX_ATTEMPTS):
        complaints.send_complaint_replies()
        simulated_clock.time += timedelta(hours=1)

    ticket.refresh_from_db()
    assert (ticket.news, ticket.events.filter(kind="unsent").count()) == ("unsent", 1)
    assert ComplaintReply.objects.get().status == "failed"


def test_of_a_settled_ticket_it_opens_another(ticket, wechat, operator_wang, simulated_clock, caplog):
    run(ticket, "answer_complaint", operator_wang, text="好了", kind="finish", outcome="other")
    tickets.resolve(ticket=ticket, actor=operator_wang, resolution="done")
    wechat.book.no_words = True
    for _n in range(complaints.MAX_ATTEMPTS):
        complaints.send_complaint_replies()
        simulated_clock.time += timedelta(hours=1)

    assert Ticket.objects.filter(type="payment_complaint", status="open").count() == 1


# -- Over ------------------------------------------------------------------------------------------------------


def test_it_is_settled_when_the_complaint_is_over(ticket, complained, simulated_clock):
    complained.state = "PROCESSED"
    ask_again(simulated_clock)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "auto:complaint_over")


def test_not_while_another_one_is_open(ticket, complained, complain, simulated_clock):
    complain("另一件")
    complained.state = "PROCESSED"
    ask_again(simulated_clock)

    ticket.refresh_from_db()
    assert ticket.is_unresolved


def test_one_that_goes_on_is_a_ticket_again(ticket, complained, wechat, tell, simulated_clock):
    complained.state = "PROCESSED"
    ask_again(simulated_clock)
    complained.state = "PROCESSING"
    tell(wechat.complaint_notice(complained))
    complaints.query_complaints()

    assert Ticket.objects.filter(type="payment_complaint").count() == 2


# -- Not ours --------------------------------------------------------------------------------------------------


def test_of_what_belongs_to_no_order_finance_is_told(ordered, wechat, tell, finance_li, student_lin):
    tell(wechat.complaint_notice(wechat.book.add("NOT OURS", "谁扣了我的钱")))
    complaints.query_complaints()

    assert not Ticket.objects.exists()
    notice = Notice.objects.get(user=finance_li, kind="complaint")
    assert "谁扣了我的钱" in notice.body
    assert notice.link == f"/admin/payments/complaint/{Complaint.objects.get().pk}/change/"


def test_a_clock_that_runs_out_is_missed_like_any_other(ticket, simulated_clock):
    from exceptions.tickets.services.missed_clocks import record_missed_clocks

    simulated_clock.time += timedelta(hours=25)
    scan()
    record_missed_clocks()

    assert ticket.events.filter(kind="clock_missed").exists()
