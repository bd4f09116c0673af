"""What each portal says of an order in each state, in both languages, with the facts that stand behind the words.

One row a situation: how an order comes into it, the headline on the customer's page, the title on the courier's page of
the job, the state on the operator's page, what must be read there besides (taken from the data), and what must not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.html import escape

from core import clock
from core.money import yuan
from delivery import services as delivery
from delivery.models import LegStatus
from dispatch import services as dispatch
from orders import services as orders
from orders.models import Order, Status
from payments.selectors import refunds_of

pytestmark = pytest.mark.django_db

EN, ZH = "en", "zh-hans"
CODE = {EN: "Receiving code", ZH: "收货码"}
Facts = Callable[[Order], list[str]]


@dataclass(frozen=True)
class Row:
    """`say(world)` makes the order. `courier` is empty where no courier has (had) a job of it. The `facts` of the customer's
    page are asked in its language; `not_said` stands on no page of the customer's."""

    name: str
    status: str
    make: Callable[[SimpleNamespace], Order]
    student: tuple[str, str]
    operator: tuple[str, str]
    courier: tuple[str, str] = ("", "")
    leg: str = ""
    facts: Facts = field(default=lambda order: [])
    job_facts: Facts = field(default=lambda order: [])
    shows_code: bool = False
    not_said: tuple[str, ...] = ()


# -- How an order comes into each state ------------------------------------------------------------------------


def unpaid(w):
    return w.order(gateway="sandbox")


def placed(w):
    return w.order()


def placed_alone(w):
    w.off_duty()
    return w.order(give_up_minutes=30)


def booked(w):
    start = clock.now() + timedelta(hours=5)
    return w.order(window_start=start, window_end=start + timedelta(minutes=30))


def accepted(w):
    return w.carried(w.order(), 0)


def at_counter(w):
    return w.carried(w.order(), 1)


def picked_up(w):
    return w.carried(w.order(), 2)


def at_door(w):
    return w.carried(w.order(), 3)


def handed_over(w):
    order = at_door(w)
    delivery.deliver(leg=w.leg(order), actor=w.zhao.user, code=order.receiving_code)
    return order


def left_at_door(w):
    order = at_door(w)
    delivery.deliver(leg=w.leg(order), actor=w.zhao.user, photo=w.photo())
    return order


def completed(w):
    order = handed_over(w)
    order.refresh_from_db()
    return orders.complete_order(order=order, actor=w.lin)


def cancelled_unpaid(w):
    return orders.cancel_order(order=unpaid(w), actor=w.lin)


def cancelled(w):
    return orders.cancel_order(order=placed(w), actor=w.lin)


def cancelled_on_the_way(w):
    order = accepted(w)
    return orders.cancel_order(order=order, actor=w.lin)


def given_up(w):
    order = placed_alone(w)
    w.clock.advance(minutes=31)
    orders.cancel_unaccepted()
    return order


def given_back(w):
    order = accepted(w)
    delivery.give_back(leg=w.leg(order), actor=w.zhao.user, reason="other")
    return order


def written_off(w):
    order = picked_up(w)
    return delivery.write_off(order=order, actor=w.wang)


def expired(w):
    order = unpaid(w)
    w.clock.advance(minutes=16)
    orders.expire_unpaid()
    return order


def going_back(w):
    order = at_door(w)
    return delivery.send_back(order=order, actor=w.wang)


def back(w):
    order = going_back(w)
    leg = w.leg(order)
    delivery.arrive_at_dropoff(leg=leg, actor=w.zhao.user)
    delivery.bring_back(leg=leg, actor=w.zhao.user)
    return order


def to_station(w):
    return w.carried(w.order(dropoff=w.places.dorm_women), 2)


def in_station(w):
    order = w.carried(w.order(dropoff=w.places.dorm_women), 3)
    dispatch.process_scan(text=delivery.place_qr_code(w.station.place).signed, courier=w.zhao)
    return order


def in_station_alone(w):
    w.off_duty(w.qian)
    return in_station(w)


