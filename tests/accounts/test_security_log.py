"""Who logged in, who tried to, what was refused: supervisors read it, each of the people of their campus."""

from datetime import timedelta

import pytest

from accounts import security_log
from accounts.models import SecurityEvent
from core import clock
from tests.factories import PASSWORD, UserFactory

Kind = SecurityEvent.Kind
LOG = "/admin/accounts/securityevent/"


def log_in(client, user, password=PASSWORD):
    return client.post("/accounts/login/", {"login": user.phone, "password": password})


def kinds(user):
    return list(SecurityEvent.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_a_login_and_a_logout_are_written_down(client, student_lin):
    log_in(client, student_lin)
    client.post("/accounts/logout/")
    assert kinds(student_lin) == [Kind.LOGIN, Kind.LOGOUT]
    event = SecurityEvent.objects.filter(kind=Kind.LOGIN).get()
    assert (event.address, event.campus_id) == ("127.0.0.1", student_lin.campus_id)


def test_a_failed_login_names_the_person_and_masks_the_number(client, student_lin):
    log_in(client, student_lin, "wrong-password")
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user, event.identifier) == (
        Kind.LOGIN_FAILED,
        student_lin,
        student_lin.masked_phone,
    )


def test_an_unknown_number_is_kept_masked_only(client, db):
    client.post("/accounts/login/", {"login": "13900009999", "password": "wrong-password"})
    event = SecurityEvent.objects.get()
    assert (event.user, event.identifier) == (None, "139****9999")
    assert "13900009999" not in str(vars(event))


def test_a_wrong_login_code_is_written_down(client, student_lin, sms):
    client.post("/accounts/login/code/", {"phone": student_lin.phone})
    client.post("/accounts/login/code/confirm/", {"code": sms.wrong_code})
    assert SecurityEvent.objects.get().details == {"method": "code"}


def test_a_supervisor_reads_it_and_support_does_not(client_of, supervisor_sun, operator_wang, student_lin):
    security_log.record(Kind.LOGIN, user=student_lin)
    page = client_of(supervisor_sun).get(LOG)
    assert student_lin.display_name in page.content.decode()
    assert client_of(supervisor_sun).get(f"{LOG}{SecurityEvent.objects.last().pk}/change/").status_code == 200
    assert client_of(operator_wang).get(LOG).status_code == 403


def test_another_campus_is_not_shown(client_of, supervisor_sun, other_campus):
    stranger = UserFactory(campus=other_campus, name="别校的人")
    security_log.record(Kind.LOGIN, user=stranger)
    assert "别校的人" not in client_of(supervisor_sun).get(LOG).content.decode()


@pytest.mark.parametrize(("days", "left"), [(185, 1), (187, 0)])
def test_it_is_kept_for_six_months(student_lin, days, left):
    event = security_log.record(Kind.LOGIN, user=student_lin)
    SecurityEvent.objects.filter(pk=event.pk).update(at=clock.now() - timedelta(days=days))
    security_log.tidy()
    assert SecurityEvent.objects.count() == left


def test_a_line_reads_as_words_not_as_codes(client_of, supervisor_sun, student_lin):
    event = security_log.record(
        Kind.NUMBER_SHOWN,
        user=student_lin,
        actor=supervisor_sun,
        number="account",
        withdrawal="W1",
        reason="?",
    )
    supervisor_sun.language = "zh-hans"
    supervisor_sun.save(update_fields=["language"])
    browser = client_of(supervisor_sun)
    for page in (browser.get(LOG).text, browser.get(f"{LOG}{event.pk}/change/").text):
        assert "查看内容: 账号 · 提现: W1 · 原因: ?" in page
        assert "(False" not in page
