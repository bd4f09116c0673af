"""From a notice to the phone: planned, sent once, tried again, given up; and what a dead worker or provider costs."""

from datetime import timedelta
from time import sleep

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.hours import WeeklyHours
from core.outside import OutcomeUnknown
from notifications import channels, services
from notifications.kinds import Topic
from notifications.models import Circuit, Notice, Send
from notifications.services import notify, notify_all, send_due
from notifications.services.delivery import LEASE, _claim, _write_down

pytestmark = pytest.mark.django_db
S = Send.Status


def tell(user, kind="test_needed", title="The courier is at your door", **more):
    return notify(user=user, kind=kind, title=title, **more)


def ways(notice) -> dict[str, str]:
    return dict(notice.sends.order_by("pk").values_list("channel", "status"))


def later(simulated_clock, **delta):
    simulated_clock.advance(**delta)
    return send_due()


# -- Planned ---------------------------------------------------------------------------------------------------


def test_by_the_ways_that_the_kind_calls_for_and_the_person_has(student_lin, student_mei, aliyun, browser_of):
    browser_of(student_lin)
    assert ways(tell(student_lin)) == {"push": S.QUEUED, "sms": S.QUEUED}
    assert ways(tell(student_lin, "test_step")) == {"push": S.QUEUED}
    assert ways(tell(student_mei)) == {"sms": S.QUEUED}  # she has no browser that shows any


def test_what_nobody_has_described_stays_in_the_inbox(student_lin, aliyun):
    assert ways(tell(student_lin, "nobody_knows_this")) == {}


def test_a_number_that_was_not_proved_gets_nothing(student_lin, aliyun):
    student_lin.phone_verified = False
    assert ways(tell(student_lin)) == {}


def test_virtual_people_are_not_called(student_lin, aliyun):
    student_lin.is_virtual = True
    assert ways(tell(student_lin)) == {}


def test_as_the_person_has_chosen(student_lin, aliyun, browser_of, mail_of):
    browser_of(student_lin)
    mail_of(student_lin)
    quiet = {"quiet": False, "quiet_hours": WeeklyHours.parse("22:00-07:00")}
    services.choose(user=student_lin, channels={Topic.NEEDED: ["email"], Topic.PROGRESS: []}, **quiet)
    assert ways(tell(student_lin)) == {"email": S.QUEUED}
    assert ways(tell(student_lin, "test_step")) == {}
    grave = tell(student_lin, severity=1)  # cannot be switched off
    assert set(ways(grave)) == {"email", "push", "sms"}


def test_told_again_it_is_not_sent_again(student_lin, aliyun):
    for _ in range(2):
        tell(student_lin, key="door:1")
        send_due()
    assert len(aliyun.taken) == 1


def test_a_storm_is_planned_in_as_many_statements_as_one(campus, aliyun, simulated_clock):
    from tests.factories import UserFactory

    people = UserFactory.create_batch(12, campus=campus)

    def cost(some, name):
        unsent = [
            services.build_notification(user=one, kind="test_needed", title="Storm", key=name) for one in some
        ]
        with CaptureQueriesContext(connection) as queries:
            assert notify_all(unsent) == len(some)
        return len(queries)

    assert cost(people[:2], "a") == cost(people, "b")
    assert Send.objects.count() == 14
    unsent = [
        services.build_notification(user=one, kind="test_needed", title="Storm", key="b") for one in people
    ]
    assert notify_all(unsent) == 0
    assert Send.objects.count() == 14


# -- Sent ------------------------------------------------------------------------------------------------------


def test_sent_once_and_written_down(student_lin, aliyun, browser_of, simulated_clock):
    browser = browser_of(student_lin)
    notice = tell(student_lin, body="Please come down.", link="/o/K7/")
    assert send_due() == 2
    assert send_due() == 0
    assert ways(notice) == {"push": S.SENT, "sms": S.SENT}
    assert aliyun.taken == [(student_lin.phone, "T_notice", {"what": "The courier is at your door"})]
    (shown,) = browser.shown.values()
    assert shown == {
        "title": "The courier is at your door",
        "body": "Please come down.",
        "link": "/o/K7/",
        "tag": f"notice-{notice.pk}",
    }
    sms = notice.sends.get(channel="sms")
    assert (sms.provider, sms.provider_no, sms.attempts) == ("aliyun", "B1", 1)
    assert sms.sent_at == simulated_clock.time


def test_a_clock_that_is_set_back_holds_up_no_first_try(student_lin, aliyun, simulated_clock):
    notice = tell(student_lin)
    later(simulated_clock, hours=-1)
    assert ways(notice)["sms"] == S.SENT


