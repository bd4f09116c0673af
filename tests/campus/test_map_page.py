"""/map/: the map beside the list of places."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campus import selectors
from campus.models import Place
from tests.factories import PlaceFactory


def test_a_student_sees_the_places_of_their_own_campus(client_of, student_lin, other_campus, places):
    page = client_of(student_lin).get("/map/").content.decode()
    assert "Canteen 2" in page
    assert "women only" in page  # at the dorm of the women's zone
    assert selectors.map_url(student_lin.campus).replace("&", "&amp;") in page


def test_another_campus_may_be_looked_at(client_of, student_lin, other_campus):
    page = client_of(student_lin).get("/map/?campus=hill").content.decode()
    assert selectors.map_url(other_campus) in page


def test_someone_without_a_login_sees_the_first_campus(client, campus):
    response = client.get("/map/")
    assert response.status_code == 200
    assert "二食堂" in response.content.decode()


def test_an_unknown_campus_is_the_own_one(client_of, student_lin):
    page = client_of(student_lin).get("/map/?campus=../../etc").content.decode()
    assert selectors.map_url(student_lin.campus) in page


def test_without_any_campus_there_is_no_map(client, db):
    assert client.get("/map/").status_code == 404


def test_closed_places_are_not_in_the_list(client_of, student_lin, places):
    Place.objects.filter(pk=places.gate.pk).update(is_active=False)
    assert "South gate" not in client_of(student_lin).get("/map/").content.decode()


def test_dorms_are_in_the_order_in_which_people_count(campus):
    for number in (10, 2, 1):
        PlaceFactory(campus=campus, name=f"西区{number}栋", name_en="")
    dorms = next(group for group in selectors.places_by_kind(campus) if group["kind"] == "dorm")
    assert [p.name for p in dorms["places"] if p.name.startswith("西区")] == [
        "西区1栋",
        "西区2栋",
        "西区10栋",
    ]


def test_names_are_escaped(client_of, student_lin, campus):
    PlaceFactory(campus=campus, name_en="\"><script>alert('x')</script>")
    page = client_of(student_lin).get("/map/").content.decode()
    assert "<script>alert" not in page


def test_the_page_does_not_ask_more_for_more_places(client_of, student_lin, campus):
    client = client_of(student_lin)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/map/")
        return len(captured)

    queries()
    few = queries()
    PlaceFactory.create_batch(40, campus=campus, zone=campus.zones.first())
    assert queries() == few


def test_nothing_inline_and_nothing_from_elsewhere(client_of, student_lin):
    page = client_of(student_lin).get("/map/").content.decode()
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"<script(?![^>]*\b(src|type=.application/json))", page)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)


@pytest.mark.parametrize("method", ["post", "put"])
def test_it_is_only_read(client, campus, method):
    assert getattr(client, method)("/map/").status_code == 405