def fetched_there(w):
    order = in_station(w)
    order.refresh_from_db()
    code = delivery.place_qr_code(w.station.place).signed
    return delivery.fetch_oneself(order=order, actor=w.lin, text=code)


def from_station(w):
    order = in_station(w)
    dispatch.grab(leg=order.legs.get(sequence=2), courier=w.qian)
    return order


def fetched_from_the_first(w):
    order = picked_up(w)
    where = w.places.print_shop.position
    dispatch.rescue(
        giver=w.leg(order), courier=w.qian, actor=w.wang, way="meet", where=where, reason="a flat tyre"
    )
    return order


def handed_on(w):
    order = fetched_from_the_first(w)
    second = order.legs.get(courier=w.qian)
    delivery.collect(leg=second, actor=w.qian.user, giver=w.zhao.user)
    return order


# -- What stands behind the words ------------------------------------------------------------------------------


def at(moment) -> str:
    return clock.day_time(moment)


def station_of(order: Order) -> str:
    return order.legs.exclude(relay=None).first().relay.place.label


def came_back(order: Order) -> list[str]:
    return [yuan(refund.amount) for refund in refunds_of(order.no)]


def name_of_the_second(order: Order) -> str:
    return order.legs.exclude(rescues=None).get().courier.user.display_name


def free(n: int) -> str:
    return translation.ngettext(
        "%(n)s courier on duty may take it now.", "%(n)s couriers on duty may take it now.", n
    ) % {"n": n}


def expected(order: Order) -> list[str]:
    return [at(order.promised_at), order.dropoff.label]