def test_the_gravest_first(student_lin, aliyun):
    tell(student_lin, title="third", severity=3)
    tell(student_lin, title="first", severity=1)
    tell(student_lin, title="second")
    send_due()
    assert [words["what"] for _p, _t, words in aliyun.taken] == ["first", "second", "third"]


def test_what_was_read_meanwhile_is_not_sent(student_lin, aliyun):
    notice = tell(student_lin)
    services.mark_read(user=student_lin)
    assert send_due() == 0
    assert ways(notice) == {"sms": S.DROPPED}
    assert aliyun.requests == 0


def test_throttled_it_waits_as_long_as_the_provider_wants_and_then_arrives(
    student_lin, aliyun, simulated_clock
):
    aliyun.fails = "isv.BUSINESS_LIMIT_CONTROL"
    notice = tell(student_lin)
    send_due()
    one = notice.sends.get()
    assert (one.status, one.next_try_at - simulated_clock.time) == (S.FAILED, timedelta(seconds=60))
    aliyun.fails = ""
    assert later(simulated_clock, seconds=59) == 0
    assert later(simulated_clock, seconds=1) == 1
    assert not Circuit.objects.exclude(failures=0).exists()  # a full inbox of one person is nobody's outage


def test_it_backs_off_and_gives_up(student_lin, aliyun, simulated_clock):
    aliyun.fails = "isv.SOMETHING_NEW"
    notice = tell(student_lin)
    Send.objects.update(expires_at=simulated_clock.time + timedelta(days=2))
    gaps = []
    while (one := notice.sends.get()).status != S.GIVEN_UP:
        if one.next_try_at > simulated_clock.time:
            gaps.append((one.next_try_at - simulated_clock.time).total_seconds())
            simulated_clock.move_to(one.next_try_at)
        send_due()
    assert gaps == [10, 20, 40, 80, 160, 320, 640]
    assert one.attempts == 8
    assert one.error == "isv.SOMETHING_NEW"


def test_a_number_that_is_none_is_given_up_at_once(student_lin, aliyun):
    aliyun.fails = "isv.MOBILE_NUMBER_ILLEGAL"
    notice = tell(student_lin)
    send_due()
    assert ways(notice) == {"sms": S.GIVEN_UP}


def test_one_poisoned_row_does_not_stop_the_others(student_lin, student_mei, aliyun, monkeypatch):
    real = channels.get("sms").send

    def send(message):
        if message.to.user_id == student_lin.pk:
            raise KeyError("nobody has foreseen this")
        return real(message)

    monkeypatch.setattr(channels.get("sms"), "send", send)
    poisoned, good = tell(student_lin), tell(student_mei)
    send_due()
    assert (ways(poisoned), ways(good)) == ({"sms": S.UNCLEAR}, {"sms": S.SENT})


def test_what_comes_too_late_is_not_sent(student_lin, aliyun, simulated_clock):
    notice = tell(student_lin)
    assert later(simulated_clock, hours=2) == 0
    assert (ways(notice), aliyun.requests) == ({"sms": S.DROPPED}, 0)
    assert notice.sends.get().error == "expired"


# -- Nobody knows ----------------------------------------------------------------------------------------------


def test_an_sms_whose_answer_is_missing_is_not_sent_twice(student_lin, aliyun, simulated_clock):
    aliyun.fails = "silent"
    notice = tell(student_lin)
    send_due()
    aliyun.fails = ""
    for _ in range(5):
        later(simulated_clock, minutes=5)
    assert ways(notice) == {"sms": S.UNCLEAR}
    assert len(aliyun.taken) == 1


def test_a_push_whose_answer_is_missing_is_sent_again_and_shown_once(
    student_lin, push, browser_of, simulated_clock
):
    browser = browser_of(student_lin)
    push.fails = "silent"
    notice = tell(student_lin, "test_step")
    send_due()
    push.fails = ""
    later(simulated_clock, seconds=30)
    assert ways(notice) == {"push": S.SENT}
    assert browser.received == 2
    assert len(browser.shown) == 1


@pytest.mark.parametrize("channel, end", [("sms", S.UNCLEAR), ("push", S.SENT)])
def test_a_worker_that_dies_in_flight(student_lin, aliyun, browser_of, simulated_clock, channel, end):
    """Killed between "in flight" and "sent": the lease runs out, and the channel's rule decides."""
    browser_of(student_lin)
    notice = tell(student_lin)
    notice.sends.exclude(channel=channel).delete()
    assert _claim(simulated_clock.time).status == S.SENDING  # and then the worker is gone
    assert later(simulated_clock, seconds=LEASE.total_seconds() - 1) == 0
    assert ways(notice) == {channel: S.SENDING}
    later(simulated_clock, seconds=1)
    later(simulated_clock, seconds=30)
    assert ways(notice) == {channel: end}
    assert len(aliyun.taken) == 0


