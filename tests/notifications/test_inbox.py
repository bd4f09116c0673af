"""The inbox in both portals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Notice
from notifications.services import notify

INBOX = "/inbox/"


@pytest.fixture
def client(client_of, student_lin):
    return client_of(student_lin)


def fill(user, number, **fields):
    for n in range(number):
        notify(user=user, kind="x", title=f"Notice {n}", **fields)


def test_newest_first_in_pages_of_twenty(client, student_lin):
    fill(student_lin, 25)
    first = client.get(INBOX).context["matters"]
    assert [matter.latest.title for matter in first][:2] == ["Notice 24", "Notice 23"]
    assert len(first) == 20
    assert len(client.get(INBOX, {"page": 2}).context["matters"]) == 5
    assert client.get(INBOX, {"page": "nonsense"}).status_code == 200


def test_nothing_of_others(client, student_mei):
    fill(student_mei, 1)
    page = client.get(INBOX).content.decode()
    assert "Notice 0" not in page
    assert "Nothing here yet" in page


def test_it_costs_the_same_for_many(client, student_lin):
    def cost(page=1):
        with CaptureQueriesContext(connection) as queries:
            client.get(INBOX, {"page": page})
        return len(queries)

    fill(student_lin, 2)
    cost()
    few = cost()
    fill(student_lin, 60)
    assert cost() == few
    assert cost(page=3) == few


def test_opening_one_marks_it_and_leads_on(client, student_lin):
    notice = notify(user=student_lin, kind="x", title="Delivered", link="/me/")
    assert "is-unread" in client.get(INBOX).content.decode()
    assert client.post(f"/inbox/{notice.pk}/").url == "/me/"
    assert "is-unread" not in client.get(INBOX).content.decode()


@pytest.mark.parametrize("link", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_link_never_leads_away(client, student_lin, link):
    notice = notify(user=student_lin, kind="x", title="x", link=link)
    assert client.post(f"/inbox/{notice.pk}/").url == INBOX


def test_meis_notice_does_not_exist_for_lin(client, student_mei):
    hers = notify(user=student_mei, kind="x", title="hers")
    assert client.post(f"/inbox/{hers.pk}/").status_code == 404
    hers.refresh_from_db()
    assert hers.read_at is None


def test_reading_the_page_changes_nothing_by_itself(client, student_lin):
    notice = notify(user=student_lin, kind="x", title="x")
    client.get(INBOX)
    assert client.get(f"/inbox/{notice.pk}/").status_code == 405
    assert client.get("/inbox/read/").status_code == 405
    assert Notice.objects.filter(read_at=None).count() == 1


def test_mark_all_read(client, student_lin, student_mei):
    fill(student_lin, 3)
    fill(student_mei, 1)
    assert client.post("/inbox/read/").url == INBOX
    assert [n.user for n in Notice.objects.filter(read_at=None)] == [student_mei]
    assert "Mark all as read" not in client.get(INBOX).content.decode()


def test_texts_are_escaped(client, student_lin):
    notify(user=student_lin, kind="x", title="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get(INBOX).content.decode()


def test_a_live_fragment_for_htmx(client, student_lin):
    fill(student_lin, 1)
    html = client.get(INBOX, headers={"hx-request": "true"}).content.decode()
    assert html.strip().startswith('<div class="stack" id="inbox"')
    assert "live:notice from:body" in html
    assert "<html" not in html


def test_the_badge_counts_and_goes(client, student_lin):
    assert "look" not in client.get("/inbox/badge/").content.decode()
    fill(student_lin, 2, level="warn")
    assert "2 want a look" in client.get("/inbox/badge/").content.decode()
    fill(student_lin, 100, level="warn")
    assert "99+" in client.get("/inbox/badge/").content.decode()
    client.post("/inbox/read/")
    assert "look" not in client.get("/inbox/badge/").content.decode()


def test_it_wears_the_face_one_came_from(client_of, courier_zhao):
    client = client_of(courier_zhao)
    assert "portal-courier" in client.get(INBOX, {"portal": "courier"}).content.decode()
    assert "portal-courier" in client.get(INBOX).content.decode()  # remembered
    assert "portal-student" in client.get(INBOX, {"portal": "student"}).content.decode()
    assert "portal-student" in client.get(INBOX, {"portal": "admin"}).content.decode()


def test_strangers_log_in_first(db):
    from django.test import Client

    for method, page in [("get", INBOX), ("get", "/inbox/badge/"), ("post", "/inbox/read/")]:
        assert getattr(Client(), method)(page).url.startswith("/accounts/login/?next=")
