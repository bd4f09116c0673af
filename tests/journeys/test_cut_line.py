"""The line is cut while things happen: the page says so, and misses nothing once the line is back."""

import re

import pytest
from playwright.sync_api import expect

from delivery import services as delivery
from dispatch import services as dispatch
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from tests import factories
from tests.journeys.waiting import leg_of

pytestmark = pytest.mark.browser


class Line:
    """The websocket of a page, which can be cut and joined again."""

    def __init__(self, page) -> None:
        self.cut_off, self.open = False, []
        page.route_web_socket(re.compile("/ws/live/"), self._connect)

    def _connect(self, socket) -> None:
        if self.cut_off:
            socket.close()
        else:
            socket.connect_to_server()
            self.open.append(socket)

    def cut(self) -> None:
        self.cut_off = True
        for socket in self.open:
            socket.close()
        self.open.clear()

    def join(self) -> None:
        self.cut_off = False


@pytest.fixture
def order(world):
    """Lin's parcel, in the hands of courier Zhao."""
    lin = factories.UserFactory(username="lin", name="林晓", campus=world, language="zh-hans")
    places = factories.places_of(world)
    made = orders.place_order(
        actor=lin,
        request=ErrandRequest(
            campus=world, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
        ),
        gateway="sandbox",
    )
    from payments.models import Payment
    from payments.services import settle_payment

    payment = Payment.objects.get(ref=made.no)
    settle_payment(payment_no=payment.no, amount=payment.amount, gateway_no="1")
    zhao = factories.CourierFactory(campus=world, user__name="赵强")
    dispatch.grab(leg=leg_of(made), courier=zhao)
    return Order.objects.get(pk=made.pk)


def test_what_happened_while_the_line_was_cut_is_caught_up(order, enter):
    page = enter(order.customer)
    line = Line(page)
    page.goto(f"/o/{order.no}/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-live", "on")
    leg, courier = order.legs.get(), order.legs.get().courier.user

    line.cut()
    expect(root).to_have_attribute("data-live", "retry")
    delivery.arrive_at_pickup(leg=leg, actor=courier)
    delivery.pick_up(leg=leg, actor=courier)
    expect(page.get_by_role("heading", name=re.compile("飞奔"))).to_have_count(0)

    line.join()
    expect(root).to_have_attribute("data-live", "on", timeout=20_000)
    expect(page.get_by_role("heading", name=re.compile("飞奔"))).to_be_visible()
    for happening in ("已到取件点", "已取"):
        expect(page.get_by_text(re.compile(happening)).first).to_be_visible()


def test_with_the_line_down_for_good_the_page_asks_by_itself(order, enter):
    page = enter(order.customer)
    page.clock.install()
    line = Line(page)
    line.cut_off = True
    page.goto(f"/o/{order.no}/")
    expect(page.locator("html")).to_have_attribute("data-live", "retry")
    leg, courier = order.legs.get(), order.legs.get().courier.user
    delivery.arrive_at_pickup(leg=leg, actor=courier)
    # It polls every twenty seconds while there is no socket.
    page.clock.fast_forward(20_000)
    expect(page.get_by_role("heading", name=re.compile("已到取件点"))).to_be_visible()