def test_who_was_taken_for_dead_changes_nothing_any_more(student_lin, browser_of, simulated_clock):
    browser_of(student_lin)
    notice = tell(student_lin, "test_step")
    slow = _claim(simulated_clock.time)
    later(simulated_clock, minutes=3)
    later(simulated_clock, minutes=1)
    assert ways(notice) == {"push": S.SENT}
    assert _write_down(slow, "", OutcomeUnknown("late")) is False
    assert ways(notice) == {"push": S.SENT}


# -- A provider is down ----------------------------------------------------------------------------------------


def test_twenty_minutes_without_sms(
    campus,
    student_lin,
    student_mei,
    courier_zhao,
    supervisor_sun,
    aliyun,
    browser_of,
    mail_of,
    simulated_clock,
):
    """Nothing lost, nothing twice; the grave ones go another way; the supervisors are told; what is late is dropped."""
    mail_of(student_mei)
    aliyun.fails = "503"
    needed = [tell(student_lin, title=f"n{i}") for i in range(20)]
    late = tell(student_mei, title="stale")
    Send.objects.filter(notice=late).update(expires_at=simulated_clock.time + timedelta(minutes=10))
    grave = tell(student_mei, title="grave", severity=1)
    lonely = tell(courier_zhao.user, title="lonely", severity=1)  # has nothing but the phone
    for _second in range(20 * 6):
        send_due()
        simulated_clock.advance(seconds=10)
    assert aliyun.taken == []
    assert aliyun.requests < 20  # left alone, but for a try now and then
    assert [message.subject for message in mail.outbox] == ["grave"]
    assert ways(grave)["email"] == S.SENT
    told = Notice.objects.filter(user=supervisor_sun, kind="platform")
    assert [one.title for one in told] == ["aliyun does not answer: SMS waits"]

    aliyun.fails = ""
    for _second in range(30):
        send_due()
        simulated_clock.advance(seconds=10)
    arrived = [words["what"] for _phone, _template, words in aliyun.taken]
    assert sorted(arrived) == sorted([*(f"n{i}" for i in range(20)), "lonely"])  # each once
    assert {ways(one)["sms"] for one in needed} == {S.SENT}
    assert ways(lonely) == {"sms": S.SENT}
    assert ways(grave) == {"sms": S.DROPPED, "email": S.SENT}
    assert ways(late) == {"sms": S.DROPPED}
    assert Notice.objects.count() == 25  # the inboxes had all of them from the start
    assert told.latest("pk").title == "aliyun answers again"


def test_hanging_it_costs_each_message_at_most_one_try(student_lin, aliyun, simulated_clock):
    aliyun.fails = "silent"
    for i in range(10):
        tell(student_lin, title=str(i))
    for _ in range(60):
        later(simulated_clock, seconds=10)
    aliyun.fails = ""
    for _ in range(30):
        later(simulated_clock, seconds=10)
    arrived = [words["what"] for _phone, _template, words in aliyun.taken]
    assert sorted(arrived) == [str(i) for i in range(10)]


def test_the_other_channels_go_on(student_lin, aliyun, push, browser_of, simulated_clock):
    browser = browser_of(student_lin)
    aliyun.fails = "503"
    for i in range(5):
        tell(student_lin, title=str(i))
    for _ in range(5):
        later(simulated_clock, seconds=10)
    assert len(browser.shown) == 5


# -- Afterwards ------------------------------------------------------------------------------------------------


def test_old_sends_are_forgotten_and_the_notices_stay(student_lin, aliyun, simulated_clock):
    tell(student_lin)
    send_due()
    simulated_clock.advance(days=91)
    waiting = tell(student_lin)
    assert services.tidy() == 1
    assert Send.objects.get().notice == waiting
    assert Notice.objects.count() == 2


def test_it_costs_one_query_when_nothing_is_due(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert send_due() == 0


def test_when_the_time_is_up_nothing_is_left_claimed(student_lin, student_mei, aliyun, monkeypatch):
    """What is claimed and not sent would be taken for dead later: an SMS like that never leaves."""
    for user in (student_lin, student_mei):
        tell(user, severity=2)
    channel = channels.get("sms")
    monkeypatch.setattr(channel, "send", lambda message, send=channel.send: (sleep(0.02), send(message))[1])

    assert send_due(seconds=0.01) == 1

    assert sorted(Send.objects.values_list("status", flat=True)) == [S.QUEUED, S.SENT]
