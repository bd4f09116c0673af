"""The list of places that addresses and orders share."""

import pytest
from django import forms
from django.utils import translation

from accounts.pickers import PlaceField
from campus.models import Place


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class Form(forms.Form):
    place = PlaceField(label="To")


def form(campus, kinds=None, **kwargs):
    form = Form(**kwargs)
    form.fields["place"].use(campus, kinds)
    return form


def test_grouped_by_zone_with_who_is_admitted(campus, places):
    html = str(form(campus)["place"])
    assert html.index("North dorms") < html.index("North dorm 3")
    assert html.index("Women&#x27;s dorms") < html.index("Qinyuan dorm 2")
    assert "women only" in html
    assert html.index("Elsewhere") < html.index("South gate")  # without a zone, last


def test_chinese_and_english_names_can_be_typed(campus, places):
    html = str(form(campus)["place"])
    assert 'data-words="北区3栋 north dorm 3 dorm_north 北区宿舍"' in html


def test_the_choice_is_shown_and_returned(campus, places):
    bound = form(campus, data={"place": str(places.canteen.pk)})
    assert bound.is_valid()
    assert bound.cleaned_data["place"] == places.canteen
    assert f'value="{places.canteen.pk}" data-label="Canteen 2" data-admits="any" checked' in str(
        bound["place"]
    )


def test_only_the_kinds_asked_for(campus, places):
    stations = form(campus, [Place.Kind.PARCEL_STATION], data={"place": str(places.canteen.pk)})
    assert "Parcel station" in str(stations["place"])
    assert "Canteen 2" not in str(stations["place"])
    assert not stations.is_valid()


def test_two_forms_do_not_share_their_places(campus, other_campus):
    first, second = form(campus), form(other_campus)
    assert {p.campus_id for p in first.fields["place"].widget.places} == {campus.pk}
    assert {p.campus_id for p in second.fields["place"].widget.places} == {other_campus.pk}


def test_one_query(campus, places, django_assert_num_queries):
    with django_assert_num_queries(1):
        str(form(campus)["place"])
