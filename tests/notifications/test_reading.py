"""What is read, what is told together, and what the badge counts."""

import pytest

from notifications.models import Notice
from notifications.selectors import attention_count
from notifications.services import notify

pytestmark = pytest.mark.django_db
BADGE = "/inbox/badge/"


@pytest.fixture
def told(student_lin):
    """told(title, link, **more): Lin is told something."""

    def make(title="Delivered", link="/me/", **more) -> Notice:
        return notify(user=student_lin, kind="x", title=title, link=link, **more)

    return make


def test_opening_a_page_reads_what_leads_to_it(client_of, student_lin, told):
    here, elsewhere = told(link="/me/"), told(link="/wallet/")
    client_of(student_lin).get("/me/")
    here.refresh_from_db(), elsewhere.refresh_from_db()
    assert here.read_at
    assert elsewhere.read_at is None


def test_nobody_else_reads_it_for_them(client_of, student_mei, told):
    notice = told(link="/me/")
    client_of(student_mei).get("/me/")
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize(("in_view", "is_read"), [("1", True), ("0", False)])
def test_what_arrives_is_read_when_the_page_is_looked_at(client_of, student_lin, told, in_view, is_read):
    notice = told(link="/me/")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/me/", "X-In-View": in_view}
    client_of(student_lin).get(BADGE, headers=headers)
    notice.refresh_from_db()
    assert bool(notice.read_at) == is_read


def test_an_order_of_lins_is_one_matter(client_of, student_lin, told):
    for title in ("Accepted", "Picked up", "Delivered"):
        told(title, link="/o/ABC/")
    told("Topped up", link="/wallet/")
    matters = client_of(student_lin).get("/inbox/").context["matters"]
    assert [(one.latest.title, len(one.earlier)) for one in matters] == [("Topped up", 0), ("Delivered", 2)]
    assert "2 earlier" in client_of(student_lin).get("/inbox/").text


def test_cases_and_chats_stand_with_their_order(client_of, student_lin, told):
    told("Accepted", link="/o/ABC/", about="ABC")
    told("Zhao has written to you", link="/chat/order/ABC/", about="ABC")
    told("We look at it", link="/tickets/T/", about="ABC", level="warn")
    told("Accepted", link="/o/DEF/", about="DEF")
    first, second = client_of(student_lin).get("/inbox/").context["matters"]
    assert (first.latest.link, first.earlier) == ("/o/DEF/", [])
    assert [notice.link for notice in (second.latest, *second.earlier)] == [
        "/tickets/T/", "/chat/order/ABC/", "/o/ABC/",
    ]  # fmt: skip
    assert attention_count(student_lin) == 1
    answer = client_of(student_lin).post(f"/inbox/{second.latest.pk}/")
    assert answer.url == "/tickets/T/"
    assert list(Notice.objects.filter(read_at=None)) == [first.latest]


def test_opening_one_reads_the_others_of_the_matter(client_of, student_lin, told):
    told("Accepted", link="/o/ABC/")
    last, other = told("Delivered", link="/o/ABC/"), told("Topped up", link="/wallet/")
    client_of(student_lin).post(f"/inbox/{last.pk}/")
    assert list(Notice.objects.filter(read_at=None)) == [other]


def test_the_badge_counts_matters_that_want_a_look(student_lin, told):
    told("Accepted", link="/o/ABC/")
    told("Picked up", link="/o/ABC/")
    assert attention_count(student_lin) == 0
    told("Are you there?", link="/o/ABC/", level="warn")
    told("Really?", link="/o/ABC/", severity=2)
    told("A case", link="/tickets/T/", severity=1)
    assert attention_count(student_lin) == 2
