"""Complaints at both providers: heard of by a notice or by looking, asked what they say, answered there."""

from datetime import timedelta

import pytest

from core.errors import Invalid, WrongState
from payments import gateways, services
from payments.events import ComplaintEnded, ComplaintOpened, ComplaintReplyFailed
from payments.models import Complaint, ComplaintReply
from payments.services import complaints
from tests.payments.fake_gateways import FAKES

pytestmark = pytest.mark.django_db
OPEN, FINISHED, ENDED = Complaint.Status.OPEN, Complaint.Status.FINISHED, Complaint.Status.ENDED
WORDS = "东西没有送到"
# A complaint that its customer has taken back.
WITHDRAWN = {"wechatpay": "PROCESSED", "alipay": "COMPLAIN_CANCELED"}


@pytest.fixture(params=sorted(FAKES))
def fake_class(request):
    return FAKES[request.param]


@pytest.fixture
def said(monkeypatch):
    """Events of complaints, in order."""
    found = []
    monkeypatch.setattr("payments.services.complaints.outbox.emit", found.append)
    return found


@pytest.fixture
def complained(provider, payment):
    """Lin complains of the payment; nobody has told us yet."""
    return provider.book.add(payment.no, WORDS)


@pytest.fixture
def tell(client, provider):
    """tell((headers, body)): the status with which we answer that notice."""

    def tell(letter):
        headers, body = letter
        address = f"/pay/complaint/{provider.name}/"
        return client.post(address, body, content_type=provider.writes, headers=headers).status_code

    return tell


@pytest.fixture
def heard(provider, complained, tell, said):
    """The complaint once it has been told of and asked about."""
    assert tell(provider.complaint_notice(complained)) == 200
    complaints.query_complaints()
    said.clear()
    return Complaint.objects.get()


def reply(complaint, kind="answer", key="k", outcome="", words="骑手正在路上", actor=None):
    return services.reply_to_complaint(
        complaint=complaint, kind=kind, words=words, actor=actor, key=key, outcome=outcome
    )


def test_a_notice_is_written_down_and_asked_about(provider, payment, complained, tell, said, simulated_clock):
    assert tell(provider.complaint_notice(complained)) == 200
    assert Complaint.objects.get().status == Complaint.Status.HEARD

    assert complaints.query_complaints() == 1

    one = Complaint.objects.get()
    assert (one.no, one.payment, one.words, one.status) == (complained.no, payment, WORDS, OPEN)
    opened_at = complained.at.replace(microsecond=0)
    assert (one.answer_by - opened_at, one.due_at - opened_at) == (timedelta(hours=24), timedelta(hours=72))
    assert said == [ComplaintOpened(complaint=one.pk, ref="ORDER1", again=False)]


def test_told_twice_it_is_one_complaint(provider, complained, tell, heard, said):
    assert tell(provider.complaint_notice(complained)) == 200
    letter = provider.complaint_notice(complained)
    assert (tell(letter), tell(letter)) == (200, 200)
    complaints.query_complaints()

    assert Complaint.objects.count() == 1
    assert said == []


@pytest.mark.parametrize("hour", [0, 24, 48])
def test_told_late_it_is_believed_as_all_that_it_makes_us_do_is_to_ask(
    provider, complained, heard, tell, simulated_clock, hour
):
    simulated_clock.time += timedelta(hours=hour)

    assert tell(provider.complaint_notice(complained)) == 200


def test_a_stranger_is_not_believed(provider, complained, tell, rsa_keys, caplog):
    assert tell(provider.complaint_notice(complained, key=rsa_keys[2])) == 400
    assert not Complaint.objects.exists()
    assert "refused" in caplog.text


def test_what_a_stranger_answers_is_not_believed(provider, complained, tell, said, caplog):
    tell(provider.complaint_notice(complained))
    provider.forged_answers = True

    complaints.query_complaints()

    assert Complaint.objects.get().status == Complaint.Status.HEARD
    assert said == []


def test_a_notice_of_something_else_changes_nothing(provider, complained, tell):
    other = (
        {"event": "TRANSACTION.SUCCESS"} if provider.name == "wechatpay" else {"msg_method": "alipay.other"}
    )

    assert tell(provider.complaint_notice(complained, **other)) == 200
    assert not Complaint.objects.exists()


def test_too_long_a_notice_is_not_read(provider, tell):
    assert tell(({}, b"x" * 20_001)) == 413


@pytest.mark.parametrize("name", ["sandbox", "wallet", "nobody"])
def test_others_have_no_complaints(client, db, name):
    assert client.post(f"/pay/complaint/{name}/", b"{}", content_type="application/json").status_code == 404


def test_a_lost_notice_is_made_up_for(provider, payment, complained, said):
    assert complaints.look_for_complaints() == 1
    assert complaints.look_for_complaints() == 1

    one = Complaint.objects.get()
    assert (one.payment, one.status) == (payment, OPEN)
    assert said == [ComplaintOpened(complaint=one.pk, ref="ORDER1", again=False)]


def test_more_than_a_page_is_looked_through(provider, payment, said):
    for n in range(51):
        provider.book.add(payment.no, WORDS, no=f"{n + 1:026d}")

    assert complaints.look_for_complaints() == 51
    assert Complaint.objects.count() == 51


def test_a_provider_that_is_down_is_asked_again(provider, complained, tell, said, simulated_clock, caplog):
    tell(provider.complaint_notice(complained))
    provider.down = True
    complaints.query_complaints()
    assert complaints.look_for_complaints() == 0
    provider.down = False
    assert complaints.query_complaints() == 0

    simulated_clock.time += timedelta(minutes=2)
    complaints.query_complaints()

    assert Complaint.objects.get().status == OPEN


