"""/campus/<code>/map.json"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campus import selectors, services
from campus.models import Place
from tests.factories import PlaceFactory


@pytest.fixture
def url(campus):
    return reverse("campus:map_data", args=[campus.code])


def test_it_carries_the_drawing_and_the_places_in_both_languages(client, campus, url):
    services.save_base_map(campus=campus, geojson={"type": "FeatureCollection", "features": []})
    campus.places.filter(code="gate").update(is_active=False)
    data = client.get(url).json()
    assert data["base"]["features"] == []
    canteen = next(place for place in data["places"] if place["code"] == "canteen")
    assert canteen == {
        "code": "canteen",
        "kind": "canteen",
        "name": "二食堂",
        "name_en": "Canteen 2",
        "at": [31.026, 121.434],
        "closed": False,
    }
    assert [place["code"] for place in data["places"] if place["closed"]] == ["gate"]


def test_under_its_versioned_address_it_may_be_kept_for_ever(client, campus):
    response = client.get(selectors.map_url(campus))
    assert "immutable" in response["Cache-Control"]
    assert "max-age=31536000" in response["Cache-Control"]


@pytest.mark.parametrize("query", ["", "?v=", "?v=OLD"])
def test_under_another_address_it_is_asked_for_again(client, url, query):
    response = client.get(url + query)
    assert "immutable" not in response["Cache-Control"]
    assert "no-cache" in response["Cache-Control"]
    again = client.get(url + query, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_a_change_gives_it_another_address_and_tag(client, campus, url):
    before, tag = selectors.map_url(campus), client.get(url)["ETag"]
    services.renew(campus)
    assert selectors.map_url(campus) != before
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_it_travels_packed(client, url):
    response = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    tagged = {"Accept-Encoding": "gzip", "If-None-Match": response["ETag"]}
    assert client.get(url, headers=tagged).status_code == 304


def test_it_costs_one_query_once_it_is_cached_however_many_places_there_are(client, campus, url):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    first = queries()
    PlaceFactory.create_batch(30, campus=campus)
    services.renew(campus)
    assert queries() == first
    assert queries() == 1


def test_a_campus_that_is_not_there_or_not_active_has_none(client, campus, url):
    assert client.get(reverse("campus:map_data", args=["nowhere"])).status_code == 404
    campus.is_active = False
    campus.save()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client, url, method):
    assert getattr(client, method)(url).status_code == 405


def test_a_campus_without_a_drawing_still_has_its_places(client, campus, url):
    data = client.get(url).json()
    assert data["base"]["features"] == []
    assert len(data["places"]) == Place.objects.filter(campus=campus).count()
