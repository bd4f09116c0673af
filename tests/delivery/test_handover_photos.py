"""A photo of a hand-over is seen by those whom it concerns, through a page that asks who they are, and by nobody else."""

import pytest

from delivery import selectors, services
from delivery.models import Custody
from dispatch import services as dispatch
from exceptions.library.loading import load_library
from exceptions.models import Ticket
from orders.models import Photo
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_shelf(open_job, places, courier_zhao, carry, station):
    """Zhao has put Lin's parcel onto the shelf: the first leg."""
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_zhao)
    leg.refresh_from_db()
    return leg


@pytest.fixture
def pictured(on_shelf, courier_zhao, client_of, photo):
    """…and photographed it there: the first leg."""
    answer = client_of(courier_zhao.user).post(f"/c/job/{on_shelf.no}/shelf-photo/", {"photo": photo()})
    assert (answer.status_code, answer.url) == (302, f"/c/job/{on_shelf.no}/")
    return on_shelf


def picture(leg) -> str:
    kept = Photo.objects.get(order=leg.order, purpose=Photo.Purpose.HANDOVER)
    return f"/o/{leg.order.no}/photo/{kept.pk}/"


def bring_home(leg, courier, station):
    second = leg.order.legs.get(sequence=2)
    dispatch.grab(leg=second, courier=courier)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier)
    services.arrive_at_dropoff(leg=second, actor=courier.user)
    services.deliver(leg=second, actor=courier.user, code=leg.order.receiving_code)


def test_the_courier_adds_it_once_and_sees_it(pictured, courier_zhao, client_of, photo):
    browser = client_of(courier_zhao.user)
    kept = Photo.objects.get()
    assert Custody.objects.get(act="shelved").photo == kept
    browser.post(f"/c/job/{pictured.no}/shelf-photo/", {"photo": photo()})
    assert Photo.objects.get() == kept
    assert f"/c/job/{pictured.no}/photo/{kept.pk}/" in browser.get(f"/c/job/{pictured.no}/").text
    assert browser.get(f"/c/job/{pictured.no}/photo/{kept.pk}/").status_code == 200


def test_what_is_no_photo_is_refused_in_words(on_shelf, courier_zhao, client_of):
    answer = client_of(courier_zhao.user).post(f"/c/job/{on_shelf.no}/shelf-photo/", {})
    assert answer.status_code == 422
    assert not Photo.objects.exists()


def test_only_the_one_who_put_it_there_and_only_while_it_lies_there(
    on_shelf, courier_zhao, courier_qian, station, client_of, photo
):
    assert client_of(courier_qian.user).post(f"/c/job/{on_shelf.no}/shelf-photo/").status_code == 404
    assert client_of(courier_zhao.user).get(f"/c/job/{on_shelf.no}/shelf-photo/").status_code == 405
    bring_home(on_shelf, courier_qian, station)
    late = client_of(courier_zhao.user).post(f"/c/job/{on_shelf.no}/shelf-photo/", {"photo": photo()})
    assert late.status_code == 409
    assert not Photo.objects.exists()


def test_the_customer_sees_it_when_the_goods_are_there(
    pictured, student_lin, courier_qian, station, client_of
):
    browser, url = client_of(student_lin), picture(pictured)
    assert browser.get(url).status_code == 404  # others' goods lie on that shelf too
    assert url not in browser.get(f"/o/{pictured.order.no}/").text
    bring_home(pictured, courier_qian, station)
    assert url in browser.get(f"/o/{pictured.order.no}/").text
    answer = browser.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "private" in answer["Cache-Control"]


def test_operators_see_it_on_the_ticket_and_in_the_chain(pictured, operator_wang, courier_qian, client_of):
    load_library()
    second = pictured.order.legs.get(sequence=2)
    dispatch.grab(leg=second, courier=courier_qian)
    services.report_missing(item=selectors.item_of(pictured.order_id), actor=courier_qian.user)
    browser, url = client_of(operator_wang), picture(pictured)
    assert browser.get(url).status_code == 200
    ticket = Ticket.objects.get(type="lost_in_relay")
    page = browser.get(f"/admin/console/t/{ticket.no}/", headers={"HX-Request": "true"}).text
    assert page.count(f'data-oc-photo="{url}"') == 2  # with the report, and where it happened
    link = Custody.objects.filter(order=pictured.order).last()
    assert url in browser.get(f"/admin/delivery/custody/{link.pk}/change/").text


def test_nobody_else_does(pictured, student_mei, courier_qian, client_of, client, keeper_zhou):
    url = picture(pictured)
    elsewhere = factories.UserFactory(is_staff=True)
    factories.StaffRoleFactory(user=elsewhere, campus=factories.CampusFactory(), role="support")
    for stranger in (student_mei, courier_qian.user, keeper_zhou, elsewhere):
        assert client_of(stranger).get(url).status_code == 404
    assert client.get(url).status_code == 302  # to log in
    kept = Photo.objects.get()
    assert client.get(kept.image.url).status_code == 404  # the file itself has no address
    assert client_of(student_mei).get(f"/c/job/{pictured.no}/photo/{kept.pk}/").status_code in (403, 404)


def test_who_carries_it_on_sees_it_until_the_order_is_over(
    pictured, courier_qian, courier_zhao, station, client_of, student_lin
):
    from orders import services as orders

    url, second = picture(pictured), pictured.order.legs.get(sequence=2)
    dispatch.grab(leg=second, courier=courier_qian)
    assert client_of(courier_qian.user).get(url).status_code == 200
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_qian)
    services.arrive_at_dropoff(leg=second, actor=courier_qian.user)
    services.deliver(leg=second, actor=courier_qian.user, code=pictured.order.receiving_code)
    orders.complete_order(order=pictured.order, actor=student_lin)
    assert client_of(courier_qian.user).get(url).status_code == 404
    assert client_of(courier_zhao.user).get(url).status_code == 200  # his own


def test_a_door_photo_stays_on_the_page_after_the_receipt(
    open_job, courier_zhao, carry, student_lin, student_mei, client_of, photo
):
    from core.images import clean_photo
    from orders import services as orders

    leg = carry(open_job(), courier_zhao, stages=3)
    services.deliver(leg=leg, actor=courier_zhao.user, photo=clean_photo(photo()))
    url = f"/o/{leg.order.no}/photo/{Photo.objects.get().pk}/"
    browser = client_of(student_lin)
    assert url in browser.get(f"/o/{leg.order.no}/").text
    orders.complete_order(order=leg.order, actor=student_lin)
    assert url in browser.get(f"/o/{leg.order.no}/").text
    assert client_of(student_mei).get(url).status_code == 404
