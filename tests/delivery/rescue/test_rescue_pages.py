"""What the pages of both couriers and of the customer say of a rescue."""

import pytest
from django.urls import reverse

from core import clock
from core.errors import WrongState
from couriers import services as couriers
from delivery import services
from delivery.models import Leg, LegStatus, Rescue

pytestmark = pytest.mark.django_db


def page(client_of, person, leg: Leg) -> str:
    return client_of(person).get(reverse("delivery:job", args=[leg.no])).text


def test_the_seconds_page_says_where_and_whom_and_not_the_pickup_code(
    first, send, client_of, courier_qian, places
):
    leg = send(first, note="by the red door")
    text = page(client_of, courier_qian, leg)
    for said in ("Meet 赵强", places.print_shop.label, "by the red door", "his phone is dead", "Not there"):
        assert said in text
    assert "5-2-1188" not in text
    assert "Scan their code" in page(
        client_of, courier_qian, services.arrive_at_pickup(leg=leg, actor=courier_qian.user)
    )


def test_the_firsts_page_says_who_comes(first, send, client_of, courier_zhao, courier_qian):
    send(first)
    text = page(client_of, courier_zhao, first)
    assert "钱悦 comes to fetch it" in text
    assert "Show my code" in text
    assert "钱悦 comes to fetch it" in client_of(courier_zhao).get(reverse("delivery:active")).text


def test_the_customers_page_says_so(first, send, client_of, student_lin, courier_qian, photo):
    leg = send(first)
    address = reverse("orders:detail", args=[first.order.no])
    assert "Another courier is on the way to fetch it" in client_of(student_lin).get(address).text
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    assert "On the way to you" in client_of(student_lin).get(address).text


def test_by_the_pages(first, send, client_of, courier_qian, courier_zhao, photo, places):
    leg = send(first)
    browser = client_of(courier_qian)
    browser.post(reverse("delivery:step", args=[leg.no, "arrive_at_pickup"]))
    answer = browser.post(reverse("delivery:collect", args=[leg.no]), {})
    assert answer.status_code == 422
    browser.post(reverse("delivery:collect", args=[leg.no]), {"photo": photo()})
    leg.refresh_from_db()
    assert leg.status == LegStatus.PICKED_UP
    assert "earned" in page(client_of, courier_zhao, first)


@pytest.mark.parametrize("why, outcome", [("not_there", "not_there"), ("cannot", "declined")])
def test_not_there_by_the_page(first, send, client_of, courier_qian, why, outcome):
    leg = send(first)
    browser = client_of(courier_qian)
    browser.post(reverse("delivery:step", args=[leg.no, "arrive_at_pickup"]))
    browser.post(reverse("delivery:not_there", args=[leg.no]), {"why": why, "words": "x"})
    assert Rescue.objects.get().outcome == outcome
    assert "You need not fetch it any more" in page(client_of, courier_qian, leg)


def test_the_second_can_call_the_first_until_they_have_it(first, send, courier_qian, courier_zhao, photo):
    leg = send(first)
    assert services.call_giver(leg=leg, actor=courier_qian.user).number
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    with pytest.raises(WrongState):
        services.call_giver(leg=leg, actor=courier_qian.user)


def test_the_first_goes_on_by_the_page(first, send, client_of, courier_zhao):
    send(first)
    client_of(courier_zhao).post(reverse("delivery:go_on", args=[first.no]))
    first.refresh_from_db()
    assert first.status == LegStatus.PICKED_UP


def test_it_is_expected_by_the_plan_of_the_second(first, send, courier_qian, places):
    couriers.report_position(courier=courier_qian, lat=places.canteen.lat, lon=places.canteen.lon)
    leg = send(first)
    leg.refresh_from_db()
    assert leg.eta_at > clock.now()
