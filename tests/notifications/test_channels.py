"""Push, WeChat and mail against local services that check what the real ones check. (SMS: tests/accounts/test_sms.py.)"""

import smtplib

import pytest
from django.core import mail
from django.core.cache import cache

from core.errors import Invalid
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from notifications import channels, services
from notifications.channels import Message
from notifications.channels.push import is_push_service
from notifications.kinds import Topic
from notifications.models import Preference, PushSubscription

pytestmark = pytest.mark.django_db


def message(user, **more):
    person = Preference.objects.filter(user=user).first() or Preference(user=user)
    given = {
        "to": person, "topic": Topic.NEEDED, "title": "骑手到楼下了", "body": "请来取 😀", "link": "/o/K7/",
        "key": "notice-7", "severity": 2, "useful": 600,
    }  # fmt: skip
    return Message(**(given | more))


# -- Push ------------------------------------------------------------------------------------------------------


def test_only_the_browser_can_read_it(student_lin, push, browser_of):
    browsers = [browser_of(student_lin), browser_of(student_lin)]
    channels.get("push").send(message(student_lin))
    for browser in browsers:
        assert browser.shown["notice-7"]["title"] == "骑手到楼下了"
    assert push.urgency == ["high", "high"]
    channels.get("push").send(message(student_lin, severity=3))
    assert push.urgency[2:] == ["normal", "normal"]


def test_a_browser_that_is_gone_is_forgotten_and_the_other_still_shows_it(student_lin, push, browser_of):
    gone, there = browser_of(student_lin), browser_of(student_lin)
    push.browsers.pop(gone.endpoint.removeprefix(push.url))
    channels.get("push").send(message(student_lin))
    assert there.received == 1
    assert PushSubscription.objects.get().endpoint == there.endpoint


def test_with_no_browser_left_it_is_refused(student_lin, push, browser_of):
    browser_of(student_lin)
    push.browsers.clear()
    with pytest.raises(PermanentError):
        channels.get("push").send(message(student_lin))
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "fails, meaning",
    [
        ("429", RetryableError),
        ("503", ServiceUnavailable),
        ("403", ServiceUnavailable),
        ("413", PermanentError),
        ("silent", (OutcomeUnknown, ServiceUnavailable)),
    ],
)
def test_what_a_push_service_answers(student_lin, push, browser_of, fails, meaning):
    browser_of(student_lin)
    push.fails = fails
    with pytest.raises(meaning):
        channels.get("push").send(message(student_lin))
    assert PushSubscription.objects.count() == 1


def test_another_key_of_ours_is_not_believed(student_lin, push, browser_of, settings):
    browser_of(student_lin)
    settings.VAPID_PRIVATE_KEY = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I"
    with pytest.raises(ServiceUnavailable):
        channels.get("push").send(message(student_lin))