def test_of_a_payment_that_nobody_knows(provider, tell, said):
    unknown = provider.book.add("NOT OURS", WORDS)
    tell(provider.complaint_notice(unknown))

    complaints.query_complaints()

    one = Complaint.objects.get()
    assert (one.payment, one.status) == (None, OPEN)
    assert said == [ComplaintOpened(complaint=one.pk, ref="", again=False)]


def test_a_payment_by_another_way_is_not_ours(provider, payment, complained, tell, said):
    type(payment).objects.update(gateway="sandbox")
    tell(provider.complaint_notice(complained))

    complaints.query_complaints()

    assert Complaint.objects.get().payment is None


def test_an_answer_goes_there(provider, complained, heard):
    one = reply(heard)
    assert complained.said == []

    assert complaints.send_complaint_replies() == 1
    assert complaints.send_complaint_replies() == 0

    one.refresh_from_db()
    assert (complained.said, one.status) == (["骑手正在路上"], ComplaintReply.Status.SENT)


def test_a_press_that_comes_twice_answers_once(provider, complained, heard):
    assert reply(heard).pk == reply(heard, words="anything").pk

    complaints.send_complaint_replies()

    assert complained.said == ["骑手正在路上"]


def test_the_end_goes_there_with_how_it_was_settled(provider, complained, heard, said, simulated_clock):
    reply(heard, kind="finish", outcome="refunded", words="已退款")
    heard.refresh_from_db()
    assert heard.status == FINISHED

    complaints.send_complaint_replies()

    assert complained.said == ["已退款"]
    assert complained.ended_as == [{"wechatpay": "complete", "alipay": "02"}[provider.name]]


def test_before_our_last_word_is_there_it_is_not_open_again(
    provider, complained, heard, said, simulated_clock
):
    reply(heard, kind="finish", outcome="agreed")
    simulated_clock.time += timedelta(hours=7)

    complaints.query_complaints()

    heard.refresh_from_db()
    assert (heard.status, said) == (FINISHED, [])


def test_its_end_is_heard_of(provider, complained, heard, said, simulated_clock):
    complained.state = WITHDRAWN[provider.name]
    simulated_clock.time += timedelta(hours=7)

    complaints.query_complaints()

    heard.refresh_from_db()
    assert (heard.status, heard.query_at) == (ENDED, None)
    assert said == [ComplaintEnded(complaint=heard.pk, ref="ORDER1", again=True)]


def test_one_that_goes_on_is_told_of_again(provider, complained, heard, tell, said, simulated_clock):
    before, complained.state = complained.state, WITHDRAWN[provider.name]
    simulated_clock.time += timedelta(hours=7)
    complaints.query_complaints()
    said.clear()
    complained.state = before

    tell(provider.complaint_notice(complained))
    complaints.query_complaints()

    assert said == [ComplaintOpened(complaint=heard.pk, ref="ORDER1", again=True)]


def test_nothing_is_answered_once_it_is_over(provider, complained, heard, simulated_clock):
    complained.state = WITHDRAWN[provider.name]
    simulated_clock.time += timedelta(hours=7)
    complaints.query_complaints()

    with pytest.raises(WrongState):
        reply(heard)


@pytest.mark.parametrize(
    "wrong", [{"words": "  "}, {"kind": "finish"}, {"kind": "finish", "outcome": "nonsense"}]
)
def test_nothing_is_said_without_words_or_an_outcome(provider, heard, wrong):
    with pytest.raises(Invalid):
        reply(heard, **wrong)


def test_an_answer_that_is_not_taken_is_tried_again(provider, complained, heard, simulated_clock, caplog):
    provider.book.no_words = True
    one = reply(heard)
    assert complaints.send_complaint_replies() == 0
    provider.book.no_words = False
    assert complaints.send_complaint_replies() == 0

    simulated_clock.time += timedelta(minutes=2)
    complaints.send_complaint_replies()

    one.refresh_from_db()
    assert (complained.said, one.status, one.attempts, one.error) == (["骑手正在路上"], "sent", 2, "")


@pytest.mark.parametrize("kind, outcome", [("answer", ""), ("finish", "other")])
def test_an_answer_that_is_never_taken_is_told_of(
    provider, heard, said, simulated_clock, kind, outcome, caplog
):
    provider.book.no_words = True
    one = reply(heard, kind=kind, outcome=outcome)
    for _n in range(complaints.MAX_ATTEMPTS):
        complaints.send_complaint_replies()
        simulated_clock.time += timedelta(hours=1)

    one.refresh_from_db()
    heard.refresh_from_db()
    assert (one.status, one.next_try_at) == ("failed", None)
    assert one.error
    assert heard.status == OPEN
    assert said == [ComplaintReplyFailed(reply=one.pk, complaint=heard.pk)]


def test_an_end_of_which_the_answer_was_lost_is_told_once(
    provider, complained, heard, simulated_clock, monkeypatch, caplog
):
    desk = gateways.get(provider.name).complaints
    one = reply(heard, kind="finish", outcome="agreed")
    honest = type(desk).finish

    def loses_the_answer(self, *what):
        honest(self, *what)
        raise gateways.GatewayError("timeout")

    monkeypatch.setattr(type(desk), "finish", loses_the_answer)
    complaints.send_complaint_replies()
    simulated_clock.time += timedelta(minutes=2)
    provider.book.no_words = True  # what is over takes no more words
    monkeypatch.setattr(type(desk), "finish", honest)

    complaints.send_complaint_replies()

    one.refresh_from_db()
    assert (len(complained.ended_as), one.status) == (1, "sent")


def test_two_that_look_at_once_ask_once(provider, complained, tell, said):
    tell(provider.complaint_notice(complained))
    assert (complaints.query_complaints(), complaints.query_complaints()) == (1, 0)
