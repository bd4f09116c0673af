"""A job's page from acceptance to the door: what it shows when, and every press on it."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import NotAllowed, WrongState
from couriers import services as couriers
from delivery import services
from delivery.models import Leg
from dispatch import services as dispatch
from orders import services as orders
from orders.models import OverBudget, Photo
from payments import services as money
from telephony.selectors import calls_about

pytestmark = pytest.mark.django_db
SECRETS = ["Room 302", "5-2-1188", "mind the cat", "林晓"]


@pytest.fixture
def page(client_of, courier_zhao):
    def show(leg, courier=None) -> str:
        return unescape(client_of(courier or courier_zhao).get(reverse("delivery:job", args=[leg.no])).text)

    return show


@pytest.fixture
def press(client_of, courier_zhao):
    """press(leg, "give_back", why="other"): a button of Zhao's page; returns what is said on the page after it."""

    def go(leg, name, *args, **data) -> str:
        url = reverse(f"delivery:{name}", args=[leg.no, *args])
        came_from = "http://testserver" + reverse("delivery:job", args=[leg.no])
        answer = client_of(courier_zhao).post(url, data, follow=True, headers={"Referer": came_from})
        assert answer.status_code == 200
        return unescape(answer.text)

    return go


def test_the_whole_way_with_plain_buttons(press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    for name, status in [
        ("arrive_at_pickup", "at_pickup"),
        ("pick_up", "picked_up"),
        ("arrive_at_dropoff", "at_dropoff"),
    ]:
        press(leg, "step", name)
        leg.refresh_from_db()
        assert leg.status == status
    text = press(leg, "deliver", code=leg.order.receiving_code)
    leg.refresh_from_db()
    assert (leg.status, leg.order.status) == ("done", "delivered")
    assert "Delivered, well done" in text
    assert money.balance("courier_earnings", user=courier_zhao.user) == leg.pay_fen


def test_each_stage_offers_its_own_step_and_no_other(page, open_job, carry, courier_zhao):
    steps = ["arrive_at_pickup", "pick_up", "arrive_at_dropoff"]
    couriers.update_profile(courier=courier_zhao, vehicle="bicycle", capacity=4)
    for stages, mine in enumerate([*steps, None]):
        text = page(carry(open_job(), courier_zhao, stages))
        offered = [step for step in steps if f"/{step}/" in text]
        assert offered == ([mine] if mine else [])
        assert ('data-sheet-open="deliver"' in text) is (mine is None)


def test_a_step_in_the_wrong_state_changes_nothing_and_says_so(press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    text = press(leg, "step", "pick_up")
    assert "Things have moved on" in text
    leg.refresh_from_db()
    assert leg.status == "assigned"


def test_pressing_twice_does_it_once(press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    for _ in range(2):
        press(leg, "step", "arrive_at_pickup")
    assert leg.order.history.filter(action="arrive_at_pickup").count() == 1


def test_only_the_three_steps_have_an_address(client_of, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    assert client_of(courier_zhao).post(f"/c/job/{leg.no}/finish/").status_code == 404


# -- What is shown when ------------------------------------------------------------------------------------


def test_room_and_contact_are_shown_to_the_one_who_carries_but_never_a_whole_number(
    page, open_job, carry, courier_zhao
):
    text = page(carry(open_job(contact_phone="13812342046"), courier_zhao))
    assert "Room 302" in text
    assert "mind the cat" in text
    assert "138****2046" in text
    assert "13812342046" not in text


def test_pickup_codes_are_shown_from_the_pickup_on(page, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    assert "5-2-1188" not in page(leg)
    services.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    assert "5-2-1188" in page(leg)


def test_the_receiving_code_is_never_the_couriers_to_see(page, open_job, carry, courier_zhao):
    leg = open_job()
    orders_code = leg.order.receiving_code
    assert f">{orders_code}<" not in page(carry(leg, courier_zhao, stages=3))


@pytest.mark.parametrize("how", ["done", "given back", "cancelled", "taken away"])
def test_when_it_is_over_nothing_private_is_left_on_the_page(
    page, open_job, carry, courier_zhao, student_lin, supervisor_sun, how
):
    leg = carry(open_job(), courier_zhao, stages=3 if how == "done" else 1)
    if how == "done":
        services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    elif how == "given back":
        services.give_back(leg=leg, actor=courier_zhao.user)
    elif how == "cancelled":
        orders.cancel_order(order=leg.order, actor=student_lin)
    else:
        dispatch.reassign(order=leg.order, actor=supervisor_sun)
    text = page(leg)
    for secret in SECRETS:
        assert secret not in text, secret
    said = {
        "done": "earned",
        "given back": "You have given it back",
        "cancelled": "The customer's order was cancelled",
        "taken away": "The dispatcher has given it to someone else",
    }
    assert said[how] in text


def test_the_live_part_stays_while_the_stage_is_the_same_and_renews_the_page_otherwise(
    client_of, open_job, carry, courier_zhao, student_lin
):
    leg = carry(open_job(), courier_zhao)
    client = client_of(courier_zhao)
    state = client.get(reverse("delivery:job", args=[leg.no])).context["state"]
    live = reverse("delivery:job_live", args=[leg.no])
    same = client.get(live, {"state": state})
    assert "HX-Refresh" not in same
    assert 'id="job"' in same.text
    orders.cancel_order(order=leg.order, actor=student_lin)
    assert client.get(live, {"state": state})["HX-Refresh"] == "true"


def test_a_changed_address_and_promise_are_there_at_once(
    page, open_job, carry, courier_zhao, student_lin, places
):
    leg = carry(open_job(), courier_zhao)
    orders.change_address(
        order=leg.order, actor=student_lin, dropoff=places.dorm_north, dropoff_detail="Room 414"
    )
    order = orders.extend_promise(order=leg.order, minutes=17, actor=student_lin)
    leg.refresh_from_db()
    assert leg.due_at == order.promised_at
    assert "Room 414" in page(leg)


# -- Calling -----------------------------------------------------------------------------------------------


def test_a_call_gives_the_number_once_and_is_written_down(client_of, open_job, carry, courier_zhao):
    leg = carry(open_job(contact_phone="13812342046"), courier_zhao)
    client, url = client_of(courier_zhao), reverse("delivery:call", args=[leg.no])
    assert client.post(url)["Location"] == "tel:13812342046"
    assert client.post(url, headers={"HX-Request": "true"})["HX-Redirect"] == "tel:13812342046"
    assert [
        (call.caller_role, call.caller, call.callee_role, call.provider, call.result)
        for call in calls_about(leg.order.no)
    ] == [("courier", courier_zhao.user, "receiver", "direct", "asked")] * 2


def test_who_ordered_for_somebody_else_can_be_called_too(page, client_of, open_job, carry, courier_zhao):
    leg = carry(open_job(contact_phone="13812342046"), courier_zhao)
    assert "Call the receiver" in page(leg)
    assert "Call the customer" in page(leg)
    client, url = client_of(courier_zhao), reverse("delivery:call", args=[leg.no])
    assert client.post(url, {"to": "customer"})["Location"] == f"tel:{leg.order.customer.phone}"
    assert calls_about(leg.order.no).get().callee == leg.order.customer
    for nonsense in ("operator", "x" * 500, "\0"):
        assert client.post(url, {"to": nonsense}, headers={"HX-Request": "true"}).status_code in (400, 422)


def test_the_receiver_is_not_named_twice(page, open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(contact_phone=student_lin.phone), courier_zhao)
    assert "Call the receiver" not in page(leg)


def test_no_number_after_the_job(client_of, open_job, carry, courier_zhao):
    leg = carry(open_job(contact_phone="13812342046"), courier_zhao, stages=3)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    answer = client_of(courier_zhao).post(
        reverse("delivery:call", args=[leg.no]), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert b"13812342046" not in answer.content
    assert not calls_about(leg.order.no).exists()


# -- Handing over ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code, said",
    [
        ("", "Enter the customer's four digits"),
        ("12", "The code has four digits."),
        ("abcd", "The code has four digits."),
    ],
)
def test_no_code_no_delivery(press, open_job, carry, courier_zhao, code, said):
    leg = carry(open_job(), courier_zhao, stages=3)
    assert said in press(leg, "deliver", code=code)
    leg.refresh_from_db()
    assert leg.status == "at_dropoff"


def test_a_wrong_code_is_refused_and_after_five_only_a_photo_helps(
    press, photo, open_job, carry, courier_zhao
):
    leg = carry(open_job(), courier_zhao, stages=3)
    wrong = f"{(int(leg.order.receiving_code) + 1) % 10000:04d}"
    for _ in range(5):
        assert "This code is not right" in press(leg, "deliver", code=wrong)
    assert "Too many wrong codes" in press(leg, "deliver", code=leg.order.receiving_code)
    assert "Delivered, well done" in press(leg, "deliver", photo=photo())
    assert Photo.objects.get(order=leg.order).purpose == "door"


@pytest.mark.parametrize("left", ["given back", "handed on"])
def test_a_former_courier_cannot_lock_the_present_one_out(open_job, carry, courier_zhao, courier_qian, left):
    leg = carry(open_job(), courier_qian)
    if left == "given back":
        services.give_back(leg=leg, actor=courier_qian.user)
        present = carry(leg.order.legs.get(status="open"), courier_zhao, stages=3)
    else:
        shown = services.issue_handover_code(leg=leg, purpose="transfer", actor=courier_qian.user)
        dispatch.process_scan(
            text=dispatch.process_scan(text=shown.signed, courier=courier_zhao).answer.signed,
            courier=courier_qian,
        )
        present = carry(leg, courier_zhao, stages=3)
    for code in ("0000", "0001", "0002", "0003", "0004", "0005", leg.order.receiving_code):
        with pytest.raises((WrongState, NotAllowed)):
            services.deliver(leg=leg, actor=courier_qian.user, code=code)
    present = services.deliver(leg=present, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert present.status == "done"


def test_a_file_that_is_no_photo_is_refused(press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=3)
    text = press(leg, "deliver", photo=SimpleUploadedFile("x.jpg", b"<script>", "image/jpeg"))
    assert "not a photo that we can read" in text
    leg.refresh_from_db()
    assert leg.status == "at_dropoff"


def test_delivering_twice_pays_once(press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=3)
    for _ in range(2):
        press(leg, "deliver", code=leg.order.receiving_code)
    assert money.balance("courier_earnings", user=courier_zhao.user) == leg.pay_fen


# -- Buying ------------------------------------------------------------------------------------------------


@pytest.fixture
def purchase(open_job, carry, courier_zhao, places):
    leg = open_job(
        kind="purchase",
        pickup=places.print_shop,
        pickup_codes="",
        budget_fen=4000,
        what="Milk",
        answers={"shopping_list": "two bottles", "when_missing": "call"},
    )
    return carry(leg, courier_zhao, stages=1)


def test_nothing_is_picked_up_before_its_cost_is_known(page, press, purchase):
    text = page(purchase)
    assert "two bottles" in text
    assert "If something is missing" in text
    assert 'data-sheet-open="buy"' in text
    press(purchase, "step", "pick_up")
    purchase.refresh_from_db()
    assert purchase.status == "at_pickup"


def test_the_cost_and_the_receipt_are_noted(press, photo, purchase):
    text = press(purchase, "buy", cost="38.60", receipt=photo())
    assert "You get it back" in text
    assert "¥38.6 noted" in text
    purchase.order.refresh_from_db()
    assert purchase.order.goods_cost_fen == 3860
    assert Photo.objects.get().purpose == "receipt"
    press(purchase, "step", "pick_up")
    purchase.refresh_from_db()
    assert purchase.status == "picked_up"


@pytest.mark.parametrize("cost", ["", "0", "much"])
def test_a_cost_that_is_none_is_refused(press, photo, purchase, cost):
    press(purchase, "buy", cost=cost, receipt=photo())
    purchase.order.refresh_from_db()
    assert purchase.order.goods_cost_fen is None


def test_no_receipt_no_cost(press, purchase):
    press(purchase, "buy", cost="38")
    purchase.order.refresh_from_db()
    assert purchase.order.goods_cost_fen is None


def test_over_the_budget_the_customer_is_asked_and_the_courier_waits(page, press, photo, purchase):
    text = press(purchase, "buy", cost="43", receipt=photo())
    assert "Waiting for the customer's answer" in text
    assert "¥3 more than planned" in text
    assert OverBudget.objects.get().status == "asked"
    assert 'data-sheet-open="buy"' not in page(purchase)


@pytest.mark.parametrize("agree, said", [(True, "Buy it for ¥43."), (False, "Buy it within the budget")])
def test_the_answer_is_on_the_page(page, press, photo, purchase, student_lin, agree, said):
    press(purchase, "buy", cost="43", receipt=photo())
    orders.answer_over_budget(order=purchase.order, actor=student_lin, agree=agree)
    assert said in page(purchase)


def test_far_over_the_budget_the_customer_has_to_raise_it(page, press, photo, purchase):
    assert "over ¥44 they have to raise the budget" in page(purchase)
    assert "Waiting for the customer's answer" in press(purchase, "buy", cost="60", receipt=photo())
    assert OverBudget.objects.get().raises


def test_a_budget_has_an_end(press, photo, purchase):
    assert "At most ¥500 can be asked for" in press(purchase, "buy", cost="501", receipt=photo())
    assert not OverBudget.objects.exists()


# -- Giving back -------------------------------------------------------------------------------------------


def test_within_a_minute_it_is_free(page, press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    assert "Free of charge now" in page(leg)
    text = press(leg, "give_back", why="vehicle", words="flat tyre")
    assert "The job is back in the hall" in text
    leg.refresh_from_db()
    assert leg.status == "released"
    entry = leg.order.history.get(action="release")
    assert (entry.reason, entry.data["free"]) == ("vehicle: flat tyre", True)
    assert Leg.objects.filter(order=leg.order, status="open").count() == 1


def test_later_the_page_says_what_follows(page, press, open_job, carry, courier_zhao, simulated_clock):
    leg = carry(open_job(), courier_zhao)
    simulated_clock.move_to(simulated_clock() + timedelta(seconds=61))
    assert "The free minute is over" in page(leg)
    press(leg, "give_back", why="no_time")
    assert leg.order.history.get(action="release").data["free"] is False


def test_a_reason_must_be_given(press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    press(leg, "give_back")
    press(leg, "give_back", why="bored")
    leg.refresh_from_db()
    assert leg.status == "assigned"


def test_goods_in_hand_cannot_be_given_back(page, press, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=2)
    assert 'data-sheet-open="give-back"' not in page(leg)
    press(leg, "give_back", why="other")
    leg.refresh_from_db()
    assert leg.status == "picked_up"
