"""The page of one order: what it says in each state, to whom, and what it keeps to itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.panels import panel
from delivery import services as delivery
from orders import services
from orders.models import Status
from orders.permissions import allowed
from orders.tracking import hero
from tests.orders.conftest import TO_THE_DOOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_of, student_lin):
    return client_of(student_lin)


def page_of(browser, order, part=""):
    response = browser.get(f"/o/{order.no}/{part}")
    assert response.status_code == 200, response.status_code
    return response.text


@pytest.mark.parametrize("part", ["", "live/", "code/", "cancel/", "address/", "tip/"])
def test_somebody_elses_order_does_not_exist(client_of, student_mei, courier_zhao, ordered, carried, part):
    order = ordered()
    carried(order)

    for stranger in (student_mei, courier_zhao.user):
        assert client_of(stranger).get(f"/o/{order.no}/{part}").status_code == 404


@pytest.mark.parametrize("act", ["urge", "confirm", "budget", "cancel", "address", "tip"])
def test_somebody_elses_order_cannot_be_touched(client_of, student_mei, ordered, act):
    order = ordered()

    assert client_of(student_mei).post(f"/o/{order.no}/{act}/").status_code == 404


class TestWords:
    """The title follows the state, down to where the courier stands."""

    def test_waiting_for_payment(self, browser, ordered):
        order = ordered(gateway="sandbox")
        page = page_of(browser, order)

        assert "Waiting for your payment" in page
        assert f'href="/pay/{order.no}/"' in page

    def test_looking_for_a_courier(self, browser, ordered, courier_zhao):
        page = page_of(browser, ordered())

        assert "Finding you a courier" in page
        assert "A tip gets it moving" in page

    def test_booked(self, browser, ordered, simulated_clock):
        start = simulated_clock.time + timedelta(hours=5)
        page = page_of(browser, ordered(window_start=start, window_end=start + timedelta(minutes=30)))

        assert "Booked" in page
        assert "15:00" in page
        assert "–15:30" in page

    @pytest.mark.parametrize(
        "stages, title",
        [
            ((), "Courier on the way to pick up"),
            (TO_THE_DOOR[:1], "The courier is at the pickup"),
            (TO_THE_DOOR[:2], "On the way to you"),
            (TO_THE_DOOR, "The courier is at your door"),
        ],
    )
    def test_with_the_courier(self, browser, ordered, carried, stages, title):
        order = ordered()
        carried(order, *stages)

        assert f"<h1>{title}</h1>" in page_of(browser, order)

    def test_given_back_it_starts_again(self, browser, ordered, carried, courier_zhao, courier_qian):
        order = ordered()
        leg = carried(order, "arrive_at_pickup")
        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")

        assert "<h1>Finding you a courier</h1>" in page_of(browser, order)

    def test_delivered_asks_for_the_receipt(self, browser, delivered):
        order = delivered()
        page = page_of(browser, order)

        assert "<h1>Delivered</h1>" in page
        assert f'action="/o/{order.no}/confirm/"' in page

    def test_completed_can_be_ordered_again(self, browser, student_lin, delivered):
        order = services.complete_order(order=delivered(), actor=student_lin)

        assert f"?again={order.no}" in page_of(browser, order)

    def test_cancelled_says_what_came_back(self, browser, student_lin, ordered):
        order = services.cancel_order(order=ordered(), actor=student_lin)

        assert "<h1>Cancelled</h1>" in page_of(browser, order)

    @pytest.mark.parametrize("status", Status.values)
    def test_every_state_has_a_title_and_buttons(self, ordered, status):
        order = ordered()
        order.status = status

        assert hero(order, []).title
        assert allowed(order)


@pytest.mark.parametrize(
    "stages, steps",
    [
        (None, "now todo todo todo todo"),
        ((), "done now todo todo todo"),
        (TO_THE_DOOR[:1], "done now todo todo todo"),
        (TO_THE_DOOR[:2], "done done done now todo"),
    ],
)
def test_the_steps_show_how_far_it_has_come(ordered, carried, stages, steps):
    order = ordered()
    if stages is not None:
        carried(order, *stages)

    assert " ".join(step.state for step in hero(order, []).steps) == steps


class TestTime:
    def test_the_promise_comes_first_and_a_countdown_second(self, browser, ordered, courier_zhao):
        order = ordered()
        page = page_of(browser, order)

        assert "Expected by" in page
        assert page.index("time-lg") < page.index("data-until")

    def test_past_due_it_says_so(self, browser, ordered, simulated_clock):
        order = ordered()
        simulated_clock.move_to(order.promised_at + timedelta(minutes=7))

        assert hero(order, []).late_minutes == 7
        assert hero(order, []).tone == "late"
        assert "track-time is-late" in page_of(browser, order)


class TestSecrets:
    def test_the_customer_sees_codes_and_room(self, browser, ordered, carried):
        order = ordered()
        carried(order)
        page = page_of(browser, order)

        assert order.pickup_codes in page
        assert "3楼 302" in page

    def test_the_receiving_code_appears_with_the_courier(self, browser, ordered, carried):
        order = ordered()
        label = "Receiving code " + " ".join(order.receiving_code)
        assert label not in page_of(browser, order)

        carried(order)

        assert label in page_of(browser, order)

    def test_phones_are_masked(self, browser, ordered):
        page = page_of(browser, ordered(contact_name="Mei", contact_phone="13900001111"))

        assert "139****1111" in page
        assert "13900001111" not in page


class TestTheCodePage:
    def test_shows_digits_and_a_code_to_scan(self, browser, ordered, carried):
        order = ordered()
        carried(order)
        page = page_of(browser, order, "code/")

        assert "<svg" in page
        assert " ".join(order.receiving_code) in page

    def test_is_not_there_before_a_courier_has_accepted(self, browser, ordered):
        order = ordered()

        assert browser.get(f"/o/{order.no}/code/").url == f"/o/{order.no}/"

    def test_leaves_by_itself_when_it_is_delivered(self, browser, delivered):
        order = delivered()

        response = browser.get(f"/o/{order.no}/code/", headers={"HX-Request": "true"})

        assert response.headers["HX-Redirect"] == f"/o/{order.no}/"


class TestTheLivePart:
    def test_brings_the_bar_along(self, browser, ordered):
        page = page_of(browser, ordered(), "live/")

        assert page.lstrip().startswith("<section")
        assert 'id="order-bar" hx-swap-oob="true"' in page
        assert "<html" not in page

    def test_a_page_with_a_map_loads_anew_when_the_journey_is_over(self, browser, delivered, ordered):
        assert browser.get(f"/o/{delivered().no}/live/?map=1").headers["HX-Refresh"] == "true"
        assert "HX-Refresh" not in browser.get(f"/o/{ordered().no}/live/?map=1").headers

    def test_listens_to_its_own_order(self, browser, ordered):
        order = ordered()
        page = page_of(browser, order)

        assert f"live:order:{order.no} from:body" in page
        assert '<meta name="live"' in page

    def test_upper_apps_have_their_places(self, browser, ordered, monkeypatch):
        from core import panels

        monkeypatch.setattr(
            panels, "_panels", {k: list(v) for k, v in panels._panels.items()} | {"orders.order": []}
        )
        panel("orders.order")(lambda request, order: f"<p>case of {order.no}</p>")
        order = ordered()

        assert f"<p>case of {order.no}</p>" in page_of(browser, order)

    def test_the_number_of_queries_does_not_grow_with_what_happened(
        self, browser, student_lin, ordered, carried, simulated_clock
    ):
        order = ordered()
        carried(order)
        few = self.count(browser, order)
        for _ in range(6):
            simulated_clock.advance(minutes=4)
            services.urge(order=order, actor=student_lin)

        assert self.count(browser, order) == few

    def count(self, browser, order) -> int:
        page_of(browser, order, "live/")
        with CaptureQueriesContext(connection) as queries:
            page_of(browser, order, "live/")
        return len(queries)


class TestPrice:
    def test_lines_are_those_that_were_agreed(self, browser, ordered, campus):
        from orders.models import PriceRule

        order = ordered(size="L")
        PriceRule.objects.filter(campus=campus).update(size_l_fen=9999)
        page = page_of(browser, order)

        assert "Parcel size large" in page
        assert "¥3<" in page

    def test_unspent_budget_is_announced(self, browser, ordered, carried, courier_zhao, picture):
        order = ordered(
            kind="purchase", pickup_codes="", budget_fen=3000, answers={"shopping_list": "Milk"}, what="Milk"
        )
        carried(order)
        services.record_goods_cost(order=order, actor=courier_zhao.user, cost_fen=2300, photo=picture())
        page = page_of(browser, order)

        assert "The goods cost ¥23" in page
        assert "¥7 come back to you on delivery" in page
