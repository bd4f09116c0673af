"""The customer's photos are for the courier who carries the order, while they do."""

import pytest
from django.urls import reverse

from delivery import services
from orders.models import Photo

pytestmark = pytest.mark.django_db


def test_the_customers_photos_are_seen_by_the_one_who_carries_and_only_meanwhile(
    client_of, photo, open_job, carry, courier_zhao, courier_qian
):
    leg = carry(open_job(photos=[photo()]), courier_zhao)
    url = reverse("delivery:photo", args=[leg.no, Photo.objects.get().pk])
    client = client_of(courier_zhao)
    assert url in client.get(reverse("delivery:job", args=[leg.no])).text
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Cache-Control"].startswith("private")
    assert client_of(courier_qian).get(url).status_code == 404
    services.give_back(leg=leg, actor=courier_zhao.user)
    assert client.get(url).status_code == 404


def test_photos_of_another_order_do_not_come_through_this_job(
    client_of, photo, open_job, carry, courier_zhao
):
    leg = carry(open_job(), courier_zhao)
    other = open_job(photos=[photo()])
    picture = Photo.objects.get(order=other.order)
    assert (
        client_of(courier_zhao).get(reverse("delivery:photo", args=[leg.no, picture.pk])).status_code == 404
    )
