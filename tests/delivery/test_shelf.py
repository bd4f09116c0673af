"""What lies on a relay's shelf: more than one may be fetched at a time, and times of another day have a date."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import clock
from delivery import services
from delivery.models import LegStatus, ShelfItem
from dispatch import services as dispatch

pytestmark = pytest.mark.django_db


def test_who_carries_something_from_a_shelf_may_take_more_from_it(on_shelf, station, courier_qian):
    poster = services.place_qr_code(station.place).signed
    fetched, other = on_shelf(), on_shelf()
    dispatch.claim_by_scan(text=poster, leg=fetched, courier=courier_qian)
    dispatch.process_scan(text=poster, courier=courier_qian)
    assert dispatch.process_scan(text=poster, courier=courier_qian).choices == [other]
    dispatch.claim_by_scan(text=poster, leg=other, courier=courier_qian)
    dispatch.process_scan(text=poster, courier=courier_qian)
    assert dispatch.process_scan(text=poster, courier=courier_qian).text == "You have it already."
    assert courier_qian.legs.filter(status=LegStatus.PICKED_UP).count() == 2


def test_goods_of_an_earlier_day_are_dated(on_shelf, station, keeper_zhou, client_of):
    on_shelf()
    item = ShelfItem.objects.get(station=station)
    item.put_at, item.due_at = clock.now() - timedelta(days=3), clock.now() - timedelta(days=2)
    item.save()
    page = client_of(keeper_zhou).get(reverse("relay:shelf")).text
    for moment in (item.put_at, item.due_at):
        assert f"{timezone.localtime(moment):%m-%d %H:%M}" in page


def test_the_keeper_reads_that_it_is_at_the_station_and_not_at_a_door(
    open_job, places, carry, courier_zhao, station, keeper_zhou, client_of
):
    carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    page = client_of(keeper_zhou).get(reverse("relay:live"), {"s": station.pk}).text
    assert f"{courier_zhao.user.display_name} · At the relay station" in page