ROWS = [
    Row("unpaid", Status.PENDING_PAYMENT, unpaid, ("Waiting for your payment", "等待支付"),
        ("waiting for payment", "待支付"), facts=lambda o: [at(o.pay_by), yuan(o.total_fen)]),
    Row("looked for", Status.PLACED, placed, ("Finding you a courier", "正在为你找骑手"), ("looking for a courier", "待接单"),
        facts=lambda o: [at(o.promised_at), free(2)]),
    Row("nobody on duty", Status.PLACED, placed_alone, ("Nobody can take it just now", "现在没有人能接单"),
        ("looking for a courier", "待接单"), facts=lambda o: [at(o.give_up_at)],
        not_said=("Expected by", "最晚送达", "/urge/")),
    Row("booked", Status.PLACED, booked, ("Booked", "已预约"), ("looking for a courier", "待接单"),
        facts=lambda o: [f"{clock.hour_minute(o.window_start)}", f"{clock.hour_minute(o.window_end)}"]),
    Row("given back", Status.PLACED, given_back, ("Finding you a courier", "正在为你找骑手"),
        ("looking for a courier", "待接单"), ("This job is no longer yours", "这一单已不在你手上"), LegStatus.RELEASED),
    Row("accepted", Status.ACCEPTED, accepted, ("Courier on the way to pick up", "骑手正在去取件"),
        ("courier on the way to pick up", "取件中"), ("Go and fetch it", "去取件"), LegStatus.ASSIGNED,
        facts=lambda o: [o.pickup.label], job_facts=lambda o: [o.pickup.label, o.dropoff_detail], shows_code=True),
    Row("at the counter", Status.ACCEPTED, at_counter, ("The courier is at the pickup", "骑手已到取件点"),
        ("courier on the way to pick up", "取件中"), ("At the pickup", "取件中"), LegStatus.AT_PICKUP,
        facts=lambda o: [o.pickup.label], job_facts=lambda o: [o.pickup_codes], shows_code=True),
    Row("picked up", Status.PICKED_UP, picked_up, ("On the way to you", "骑手正飞奔向你"), ("on the way to you", "配送中"),
        ("On the way to the customer", "送货中"), LegStatus.PICKED_UP, facts=expected,
        job_facts=lambda o: [o.dropoff.label, o.dropoff_detail], shows_code=True),
    Row("another courier comes for it", Status.PICKED_UP, fetched_from_the_first,
        ("Another courier is on the way to fetch it", "另一位骑手正在去接手"), ("on the way to you", "配送中"),
        ("Another courier comes to fetch it", "另一位骑手来接手"), LegStatus.HANDING_ON, facts=lambda o: [at(o.promised_at)],
        job_facts=lambda o: [name_of_the_second(o), o.legs.exclude(rescues=None).get().pickup.label], shows_code=True),
    Row("another courier has it", Status.PICKED_UP, handed_on, ("On the way to you", "骑手正飞奔向你"),
        ("on the way to you", "配送中"), ("Handed on, thank you", "已转交，谢谢"), LegStatus.HANDED_ON, facts=expected,
        job_facts=lambda o: [name_of_the_second(o), yuan(o.legs.get(rescues=None).pay_fen)], shows_code=True),
    Row("to the station", Status.PICKED_UP, to_station, ("On the way to Women's relay", "正送往女生中转站"),
        ("on the way to you", "配送中"), ("On the way to the relay station", "正送往中转站"), LegStatus.PICKED_UP,
        facts=lambda o: [station_of(o)], job_facts=lambda o: [station_of(o)],
        not_said=("<h1>On the way to you", "<h1>骑手正飞奔向你")),
    Row("in the station", Status.AT_RELAY, in_station, ("In Women's relay", "已到女生中转站"),
        ("at the relay station", "在中转站"), ("It is on the shelf, well done", "已入架，辛苦了"), LegStatus.DONE,
        facts=lambda o: [station_of(o), "/c/fetch/"]),
    Row("in the station, nobody on duty", Status.AT_RELAY, in_station_alone, ("In Women's relay", "已到女生中转站"),
        ("at the relay station", "在中转站"), ("It is on the shelf, well done", "已入架，辛苦了"), LegStatus.DONE,
        facts=lambda o: ["/c/fetch/", str(translation.gettext("Only a woman may carry it, and none is on duty just now."))]),
    Row("somebody fetches it there", Status.AT_RELAY, from_station, ("In Women's relay", "已到女生中转站"),
        ("at the relay station", "在中转站"), facts=lambda o: [station_of(o)], shows_code=True, not_said=("/c/fetch/",)),
    Row("at the door", Status.PICKED_UP, at_door, ("The courier is at your door", "骑手已到楼下"),
        ("on the way to you", "配送中"), ("At the door", "已到楼下"), LegStatus.AT_DROPOFF,
        job_facts=lambda o: [o.dropoff_detail], shows_code=True),
    Row("handed over", Status.DELIVERED, handed_over, ("Delivered", "已送达"), ("delivered", "已送达"),
        ("Delivered, well done", "已送达，辛苦了"), LegStatus.DONE, facts=lambda o: [at(o.delivered_at)],
        job_facts=lambda o: [yuan(o.courier_fen)]),
    Row("left at the door", Status.DELIVERED, left_at_door, ("Left at your door", "已放在你门口"), ("delivered", "已送达"),
        ("Delivered, well done", "已送达，辛苦了"), LegStatus.DONE, facts=lambda o: [at(o.delivered_at), "/photo/"]),
    Row("fetched from the station", Status.DELIVERED, fetched_there, ("You have fetched it", "你已自取"),
        ("delivered", "已送达"), facts=came_back),
    Row("completed", Status.COMPLETED, completed, ("Completed", "已完成"), ("completed", "已完成"),
        ("Delivered, well done", "已送达，辛苦了"), LegStatus.DONE, facts=lambda o: [at(o.closed_at)]),
    Row("cancelled unpaid", Status.CANCELLED, cancelled_unpaid, ("Cancelled", "已取消"), ("cancelled", "已取消")),
    Row("cancelled", Status.CANCELLED, cancelled, ("Cancelled", "已取消"), ("cancelled", "已取消"), facts=came_back),
    Row("cancelled on the way", Status.CANCELLED, cancelled_on_the_way, ("Cancelled", "已取消"), ("cancelled", "已取消"),
        ("The order was cancelled", "订单已取消"), LegStatus.CANCELLED, facts=came_back),
    Row("given up", Status.CANCELLED, given_up, ("Nobody accepted it in time", "没有等到骑手接单"), ("cancelled", "已取消"),
        facts=came_back),
    Row("written off", Status.CANCELLED, written_off, ("It was lost on the way", "物品在途中丢失"), ("cancelled", "已取消"),
        ("It ended without a delivery", "未送达即终止"), LegStatus.FAILED, facts=came_back),
    Row("expired", Status.EXPIRED, expired, ("Not paid in time", "超时未支付"), ("not paid in time", "超时未支付")),
    Row("going back", Status.RETURNING, going_back, ("The goods are going back", "物品正在退回"), ("going back", "退回中"),
        ("Take it back to where you fetched it", "请送回取件处"), LegStatus.PICKED_UP,
        job_facts=lambda o: [o.pickup.label]),
    Row("back", Status.RETURNED, back, ("The goods have been returned", "物品已退回"), ("returned", "已退回"),
        ("Brought back, thank you", "已送回，辛苦了"), LegStatus.DONE, facts=lambda o: [o.pickup.label]),
]  # fmt: skip


