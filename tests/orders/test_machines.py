"""Whatever people press, in whatever order: the machines agree, each step is written down, no fen is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from delivery import services as delivery
from delivery.models import CARRIED, UNFINISHED, LegStatus
from dispatch import services as dispatch
from orders import services as orders
from orders.models import FINAL, Order, Status
from orders.requests import ErrandRequest
from payments.selectors import check_ledger
from payments.services import balance

pytestmark = pytest.mark.django_db

LEG_FOR_ORDER = {
    Status.PLACED: {LegStatus.OPEN},
    Status.ACCEPTED: {LegStatus.ASSIGNED, LegStatus.AT_PICKUP},
    Status.PICKED_UP: {LegStatus.PICKED_UP, LegStatus.AT_DROPOFF},
}
ACTIONS = [
    "grab", "grab_other", "arrive", "pick_up", "at_door", "deliver", "deliver_wrong", "give_back", "cancel",
    "complete", "tip", "urge", "reassign", "address", "extend", "wait", "sweep", "write_off",
]  # fmt: skip


@given(presses=st.lists(st.sampled_from(ACTIONS), max_size=25))
def test_whatever_is_pressed(
    presses,
    campus,
    student_lin,
    courier_zhao,
    courier_qian,
    operator_wang,
    wallet_money,
    places,
    simulated_clock,
):
    wallet_money(student_lin, 20_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
        ),
        gateway="wallet",
    )

    def leg():
        return order.legs.select_related("courier", "order").latest("id")

    def carrier():
        return leg().courier.user if leg().courier else courier_zhao.user

    do = {
        "grab": lambda: dispatch.grab(leg=leg(), courier=courier_zhao),
        "grab_other": lambda: dispatch.grab(leg=leg(), courier=courier_qian),
        "arrive": lambda: delivery.arrive_at_pickup(leg=leg(), actor=carrier()),
        "pick_up": lambda: delivery.pick_up(leg=leg(), actor=carrier()),
        "at_door": lambda: delivery.arrive_at_dropoff(leg=leg(), actor=carrier()),
        "deliver": lambda: delivery.deliver(leg=leg(), actor=carrier(), code=order.receiving_code),
        "deliver_wrong": lambda: delivery.deliver(
            leg=leg(), actor=carrier(), code=f"{(int(order.receiving_code) + 1) % 10_000:04d}"
        ),
        "give_back": lambda: delivery.give_back(leg=leg(), actor=carrier(), reason="no"),
        "cancel": lambda: orders.cancel_order(order=order, actor=student_lin),
        "complete": lambda: orders.complete_order(order=order, actor=student_lin),
        "tip": lambda: orders.add_tip(
            order=Order.objects.get(pk=order.pk),
            actor=student_lin,
            amount=100,
            gateway="wallet",
            key=str(len(presses)),
        ),
        "urge": lambda: orders.urge(order=order, actor=student_lin),
        "reassign": lambda: dispatch.reassign(order=order, actor=operator_wang, bonus_fen=100),
        "address": lambda: orders.change_address(
            order=order, actor=student_lin, dropoff=places.dorm_women, dropoff_detail="1"
        ),
        "extend": lambda: orders.extend_promise(order=order, minutes=10, actor=operator_wang),
        "write_off": lambda: delivery.write_off(order=order, actor=operator_wang, paid=len(presses) % 2 == 0),
        "wait": lambda: simulated_clock.advance(minutes=2),
        "sweep": lambda: (orders.expire_unpaid(), orders.complete_delivered(), orders.release_scheduled()),
    }
    refusals = []
    for press in presses:
        try:
            do[press]()
        except DomainError as refusal:
            refusals.append(str(refusal))
        check(order)
    assert all(refusals)  # nobody is refused without a word


def check(order):
    order.refresh_from_db()
    unfinished = list(order.legs.filter(status__in=UNFINISHED))
    assert {leg.status for leg in unfinished} <= LEG_FOR_ORDER.get(order.status, set())
    assert len(unfinished) == (order.status in LEG_FOR_ORDER)
    assert not order.legs.filter(status__in=CARRIED, courier=None).exists()
    # The history tells the present state: every step was written down.
    last = order.history.filter(machine="order").exclude(target="").last()
    assert last.target == order.status
    if order.status in FINAL or order.status == Status.DELIVERED:
        assert balance("escrow", ref=order.no) == 0
        assert order.stage_due_at is None
        assert order.promise_due_at is None
    else:
        assert balance("escrow", ref=order.no) == order.total_fen
    assert check_ledger() == []
