"""An errand without a price: couriers name theirs, the customer chooses one, pays, and that courier has the job."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from couriers import services as couriers
from dispatch import services
from dispatch.models import Bid
from notifications.models import Notice
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments import services as money
from payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(campus, places, student_lin, wallet_money, simulated_clock):
    """Lin asks what it would cost to find an umbrella."""
    wallet_money(student_lin, 10_000)
    return orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus, kind="custom", dropoff=places.dorm_north, what="Find my umbrella", asks_bids=True
        ),
        gateway="wallet",
    )


def bid(order, courier, fee_fen=900, minutes=20, **more) -> Bid:
    return services.place_bid(order=order, courier=courier, fee_fen=fee_fen, minutes=minutes, **more)


def test_the_whole_way_in_the_browser(client_of, asked, student_lin, courier_zhao, courier_qian):
    zhao, lin = client_of(courier_zhao), client_of(student_lin)
    assert "Find my umbrella" in zhao.get(reverse("dispatch:hall")).text
    page = reverse("dispatch:wanted", args=[asked.no])
    assert "Between ¥5" in zhao.get(page).text
    assert zhao.post(page, {"fee": "9", "minutes": "20", "words": "在附近"}).status_code == 302
    bid(asked, courier_qian, 1200)
    assert "You: ¥9" in zhao.get(reverse("dispatch:hall")).text
    shown = lin.get(f"/o/{asked.no}/").text
    for words in ("¥9", "¥12", "在附近"):
        assert words in shown
    assert Notice.objects.filter(user=student_lin, kind="bid_placed").count() == 2

    chosen = Bid.objects.get(courier=courier_zhao)
    answer = lin.post(reverse("dispatch:choose_bid", args=[chosen.pk]), {"fee": "900"})
    assert answer.url == reverse("payments:pay", args=[asked.no])
    lin.post(answer.url, {"gateway": "wallet"})
    asked.refresh_from_db()
    assert (asked.status, asked.fee_fen, asked.total_fen) == ("accepted", 900, 900)
    assert asked.courier_fen == 900 * asked.price_rule.courier_percent // 100
    assert asked.promised_at == asked.placed_at + timedelta(minutes=20)
    leg = asked.legs.get()
    assert (leg.courier, leg.pay_fen) == (courier_zhao, asked.courier_fen)
    assert money.balance("wallet", user=student_lin) == 10_000 - 900
    assert Notice.objects.filter(user=courier_zhao.user, kind="bid_won").exists()


def test_the_wizard_asks_the_couriers(client_of, student_lin, campus, places):
    browser = client_of(student_lin)
    form = {
        "what": "Find my umbrella", "pricing": "bids", "fee_offer": "", "dropoff": places.dorm_north.pk, "dropoff_detail": "302",
        "window": "asap", "gender_wanted": "any", "key": "ABCDEFGH23",
    }  # fmt: skip
    assert "Nothing to pay yet" in browser.post("/new/custom/price/", form).text
    answer = browser.post("/new/custom/", form, follow=True)
    order = Order.objects.get(customer=student_lin)
    assert order.wants_bids
    assert "Couriers name their price" in answer.text
    assert not Payment.objects.exists()
    refused = browser.post("/new/custom/", form | {"pricing": "offer", "key": "ABCDEFGH24"})
    assert refused.status_code == 422
    assert "This field is required" in refused.text


def test_another_price_may_be_chosen_until_one_is_paid(asked, student_lin, courier_zhao, courier_qian):
    first, second = bid(asked, courier_zhao, 900), bid(asked, courier_qian, 700)
    services.choose_bid(bid=first, actor=student_lin, gateway="sandbox", expected_fen=900)
    old = Payment.objects.get(ref=asked.no)
    services.choose_bid(bid=second, actor=student_lin, gateway="sandbox", expected_fen=700)
    new = Payment.objects.get(ref=asked.no, status="pending")
    assert new.amount == 700
    # The bank was slower than the second thought: what was paid for the first price goes back.
    money.settle_payment(payment_no=old.no, amount=900, gateway_no="1")
    asked.refresh_from_db()
    assert asked.status == "pending_payment"
    money.settle_payment(payment_no=new.no, amount=700, gateway_no="2")
    asked.refresh_from_db()
    assert asked.legs.get().courier == courier_qian
    assert money.balance("escrow", ref=asked.no) == 700


def test_a_chosen_price_that_is_taken_back_ends_its_payment_and_asks_anew(
    asked, student_lin, courier_zhao, courier_qian, client_of, simulated_clock
):
    lines, total = asked.lines, asked.total_fen
    chosen = bid(asked, courier_zhao, 900)
    services.choose_bid(bid=chosen, actor=student_lin, gateway="sandbox", expected_fen=900)
    at_cashier = Payment.objects.get(ref=asked.no)
    services.withdraw_bid(order=asked, courier=courier_zhao)

    until = asked.bids_until
    asked.refresh_from_db()
    assert (asked.wants_bids, asked.lines, asked.total_fen, asked.courier_fen) == (True, lines, total, 0)
    assert (asked.bids_until, asked.pay_by) == (until, until + timedelta(minutes=15))
    at_cashier.refresh_from_db()
    assert at_cashier.status == "closed"
    page = client_of(student_lin).get(reverse("payments:pay", args=[asked.no]), follow=True).text
    assert "Couriers name their price" in page
    assert "The courier took the price back" in page
    assert "Find my umbrella" in Notice.objects.get(user=student_lin, kind="chosen_bid_withdrawn").body

    # The bank was faster: what it took comes back, and buys nothing.
    money.settle_payment(payment_no=at_cashier.no, amount=900, gateway_no="1")
    asked.refresh_from_db()
    assert (asked.status, money.balance("escrow", ref=asked.no)) == ("pending_payment", 0)

    second = bid(asked, courier_qian, 900)
    services.choose_bid(bid=second, actor=student_lin, gateway="wallet", expected_fen=900)
    assert asked.legs.get().courier == courier_qian
    assert money.balance("escrow", ref=asked.no) == 900


def test_a_price_taken_back_late_leaves_time_for_others(
    asked, student_lin, courier_zhao, courier_qian, simulated_clock
):
    chosen = bid(asked, courier_zhao)
    simulated_clock.move_to(asked.pay_by - timedelta(minutes=1))
    services.choose_bid(bid=chosen, actor=student_lin, gateway="sandbox", expected_fen=900)
    simulated_clock.advance(minutes=14)
    services.withdraw_bid(order=asked, courier=courier_zhao)
    assert orders.expire_unpaid(clock.now()) == 0
    assert bid(asked, courier_qian).status == "open"


def test_each_time_it_is_taken_back_the_customer_hears_and_no_other_time(
    asked, student_lin, courier_zhao, courier_qian
):
    bid(asked, courier_qian)
    services.withdraw_bid(order=asked, courier=courier_qian)
    for _time in range(2):
        chosen = bid(asked, courier_zhao)
        services.choose_bid(bid=chosen, actor=student_lin, gateway="sandbox", expected_fen=900)
        services.withdraw_bid(order=asked, courier=courier_zhao)
    assert Notice.objects.filter(user=student_lin, kind="chosen_bid_withdrawn").count() == 2


def test_paid_with_nobody_chosen_any_more_the_customer_hears_that_all_may_take_it(
    asked, student_lin, courier_zhao
):
    """As orders were left that were paid after the courier had withdrawn, before that ended the payment."""
    chosen = bid(asked, courier_zhao)
    services.choose_bid(bid=chosen, actor=student_lin, gateway="sandbox", expected_fen=900)
    Bid.objects.filter(pk=chosen.pk).update(status="withdrawn")
    money.settle_payment(payment_no=Payment.objects.get(ref=asked.no).no, amount=900, gateway_no="1")
    assert asked.legs.get().status == "open"
    assert Notice.objects.filter(user=student_lin, kind="bid_failed").count() == 1


def test_a_courier_who_went_off_duty_leaves_it_to_the_hall(asked, student_lin, courier_zhao):
    chosen = bid(asked, courier_zhao)
    services.choose_bid(bid=chosen, actor=student_lin, gateway="sandbox", expected_fen=900)
    couriers.set_duty(courier=courier_zhao, on=False)
    money.settle_payment(payment_no=Payment.objects.get(ref=asked.no).no, amount=900, gateway_no="1")
    asked.refresh_from_db()
    assert asked.status == "placed"
    assert asked.legs.get().status == "open"
    assert Notice.objects.filter(user=student_lin, kind="bid_failed").exists()


def test_who_is_off_duty_cannot_be_chosen_and_stands_last(
    asked, student_lin, courier_zhao, courier_qian, client_of
):
    gone = bid(asked, courier_zhao, 700)
    bid(asked, courier_qian, 900)
    couriers.set_duty(courier=courier_zhao, on=False)

    with pytest.raises(TooLate, match="off duty"):
        services.choose_bid(bid=gone, actor=student_lin, gateway="wallet", expected_fen=700)
    gone.refresh_from_db()
    assert gone.status == "open"
    assert not Payment.objects.exists()

    page = client_of(student_lin).get(f"/o/{asked.no}/").text
    assert page.index("¥9") < page.index("cannot come now")
    assert reverse("dispatch:choose_bid", args=[gone.pk]) not in page
    couriers.set_duty(courier=courier_zhao, on=True)
    assert (
        reverse("dispatch:choose_bid", args=[gone.pk]) in client_of(student_lin).get(f"/o/{asked.no}/").text
    )


def test_a_price_that_has_changed_is_not_paid_unseen(asked, student_lin, courier_zhao):
    shown = bid(asked, courier_zhao, 900)
    bid(asked, courier_zhao, 1900)
    with pytest.raises(TooLate):
        services.choose_bid(bid=shown, actor=student_lin, gateway="wallet", expected_fen=900)
    services.withdraw_bid(order=asked, courier=courier_zhao)
    services.withdraw_bid(order=asked, courier=courier_zhao)
    with pytest.raises(TooLate):
        services.choose_bid(bid=shown, actor=student_lin, gateway="wallet", expected_fen=1900)
    assert bid(asked, courier_zhao, 800).status == "open"


@pytest.mark.parametrize("fee_fen", [0, 499, 20_001])
def test_prices_have_bounds(asked, courier_zhao, fee_fen):
    with pytest.raises(Invalid):
        bid(asked, courier_zhao, fee_fen)
    with pytest.raises(Invalid):
        bid(asked, courier_zhao, minutes=0)


def test_who_may_not_carry_it_may_not_bid_and_only_its_customer_chooses(
    client_of, campus, places, student_lin, student_mei, courier_zhao, courier_qian, asked
):
    for_women = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="custom",
            dropoff=places.dorm_north,
            what="x",
            asks_bids=True,
            gender_wanted="female",
        ),
        gateway="wallet",
    )
    with pytest.raises(NotAllowed):
        bid(for_women, courier_zhao)
    offered = bid(asked, courier_zhao)
    answer = client_of(student_mei).post(reverse("dispatch:choose_bid", args=[offered.pk]), {"fee": "900"})
    assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        services.choose_bid(bid=offered, actor=student_mei, gateway="wallet", expected_fen=900)
    with pytest.raises(WrongState):
        orders.change_address(order=asked, actor=student_lin, dropoff=places.canteen, dropoff_detail="")


def test_when_nobody_is_chosen_it_ends_and_costs_nothing(
    asked, simulated_clock, client_of, courier_zhao, student_lin
):
    offered = bid(asked, courier_zhao)
    simulated_clock.move_to(asked.bids_until)
    with pytest.raises(TooLate):
        bid(asked, courier_zhao, 800)
    answer = client_of(courier_zhao).get(reverse("dispatch:wanted", args=[asked.no]), follow=True)
    assert "does not ask for prices any more" in answer.text
    simulated_clock.move_to(asked.pay_by)
    assert orders.expire_unpaid(clock.now()) == 1
    with pytest.raises(WrongState):
        services.choose_bid(bid=offered, actor=student_lin, gateway="wallet", expected_fen=900)
    assert money.balance("wallet", user=student_lin) == 10_000


def test_paying_without_a_price_is_not_possible(asked, client_of, student_lin):
    browser = client_of(student_lin)
    assert "Pay ¥" not in browser.get(f"/o/{asked.no}/").text
    assert browser.get(reverse("payments:pay", args=[asked.no])).status_code == 404
    assert "Price open" in browser.get("/orders/").text
    orders.cancel_order(order=asked, actor=student_lin)
    asked.refresh_from_db()
    assert asked.status == "cancelled"


def test_who_is_chosen_carries_it_all_the_way_past_the_relay(
    campus, places, station, student_lin, wallet_money, simulated_clock, courier_qian
):
    wallet_money(student_lin, 10_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="custom",
            pickup=places.parcel_station,
            dropoff=places.dorm_women,
            what="Find",
            asks_bids=True,
        ),
        gateway="wallet",
    )
    chosen = bid(order, courier_qian)
    services.choose_bid(bid=chosen, actor=student_lin, gateway="wallet", expected_fen=900)
    leg = order.legs.get()
    order.refresh_from_db()
    assert (leg.relay, leg.dropoff, leg.courier) == (None, places.dorm_women, courier_qian)
    assert leg.pay_fen == order.courier_fen
