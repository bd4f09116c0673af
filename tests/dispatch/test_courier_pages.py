"""What a courier reads and gets back on the pages of the portal: forms that say what is wrong, words that are true."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import realtime
from couriers import services as couriers
from couriers.models import Courier
from delivery import handlers
from delivery import services as delivery
from delivery.events import LegTransferred
from delivery.models import Leg, LegStatus
from delivery.services import etas
from dispatch.forms import BidForm
from orders import services as orders

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def shopping(open_job, carry, courier_zhao):
    """shopping(): Zhao buys milk for up to ¥20, wherever it can be had."""

    def go(stages: int = 0, **changes) -> Leg:
        return carry(
            open_job(kind="purchase", pickup=None, budget_fen=2000, **changes), courier_zhao, stages=stages
        )

    return go


def test_the_minutes_of_a_price_are_what_the_browser_lets_through():
    """The browser counts `step` from `min`: the form's own first value has to be among them."""
    field = BidForm().fields["minutes"]
    attrs = field.widget.attrs
    assert (field.initial - int(attrs["min"])) % int(attrs.get("step", 1)) == 0
    for minutes in (attrs["min"], 17, 30):
        assert BidForm({"fee": "9", "minutes": minutes}).is_valid()


@pytest.mark.parametrize("address", ["/inbox/?portal=courier", "/support/?portal=courier", "chat", "/c/me/"])
def test_an_offer_is_seen_on_every_page_of_the_face(client_of, open_job, carry, courier_zhao, address):
    leg = carry(open_job(), courier_zhao)
    page = client_of(courier_zhao.user)
    text = page.get(f"/o/{leg.order.no}/chat/" if address == "chat" else address).text
    assert text.count('id="offer"') == 1
    assert "css/courier.css" in text


def test_who_is_no_courier_or_a_suspended_one_asks_for_no_offers(client_of, student_lin, courier_zhao):
    assert 'id="offer"' not in client_of(student_lin).get("/inbox/?portal=courier").text
    Courier.objects.filter(pk=courier_zhao.pk).update(status=Courier.Status.SUSPENDED)
    assert 'id="offer"' not in client_of(courier_zhao.user).get("/inbox/?portal=courier").text


def test_a_cost_that_is_too_high_comes_back_into_the_sheet(client_of, shopping, courier_zhao, photo):
    leg = shopping(stages=1)
    page = client_of(courier_zhao.user)
    assert "¥22" in page.get(reverse("delivery:job", args=[leg.no])).text
    buy = reverse("delivery:buy", args=[leg.no])
    answer = page.post(buy, {"cost": "501", "receipt": photo()}, **HTMX)
    assert answer.status_code == 422
    assert 'value="501"' in answer.text
    assert "At most ¥500" in answer.text
    assert "hx-preserve" in answer.text  # the photo stays where it is
    answer = page.post(buy, {"cost": "18"}, **HTMX)
    assert answer.status_code == 422
    assert 'value="18"' in answer.text
    assert "Take a photo of the receipt." in answer.text
    assert "hx-preserve" not in answer.text
    assert page.post(buy, {"cost": "18", "receipt": photo()}, **HTMX).headers["HX-Redirect"]
    leg.order.refresh_from_db()
    assert leg.order.goods_cost_fen == 1800


def test_giving_back_without_a_reason_comes_back_into_the_sheet(client_of, shopping, courier_zhao):
    leg = shopping()
    answer = client_of(courier_zhao.user).post(
        reverse("delivery:give_back", args=[leg.no]), {"words": "flat tyre"}, **HTMX
    )
    assert answer.status_code == 422
    assert "Choose why." in answer.text
    assert "flat tyre" in answer.text


def test_what_is_earned_is_said_to_be_free_when_it_is(
    client_of, open_job, carry, courier_zhao, student_lin, simulated_clock
):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    page, address = client_of(courier_zhao.user), reverse("delivery:job", args=[leg.no])
    assert "24 hours after the customer has confirmed" in page.get(address).text
    orders.complete_order(order=leg.order, actor=student_lin)
    text = page.get(address).text
    assert "has confirmed" not in text
    assert "On hold until" in text
    simulated_clock.advance(hours=25)
    orders.release_earnings()
    assert "no longer on hold" in page.get(address).text


