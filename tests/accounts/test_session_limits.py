"""Sessions of operators last twelve hours, and one without a person's action. Those of others last a month."""

import pytest
from django.contrib.messages import get_messages

from accounts import sessions
from accounts.models import SecurityEvent, Session

CONSOLE = "/admin/console/"
PAGE = {"Sec-Fetch-Mode": "navigate"}
FETCH = {"Sec-Fetch-Mode": "cors", "HX-Request": "true"}
PRESS = {"Sec-Fetch-Mode": "cors", "X-Person-Acts": "1"}


@pytest.fixture(autouse=True)
def limits(settings):
    settings.STAFF_SESSION_SECONDS, settings.STAFF_IDLE_SECONDS = 12 * 3600, 3600


@pytest.fixture
def wang(client_of, operator_wang, simulated_clock):
    return client_of(operator_wang)


def test_an_hour_without_an_action_ends_it(wang, simulated_clock):
    simulated_clock.advance(minutes=61)
    answer = wang.get(CONSOLE, headers=PAGE)
    assert answer.url == f"/accounts/login/?next={CONSOLE}"
    assert "nothing was pressed for an hour" in wang.get(answer.url).content.decode()
    assert not Session.objects.filter(user__isnull=False).exists()
    assert SecurityEvent.objects.filter(kind=SecurityEvent.Kind.SESSION_EXPIRED).count() == 1


def test_an_action_begins_the_hour_anew(wang, simulated_clock):
    for _ in range(3):
        simulated_clock.advance(minutes=50)
        assert wang.get(CONSOLE, headers=PAGE).status_code == 200


def test_polling_is_no_action(wang, simulated_clock):
    for _ in range(5):
        simulated_clock.advance(minutes=13)
        answer = wang.get(CONSOLE, headers=FETCH)
    assert answer.status_code == 401
    assert "session:over" in answer["HX-Trigger"]


def test_a_key_that_is_pressed_on_an_open_page_is_one(wang, simulated_clock):
    for _ in range(3):
        simulated_clock.advance(minutes=50)
        left = wang.get("/me/here/", headers=PRESS).json()
    assert left["idle"] == 3600
    assert left["age"] == 12 * 3600 - 150 * 60


def test_asking_how_long_it_lasts_is_none(wang, simulated_clock):
    simulated_clock.advance(minutes=50)
    assert wang.get("/me/here/", headers=FETCH).json()["idle"] == 600
    simulated_clock.advance(minutes=11)
    assert wang.get("/me/here/", headers=FETCH).status_code == 401


def test_old_browsers_do_not_tell_but_ask_for_pages(wang, simulated_clock):
    simulated_clock.advance(minutes=50)
    wang.get(CONSOLE, headers={"Accept": "text/html,application/xhtml+xml"})
    simulated_clock.advance(minutes=50)
    assert wang.get(CONSOLE, headers=PAGE).status_code == 200


def test_twelve_hours_end_it_whatever_is_done(wang, simulated_clock):
    for _ in range(14):
        simulated_clock.advance(minutes=50)
        assert wang.get(CONSOLE, headers=PAGE).status_code == 200
    simulated_clock.advance(minutes=30)
    answer = wang.get(CONSOLE, headers=PAGE)
    assert "good for twelve hours" in wang.get(answer.url).content.decode()


def test_what_was_sent_too_late_is_shown_not_lost(wang, simulated_clock):
    simulated_clock.advance(minutes=61)
    answer = wang.post(
        "/me/profile/",
        {"name": "王客服", "note": "dear customer, we are sorry", "password": "my secret words"},
        headers=PAGE,
    )
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "dear customer, we are sorry" in page
    assert "my secret words" not in page


def test_students_stay_logged_in(client_of, student_lin, simulated_clock):
    client = client_of(student_lin)
    simulated_clock.advance(days=20)
    assert client.get("/me/", headers=PAGE).status_code == 200
    assert client.get("/me/here/").json()["idle"] is None


def test_an_action_is_written_down_once_a_minute(wang, simulated_clock, django_assert_num_queries):
    wang.get("/me/here/", headers=PRESS)
    session = Session.objects.get()
    simulated_clock.advance(seconds=30)
    wang.get("/me/here/", headers=PRESS)
    assert Session.objects.get().last_action_at == session.last_action_at
    simulated_clock.advance(seconds=31)
    wang.get("/me/here/", headers=PRESS)
    assert Session.objects.get().last_action_at > session.last_action_at


def test_rows_of_ended_sessions_go_with_their_drafts(client_of, operator_wang, student_lin, simulated_clock):
    """The row of trust.md, 11: nothing ever deleted them."""
    client_of(operator_wang)
    lin = client_of(student_lin)
    draft = lin.session
    draft["draft:parcel:fields"] = {"contact_phone": "13800000000"}
    draft.save()
    simulated_clock.advance(minutes=61)
    assert sessions.tidy() == 1  # Wang's
    assert Session.objects.get().user == student_lin
    simulated_clock.advance(days=40)
    assert sessions.tidy() == 1
    assert not Session.objects.exists()


def test_they_are_swept_by_the_beat():
    from campus_errand.celery import app

    tasks = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert tasks["accounts.tasks.tidy_sessions"] <= 24 * 3600


def test_nothing_is_said_twice(wang, simulated_clock):
    simulated_clock.advance(minutes=61)
    answer = wang.get(CONSOLE, headers=PAGE)
    assert len(list(get_messages(answer.wsgi_request))) == 1