@pytest.fixture
def world(
    campus, places, station, student_lin, courier_zhao, courier_qian, operator_wang, wallet_money, photo, carry,
    open_job, simulated_clock,
):  # fmt: skip
    """Everybody, and what they do."""
    from couriers import services as couriers
    from orders.requests import ErrandRequest

    wallet_money(student_lin, 20_000)

    def order(gateway="wallet", **changes) -> Order:
        wish = {
            "pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": "Room 302",
            "pickup_codes": "5-2-1188",
        }  # fmt: skip
        request = ErrandRequest(campus=campus, kind="parcel", **(wish | changes))
        return orders.place_order(actor=student_lin, request=request, gateway=gateway)

    def carried(order: Order, stages: int) -> Order:
        carry(order.legs.get(sequence=1), courier_zhao, stages)
        order.refresh_from_db()
        return order

    def off_duty(*who) -> None:
        for courier in who or (courier_zhao, courier_qian):
            couriers.set_duty(courier=courier, on=False)

    return SimpleNamespace(
        places=places, station=station, lin=student_lin, zhao=courier_zhao, qian=courier_qian, wang=operator_wang,
        photo=photo, clock=simulated_clock, order=order, carried=carried, off_duty=off_duty,
        leg=lambda order: order.legs.select_related("order", "courier").filter(courier=courier_zhao).latest("pk"),
    )  # fmt: skip


def test_no_state_is_without_a_row():
    assert {row.status for row in ROWS} == set(Status.values)
    of_a_courier = set(LegStatus.values) - {LegStatus.WAITING, LegStatus.OPEN, LegStatus.OFFERED}
    assert {row.leg for row in ROWS} - {""} == of_a_courier


@pytest.mark.parametrize("language", [EN, ZH])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_portal_says_what_is_so(row, language, world, client_of):
    order = row.make(world)
    order.refresh_from_db()
    assert order.status == row.status
    nth = (EN, ZH).index(language)

    def page(user, address) -> str:
        user.language = language
        user.save(update_fields=["language"])
        response = client_of(user).get(address)
        assert response.status_code == 200, address
        return response.text

    with translation.override(language):
        student = page(world.lin, f"/o/{order.no}/")
        assert f"<h1>{escape(row.student[nth])}</h1>" in student
        assert [fact for fact in row.facts(order) if str(escape(fact)) not in student] == []
        assert (f">{CODE[language]}<" in student) == row.shows_code
        assert [words for words in row.not_said if words in student] == []

        if row.leg:
            leg = world.leg(order)
            assert leg.status == row.leg
            job = page(world.zhao.user, f"/c/job/{leg.no}/")
            assert f"<h1>{escape(row.courier[nth])}</h1>" in job
            assert [fact for fact in row.job_facts(order) if str(escape(fact)) not in job] == []
            assert order.receiving_code not in job.replace(leg.no, "")

        operator = page(world.wang, f"/admin/orders/order/{order.pk}/change/")
        assert row.operator[nth] in operator
        assert clock.hour_minute(order.promised_at) in operator
