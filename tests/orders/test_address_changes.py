"""Another door before the goods are fetched: the way is priced anew, the difference paid or given back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, WrongState
from orders import pricing
from orders import services as orders
from orders.models import Order, PriceRule
from orders.requests import ErrandRequest
from orders.services import quote_address
from payments.models import Payment
from payments.selectors import check_ledger
from payments.services import balance, settle_payment, switch_gateway

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rule(campus):
    """Each hundred metres and each floor costs something."""
    PriceRule.objects.filter(campus=campus, kind="parcel").update(
        base_fen=300, floor_fen=300, included_m=0, per_100m_fen=50, per_floor_fen=100
    )


@pytest.fixture
def ordered(campus, student_lin, wallet_money, places, rule, simulated_clock):
    """ordered(**changes): Lin has a parcel fetched to the dorm in the north, 3rd floor, and has paid."""

    def make(gateway="wallet", **changes) -> Order:
        wallet_money(student_lin, 10_000)
        wish = {
            "pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": "302", "floor": 3,
            "tip_fen": 100,
        }  # fmt: skip
        order = orders.place_order(
            actor=student_lin,
            request=ErrandRequest(campus=campus, kind="parcel", **(wish | changes)),
            gateway=gateway,
        )
        order.refresh_from_db()
        return order

    return make


def move(order, actor, place, detail="101", floor=1, **more):
    order = orders.change_address(
        order=order, actor=actor, dropoff=place, dropoff_detail=detail, floor=floor, **more
    )
    order.refresh_from_db()
    return order


def test_a_shorter_way_and_fewer_stairs_come_back(ordered, student_lin, places):
    order = ordered()
    before, wallet = order.total_fen, balance("wallet", user=student_lin)
    quote = quote_address(order, places.print_shop, 1)

    order = move(order, student_lin, places.print_shop)

    assert quote.difference_fen < 0
    assert order.total_fen == before + quote.difference_fen
    assert balance("wallet", user=student_lin) == wallet - quote.difference_fen
    assert balance("escrow", ref=order.no) == order.total_fen
    assert order.fee_fen == pricing.fee_of([pricing.Line(**line) for line in order.lines])
    assert order.legs.get().pay_fen == order.courier_fen
    assert order.promised_at - order.placed_at < timedelta(hours=1)
    assert check_ledger() == []


def test_a_longer_way_is_paid_from_the_wallet(ordered, student_lin, places):
    order = ordered(dropoff=places.print_shop, dropoff_detail="", floor=1)
    before, wallet, promised = order.total_fen, balance("wallet", user=student_lin), order.promised_at

    order = move(order, student_lin, places.dorm_north, "602", 6)

    more = order.total_fen - before
    assert more > 500  # five floors at least
    assert balance("wallet", user=student_lin) == wallet - more
    assert balance("escrow", ref=order.no) == order.total_fen
    assert order.promised_at > promised
    assert Payment.objects.get(ref=order.no, purpose="change").amount == more
    assert check_ledger() == []


def test_a_wallet_that_is_too_low_changes_nothing(ordered, student_lin, places, campus):
    order = ordered(dropoff=places.print_shop, dropoff_detail="", floor=1)
    left = balance("wallet", user=student_lin)
    orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="custom",
            dropoff=places.dorm_north,
            fee_offer_fen=2000,
            budget_fen=left - 2100,
        ),
        gateway="wallet",
    )

    with pytest.raises(Invalid, match="does not hold enough"):
        move(order, student_lin, places.dorm_north, "602", 6)
    order.refresh_from_db()
    assert order.dropoff == places.print_shop


def test_what_was_shown_is_what_is_charged(ordered, student_lin, places):
    order = ordered()
    with pytest.raises(Invalid, match="price has changed"):
        move(order, student_lin, places.print_shop, expected_fen=0)


def test_nothing_else_of_the_quote_is_priced_anew(ordered, student_lin, places, campus, simulated_clock):
    order = ordered()
    simulated_clock.advance(hours=13)  # by now a new errand would cost the night's surcharge

    order = move(order, student_lin, places.print_shop)

    assert "night" not in {line["code"] for line in order.lines}


def test_once_accepted_a_door_in_the_same_area_is_free(ordered, student_lin, places, courier_zhao):
    from dispatch import services as dispatch

    order = ordered()
    dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    total = order.total_fen

    assert move(order, student_lin, places.dorm_north, "101", 1).total_fen == total


def test_nobody_climbs_higher_than_they_accepted(ordered, student_lin, places, courier_zhao):
    from dispatch import services as dispatch

    order = ordered()
    dispatch.grab(leg=order.legs.get(), courier=courier_zhao)

    with pytest.raises(WrongState, match="fewer floors"):
        move(order, student_lin, places.dorm_north, "602", 6)
    down = move(order, student_lin, places.dorm_north, "602", 1, downstairs=True)
    assert (down.dropoff_detail, down.details["downstairs"]) == ("602", True)


class TestUnpaid:
    def test_the_payment_is_asked_for_anew(self, ordered, student_lin, places):
        order = ordered(gateway="sandbox")
        first = Payment.objects.get(ref=order.no)

        order = move(order, student_lin, places.print_shop)

        first.refresh_from_db()
        second = Payment.objects.latest("pk")
        assert (first.status, second.status, second.amount) == ("closed", "pending", order.total_fen)
        assert (second.gateway, second.expires_at) == ("sandbox", order.pay_by)

    def test_the_old_price_that_arrives_late_goes_back(self, ordered, student_lin, places):
        order = ordered(gateway="sandbox")
        first = Payment.objects.get(ref=order.no)
        order = move(order, student_lin, places.print_shop)

        settle_payment(payment_no=first.no, amount=first.amount, gateway_no="late")

        order.refresh_from_db()
        first.refresh_from_db()
        assert (order.status, first.refunded) == ("pending_payment", first.amount)
        switch_gateway(payment=Payment.objects.latest("pk"), gateway="wallet", actor=student_lin)
        order.refresh_from_db()
        assert order.status == "placed"
        assert check_ledger() == []


class TestPage:
    def test_shows_the_difference_before_it_is_meant(self, client_of, ordered, student_lin, places):
        order, browser = ordered(), client_of(student_lin)
        fields = {"dropoff": places.print_shop.pk, "dropoff_detail": "101"}

        page = browser.post(f"/o/{order.no}/address/", fields, headers=HTMX)

        difference = quote_address(order, places.print_shop, 1).difference_fen
        assert "less" in page.text
        assert f'value="{difference}"' in page.text
        order.refresh_from_db()
        assert order.dropoff == places.dorm_north
        browser.post(f"/o/{order.no}/address/", fields | {"expected_fen": difference}, headers=HTMX)
        order.refresh_from_db()
        assert order.dropoff == places.print_shop

    def test_a_door_at_the_same_price_is_changed_at_once(self, client_of, ordered, student_lin, places):
        order = ordered()

        client_of(student_lin).post(
            f"/o/{order.no}/address/",
            {"dropoff": places.dorm_north.pk, "dropoff_detail": "314"},
            headers=HTMX,
        )

        order.refresh_from_db()
        assert order.dropoff_detail == "314"


@given(
    metres=st.integers(0, 5000), floor=st.integers(1, 40), lift=st.booleans(), goods=st.integers(0, 5000),
    there=st.integers(0, 5000), up=st.integers(1, 40),
)  # fmt: skip
def test_there_and_back_again_costs_what_it_cost(metres, floor, lift, goods, there, up):
    rule = PriceRule(base_fen=300, floor_fen=350, ceiling_fen=2000)
    start = pricing.for_another_door(
        rule,
        [pricing.Line("base", 300), pricing.Line("goods", goods)],
        distance_m=metres,
        floor=floor,
        has_lift=lift,
    )
    away = pricing.for_another_door(rule, start, distance_m=there, floor=up, has_lift=False)

    assert rule.floor_fen <= pricing.fee_of(away) <= rule.ceiling_fen
    assert pricing.for_another_door(rule, away, distance_m=metres, floor=floor, has_lift=lift) == start