@pytest.mark.parametrize(
    "endpoint, expected",
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://wns2-db5p.notify.windows.com/w/?token=x", True),
        ("https://web.push.apple.com/QGk", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil.example/#.push.apple.com", False),
        ("https://user@10.0.0.1/x", False),
        ("https://127.0.0.1:6379/", False),
        ("https://[::1", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com@127.0.0.1/x", False),
        ("https://.push.apple.com/x", False),
        ("https://fcm.googleapis.com/a b", False),
        (" https://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com/x\n", False),
        ("https://ｆcm.googleapis.com/x", False),
        ("", False),
    ],
)
def test_only_known_push_services_are_called(endpoint, expected):
    assert is_push_service(endpoint) is expected


def test_a_push_service_cannot_send_us_elsewhere(student_lin, push, browser_of):
    """A redirect is an answer that we do not follow: it would lead wherever the service, or who plays it, likes."""
    browser_of(student_lin)
    push.fails, push.location = "307", f"{push.url}/somewhere/else"
    with pytest.raises(PermanentError):
        channels.get("push").send(message(student_lin))
    assert push.requests == 1


@pytest.mark.parametrize("wrong", [{"endpoint": "https://10.0.0.1/x"}, {"p256dh": ""}, {"auth": "x" * 41}])
def test_a_subscription_that_is_none(student_lin, push, wrong):
    with pytest.raises(Invalid):
        services.subscribe(user=student_lin, **(push.browser().keys | wrong))


def test_keys_that_are_nonsense_are_forgotten(student_lin, push):
    services.subscribe(user=student_lin, **(push.browser().keys | {"p256dh": "nonsense"}))
    with pytest.raises(PermanentError):
        channels.get("push").send(message(student_lin))
    assert not PushSubscription.objects.exists()


def test_a_shared_computer_shows_only_the_last_ones_notices(student_lin, student_mei, push):
    browser = push.browser()
    services.subscribe(user=student_lin, **browser.keys)
    services.subscribe(user=student_mei, **browser.keys)
    assert PushSubscription.objects.get().user == student_mei


def test_the_eleventh_browser_takes_the_place_of_the_first(student_lin, browser_of):
    browsers = [browser_of(student_lin) for _ in range(11)]
    assert PushSubscription.objects.count() == 10
    assert not PushSubscription.objects.filter(endpoint=browsers[0].endpoint).exists()


# -- WeChat ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lin_at_wechat(student_lin, wechat):
    services.know_wechat(user=student_lin, openid="oLin")
    wechat.agreed["oLin"] = 3
    return student_lin


def test_one_token_for_many_messages(lin_at_wechat, wechat, settings):
    settings.SITE_ORIGIN = "https://errand.example"
    for _ in range(2):
        channels.get("wechat").send(message(lin_at_wechat, body="很长的正文" * 10))
    assert wechat.given == 1
    openid, template, words = wechat.taken[0]
    assert (openid, template, words["thing2"]) == ("oLin", "TPL", "骑手到楼下了")
    assert len(words["thing5"]) == 20


def test_a_token_that_has_become_old_is_renewed_once(lin_at_wechat, wechat):
    cache.set("wechat.token", "stale", 600)
    channels.get("wechat").send(message(lin_at_wechat))
    assert len(wechat.taken) == 1
    assert wechat.given == 1


def test_who_has_not_agreed_gets_none(lin_at_wechat, wechat):
    wechat.agreed["oLin"] = 0
    with pytest.raises(PermanentError, match="43101"):
        channels.get("wechat").send(message(lin_at_wechat))


@pytest.mark.parametrize(
    "code, meaning",
    [
        ("-1", RetryableError),
        ("45009", RetryableError),
        ("40037", ServiceUnavailable),
        ("47003", PermanentError),
    ],
)
def test_what_wechat_answers(lin_at_wechat, wechat, code, meaning):
    wechat.fails = code
    with pytest.raises(meaning):
        channels.get("wechat").send(message(lin_at_wechat))


def test_cut_off_it_is_unclear(lin_at_wechat, wechat):
    channels.get("wechat").send(message(lin_at_wechat))
    wechat.fails = "silent"
    with pytest.raises(OutcomeUnknown):
        channels.get("wechat").send(message(lin_at_wechat))
    assert len(wechat.taken) == 2
    assert channels.get("wechat").repeats is False


def test_without_a_token_nothing_has_left(lin_at_wechat, wechat, settings):
    settings.WECHAT = settings.WECHAT | {"WECHAT_SECRET": "wrong"}
    with pytest.raises(ServiceUnavailable):
        channels.get("wechat").send(message(lin_at_wechat))
    assert wechat.taken == []


# -- Mail ------------------------------------------------------------------------------------------------------


def test_a_mail_keeps_its_id_when_it_is_sent_again(student_lin, mail_of, settings):
    settings.SITE_ORIGIN = "https://errand.example"
    mail_of(student_lin)
    for _ in range(2):
        channels.get("email").send(message(student_lin))
    first, second = mail.outbox
    assert (first.subject, first.to) == ("骑手到楼下了", ["lin@campus.example"])
    assert "请来取 😀" in first.body
    assert "https://errand.example/o/K7/" in first.body
    assert first.extra_headers == second.extra_headers == {"Message-ID": "<notice-7@errand.example>"}


@pytest.mark.parametrize(
    "error, meaning",
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), PermanentError),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"try later")}), RetryableError),
        (smtplib.SMTPAuthenticationError(535, b"no"), ServiceUnavailable),
        (ConnectionRefusedError(), ServiceUnavailable),
        (smtplib.SMTPServerDisconnected(), OutcomeUnknown),
        (TimeoutError(), OutcomeUnknown),
    ],
)
def test_what_a_mail_server_answers(student_lin, mail_of, monkeypatch, error, meaning):
    def refuse(self):
        raise error

    mail_of(student_lin)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(meaning):
        channels.get("email").send(message(student_lin))