def test_what_they_paid_stands_beside_the_sum_and_not_in_it(client_of, shopping, courier_zhao, photo):
    leg = shopping(stages=1)
    delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=1800, photo=photo())
    text = client_of(courier_zhao.user).get(reverse("delivery:job", args=[leg.no])).text
    assert text.index("prices-total") < text.index("Paid back to you besides")


def test_the_two_who_give_and_take_a_job_are_rung(open_job, carry, courier_zhao, courier_qian, monkeypatch):
    leg = carry(open_job(), courier_zhao)
    broadcasts = []
    monkeypatch.setattr(realtime, "broadcast", lambda groups, t, **data: broadcasts.append((groups, t)))
    pks = {"courier": courier_zhao.pk, "giver": courier_qian.pk, "taker": courier_zhao.pk}
    handlers.plan_moved(LegTransferred(leg=leg.pk, order=leg.order_id, **pks))
    assert {group for group, t in broadcasts if t == "jobs"} == {
        f"user.{courier_zhao.user_id}", f"user.{courier_qian.user_id}",
    }  # fmt: skip


def test_the_badge_of_the_jobs_under_way_fetches_itself(client_of, open_job, carry, courier_zhao):
    page, badge = client_of(courier_zhao.user), reverse("delivery:active_badge")
    assert "live:jobs from:body" in page.get("/c/me/").text
    assert "under way" not in page.get(badge).text
    carry(open_job(), courier_zhao)
    assert "1 job under way" in page.get(badge).text


def test_who_hands_over_finds_the_second_scan_in_the_sheet(client_of, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=2)
    sheet = (
        client_of(courier_zhao.user)
        .get(reverse("delivery:code", args=[leg.no, "transfer"]), HTTP_HX_TARGET="sheet-root", **HTMX)
        .text
    )
    assert f'href="{reverse("dispatch:scan")}"' in sheet
    assert "Scan their code" in sheet


def test_a_job_that_came_back_is_led_to(client_of, open_job, carry, courier_zhao, courier_qian):
    old = carry(open_job(), courier_zhao)
    delivery.give_back(leg=old, actor=courier_zhao.user)
    now = Leg.objects.get(order=old.order, status=LegStatus.OPEN)
    page, address = client_of(courier_zhao.user), reverse("delivery:job", args=[old.no])
    assert "It has come back to you" not in page.get(address).text
    Leg.objects.filter(pk=now.pk).update(
        status=LegStatus.ASSIGNED, courier=courier_zhao, assigned_at=now.opened_at
    )
    text = page.get(address).text
    assert "It has come back to you" in text
    assert reverse("delivery:job", args=[now.no]) in text
    assert "You have given it back" not in text


def test_what_is_still_to_be_bought_is_not_brought(
    client_of, shopping, courier_zhao, places, simulated_clock
):
    couriers.report_position(courier=courier_zhao, lat=places.gate.lat, lon=places.gate.lon)
    leg = shopping(dropoff=places.dorm_north)
    page = client_of(courier_zhao.user)
    trip = page.get("/c/").text
    assert "Go and buy it" in trip
    assert "from you" not in trip.split("trip-sub")[1].split("</a>")[0]
    assert "from you" not in page.get(reverse("delivery:job", args=[leg.no])).text
    leg.refresh_from_db()
    assert leg.eta_at is None  # nobody knows how long shopping takes
    Leg.objects.filter(pk=leg.pk).update(status=LegStatus.PICKED_UP)
    assert etas.renew_etas() == 1
    leg.refresh_from_db()
    assert timedelta(0) < leg.eta_at - simulated_clock() < timedelta(minutes=10)


def test_off_duty_only_what_they_may_take_is_counted(client_of, open_job, courier_zhao, places):
    open_job(dropoff=places.dorm_women)
    couriers.set_duty(courier=courier_zhao, on=False, actor=courier_zhao.user)
    page = client_of(courier_zhao.user)
    assert "is waiting" not in page.get("/c/").text
    open_job()
    assert "1 job is waiting" in page.get("/c/").text


def test_a_code_that_is_refused_leaves_the_field_ready(client_of, courier_zhao):
    page = client_of(courier_zhao.user)
    assert "autofocus" not in page.get("/c/scan/").text
    assert "autofocus" in page.post("/c/scan/", {"digits": "0000"}).text
