"""Nobody takes the goods: they go back, the courier is paid for the way, and no fen stays behind."""

import pytest
from django.urls import reverse

from core.errors import NotAllowed, WrongState
from delivery import services as delivery
from delivery.models import Custody, LegStatus
from exceptions.actions import ACTIONS
from exceptions.detection.scanner import scan
from exceptions.tickets import services
from orders import services as orders
from orders.models import Status
from payments.models import Account
from payments.selectors import check_ledger
from payments.services import balance
from tests.exceptions.actions.running import run

pytestmark = pytest.mark.django_db
KIND = Account.Kind


@pytest.fixture
def refused(place, walk, student_lin, courier_zhao):
    """Zhao stands at Lin's door with a parcel (¥2 of tip), and Lin does not want it: (order, ticket)."""
    order = place()
    orders.add_tip(order=order, actor=student_lin, amount=200, gateway="wallet", key="tip")
    walk(order, "at_dropoff")
    order.refresh_from_db()
    ticket = services.report(
        order=order, type="customer_refused", source="courier", actor=courier_zhao.user, description="不要了"
    )
    return order, ticket


@pytest.fixture
def sent_back(refused, operator_wang):
    order, ticket = refused
    run(ticket, "return_goods", operator_wang)
    order.refresh_from_db()
    return order, order.legs.get()


def test_the_courier_turns_round(sent_back, places):
    order, leg = sent_back
    assert (order.status, leg.status) == (Status.RETURNING, LegStatus.PICKED_UP)
    assert leg.dropoff == places.parcel_station
    assert leg.due_at == order.stage_due_at is not None
    assert leg.tip_fen == 0


def test_it_cannot_be_delivered_any_more(sent_back, courier_zhao):
    order, leg = sent_back
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    with pytest.raises(WrongState):
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)


def test_back_it_is_paid_as_for_a_delivery_and_the_tip_returns(
    sent_back, courier_zhao, student_lin, client, simulated_clock
):
    order, leg = sent_back
    before = balance(KIND.WALLET, user=student_lin)
    client.force_login(courier_zhao.user)
    for step in ("arrive_at_dropoff", "bring_back"):
        page = client.get(reverse("delivery:job", args=[leg.no])).content.decode()
        address = reverse("delivery:step", args=[leg.no, step])
        assert address in page
        assert client.post(address).status_code == 302
    order.refresh_from_db()
    leg.refresh_from_db()
    assert (order.status, leg.status) == (Status.RETURNED, LegStatus.DONE)
    assert balance(KIND.WALLET, user=student_lin) - before == 200
    assert balance(KIND.COURIER_EARNINGS, user=courier_zhao.user) == order.courier_fen == leg.pay_fen
    assert balance(KIND.ESCROW, ref=order.no) == 0
    assert check_ledger() == []
    assert Custody.objects.latest("pk").act == Custody.Act.BROUGHT_BACK
    assert "已送回" in client.get(reverse("delivery:job", args=[leg.no])).content.decode()


def test_what_was_earned_is_free_when_the_ticket_is_settled_and_the_window_over(
    sent_back, refused, courier_zhao, operator_wang, simulated_clock
):
    _order, leg = sent_back
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    delivery.bring_back(leg=leg, actor=courier_zhao.user)
    ticket = refused[1]
    ticket.refresh_from_db()
    if ticket.is_unresolved:
        services.resolve(ticket=ticket, actor=operator_wang, resolution="returned", note="")
    simulated_clock.advance(hours=25)
    orders.release_earnings()
    assert balance(KIND.COURIER_WITHDRAWABLE, user=courier_zhao.user) == leg.pay_fen


def test_twice_is_once(sent_back, courier_zhao):
    order, leg = sent_back
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    for _ in range(2):
        delivery.bring_back(leg=leg, actor=courier_zhao.user)
    assert balance(KIND.COURIER_EARNINGS, user=courier_zhao.user) == order.courier_fen


def test_only_who_has_it_brings_it_back(sent_back, courier_qian):
    _order, leg = sent_back
    with pytest.raises(NotAllowed):
        delivery.bring_back(leg=leg, actor=courier_qian.user)


def test_not_before_the_pickup(place, walk, courier_zhao, operator_wang):
    order = place()
    walk(order, "at_pickup")
    order.refresh_from_db()
    ticket = services.report(order=order, type="no_entry", source="courier", actor=courier_zhao.user)
    assert "in hand" in ACTIONS["return_goods"].available(ticket, operator_wang)
    with pytest.raises(WrongState):
        delivery.send_back(order=order, actor=operator_wang)


def test_the_preview_says_who_gets_what(refused, operator_wang):
    _order, ticket = refused
    step = ACTIONS["return_goods"]
    form = step.form(ticket, {"text": "Refused"})
    assert form.is_valid()
    lines = step.preview(ticket, form.cleaned_data).lines
    assert "takes it back to" in lines[0].text
    assert [line.fen for line in lines] == [None, None, 200]


@pytest.mark.raises_type("stalled_return")
def test_a_way_back_that_takes_too_long_is_noticed(sent_back, simulated_clock):
    order, leg = sent_back
    simulated_clock.move_to(order.stage_due_at)
    scan()
    ticket = order.tickets.get(type="stalled_return")
    assert (ticket.leg, ticket.source) == (leg, "scanner")
