"""The list of problems: what can be true of this kind at this stage, the likeliest first."""

import pytest

from exceptions.library.loading import load_library
from exceptions.models import Party
from exceptions.tickets.forms import ReportForm
from exceptions.tickets.selectors import reportable_types
from tests.orders.conftest import carried, delivered, ordered  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library(db):
    load_library()


def codes(order, party=Party.CUSTOMER) -> list[str]:
    return [one.pk for one in reportable_types(order, party)]


def test_not_received_is_first_after_the_delivery(delivered):  # noqa: F811
    assert codes(delivered())[0] == "fake_delivery"


def test_what_concerns_a_shop_or_a_station_is_not_asked_of_an_errand_in_free_words(ordered, carried):  # noqa: F811
    order = ordered(kind="custom", what="fetch a cup", fee_offer_fen=800, pickup_codes="")
    carried(order)
    offered = codes(order, Party.COURIER)
    assert not {"merchant_slow", "merchant_closed", "sold_out", "pickup_code_wrong", "parcel_not_there"} & {
        *offered
    }
    assert "no_entry" in offered


def test_nothing_is_damaged_before_it_was_picked_up(ordered, carried):  # noqa: F811
    order = ordered()
    carried(order)
    assert "goods_damaged" not in codes(order, Party.COURIER)
    assert "parcel_not_there" in codes(order, Party.COURIER)


def test_what_is_reported_most_moves_up(delivered, student_lin):  # noqa: F811
    from exceptions.tickets import services

    for _ in range(4):
        services.report(order=delivered(), type="attitude", source="customer", actor=student_lin)
    assert codes(delivered())[:2] == ["attitude", "fake_delivery"]


def test_the_form_shows_the_likeliest_apart(delivered):  # noqa: F811
    order = delivered()
    types = reportable_types(order, Party.CUSTOMER)
    groups = ReportForm(order=order, types=types, party=Party.CUSTOMER).groups()
    assert groups[0][0] == "likeliest"
    assert groups[0][1][0][1].pk == "fake_delivery"
    shown = [one.pk for _title, options in groups for _option, one in options]
    assert sorted(shown) == sorted(one.pk for one in types)
