"""The page where people choose what they are told, by which way, and when not."""

import pytest
from django.core import mail

from accounts.permissions import supervisors
from notifications import services
from notifications.models import Preference, PushSubscription

pytestmark = pytest.mark.django_db
PAGE = "/me/notices/"
NIGHT = {"quiet": "on", "quiet_from": "23:00", "quiet_until": "07:00"}
CHOICES = NIGHT | {
    "needed": ["push", "sms"], "progress": [], "trouble": ["push"], "money": ["push"], "chat": ["push"],
}  # fmt: skip


@pytest.fixture
def lin(client_of, student_lin):
    return client_of(student_lin)


def test_what_is_chosen_is_kept_and_shown_again(lin, student_lin, aliyun, push):
    page = lin.get(PAGE).content.decode()
    assert (
        page.count('type="checkbox"') == 5 * 2 + 1
    )  # five topics of a student by two channels, and the night
    assert lin.post(PAGE, CHOICES).url == PAGE
    own = Preference.objects.get()
    assert own.channels["progress"] == ["wechat"]  # which is not there, and so was not asked about
    assert own.channels["needed"][:2] == ["push", "sms"]
    assert str(own.quiet_hours) == "1234567 23:00-07:00"
    form = lin.get(PAGE).context["form"]
    assert "push" not in form["progress"].value()
    assert form["needed"].value()[:2] == ["push", "sms"]


def test_a_channel_that_is_not_there_today_keeps_its_choice(lin, student_lin, aliyun):
    Preference.objects.create(user=student_lin, channels={"needed": ["push", "email"]})
    lin.post(PAGE, {topic: [] for topic in CHOICES} | NIGHT | {"needed": ["sms"]})
    assert set(Preference.objects.get().channels["needed"]) == {"sms", "push", "email"}


def test_topics_are_for_those_whom_they_concern(client_of, courier_zhao, supervisor_sun, push):
    assert "As a courier" not in client_of(supervisor_sun).get(PAGE).content.decode()
    assert "jobs" in client_of(courier_zhao).get(PAGE).context["form"].fields
    fields = client_of(supervisor_sun).get(PAGE).context["form"].fields
    assert "platform" in fields
    assert "jobs" not in fields
    assert list(supervisors()) == [supervisor_sun]


@pytest.mark.parametrize(
    "wrong",
    [
        {"needed": ["pigeon"]},
        {"quiet_from": "25:99"},
        {"quiet_until": ""},
        {"quiet_from": "😀"},
        {"needed": ["x" * 9999]},
    ],
)
def test_nonsense_is_refused_with_a_sentence(lin, aliyun, push, wrong):
    response = lin.post(PAGE, CHOICES | wrong)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert not Preference.objects.exists()


def test_a_browser_says_yes_and_no(lin, student_lin, student_mei, client_of, push):
    keys = push.browser().keys
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
    assert lin.post(f"{PAGE}push/", keys, headers={"user-agent": agent}).status_code == 204
    assert PushSubscription.objects.get().device == "Chrome · Android"
    assert "Chrome · Android" in lin.get(PAGE).content.decode()
    pk = PushSubscription.objects.get().pk
    client_of(student_mei).post(f"{PAGE}push/off/", {"browser": pk})
    client_of(student_mei).post(f"{PAGE}push/off/", {"endpoint": keys["endpoint"]})
    assert PushSubscription.objects.exists()  # it is not hers
    assert lin.post(f"{PAGE}push/off/", {"endpoint": keys["endpoint"]}).status_code == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("pk", ["", "0", "-1", "abc", "9" * 40, "²"])
def test_a_browser_that_is_none(lin, push, pk):
    assert lin.post(f"{PAGE}push/off/", {"browser": pk}).status_code in (204, 302)


def test_an_address_inside_our_network_is_not_called(lin, push):
    answer = lin.post(f"{PAGE}push/", push.browser().keys | {"endpoint": "https://10.0.0.1/x"})
    assert 400 <= answer.status_code < 500 or answer.status_code == 302
    assert not PushSubscription.objects.exists()


def test_an_address_counts_when_its_mail_was_opened(lin, student_lin, client_of, student_mei, settings):
    settings.EMAIL_HOST = "mail.errand.example"
    lin.post(f"{PAGE}email/", {"email": "lin@campus.example"})
    assert not Preference.objects.exists()
    link = next(word for word in mail.outbox[0].body.split() if "?t=" in word).removeprefix(
        "http://testserver"
    )
    token = link.partition("?t=")[2]
    client_of(student_mei).post(f"{PAGE}email/confirm/", {"t": token})
    assert not Preference.objects.exclude(email="").exists()
    assert "Yes, it is mine" in lin.get(link).content.decode()
    assert not Preference.objects.exists()  # a scanner that opens links proves nothing
    lin.post(f"{PAGE}email/confirm/", {"t": token})
    assert Preference.objects.get().email == "lin@campus.example"
    lin.post(f"{PAGE}email/", {"remove": "1"})
    assert Preference.objects.get().email == ""


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c", "😀"])
def test_a_link_that_is_none(lin, token):
    answer = lin.post(f"{PAGE}email/confirm/", {"t": token})
    assert answer.status_code < 500
    assert not Preference.objects.exclude(email="").exists()


def test_nobody_floods_a_strangers_mailbox(lin, settings):
    settings.EMAIL_HOST = "mail.errand.example"
    for _ in range(10):
        lin.post(f"{PAGE}email/", {"email": "stranger@campus.example"})
    assert len(mail.outbox) == 6


@pytest.mark.parametrize("email", ["", "no", "a@b\r\nBcc: x@y.example", "x" * 300 + "@y.example"])
def test_no_address_no_mail(lin, email):
    assert lin.post(f"{PAGE}email/", {"email": email}).status_code < 500
    assert mail.outbox == []


def test_strangers_log_in_first(client):
    for page in (PAGE, f"{PAGE}email/confirm/"):
        assert client.get(page).url.startswith("/accounts/login/")
    for command in ("push/", "push/off/", "email/"):
        assert client.post(PAGE + command).url.startswith("/accounts/login/")


def test_the_page_leads_there(lin):
    for page in ("/inbox/", "/me/"):
        assert PAGE in lin.get(page).content.decode()


def test_erased_and_exported(lin, student_lin, push, mail_of):
    from accounts.services import erase_person
    from notifications.personal import choices_of

    mail_of(student_lin)
    services.subscribe(user=student_lin, **push.browser().keys)
    said = choices_of(student_lin)
    assert said["email"] == "lin@campus.example"
    assert len(said["browsers"]) == 1
    erase_person(user=student_lin)
    assert not Preference.objects.exists()
    assert not PushSubscription.objects.exists()
