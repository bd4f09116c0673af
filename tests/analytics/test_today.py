"""The dashboard's figures: each by its definition, for the operator's campuses alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from analytics import charts, selectors
from core import clock
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.actions import run_action
from exceptions.library.loading import load_library
from exceptions.models import Ticket
from exceptions.tickets import services
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from tests import factories


@pytest.fixture
def place(campus, places, student_lin, wallet_money, simulated_clock):
    """place(): Lin orders a parcel."""
    load_library()

    def order(**changes) -> Order:
        wallet_money(student_lin, 20_000)
        data = {"pickup": places.parcel_station, "dropoff": places.dorm_north, "pickup_codes": "5-2-1188"}
        made = orders.place_order(
            actor=student_lin,
            request=ErrandRequest(campus=campus, kind="parcel", **(data | changes)),
            gateway="wallet",
        )
        made.refresh_from_db()
        return made

    return order


@pytest.fixture
def deliver(courier_zhao):
    """deliver(order): Zhao brings it."""

    def bring(order: Order) -> Order:
        leg = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
        for step in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
            step(leg=leg, actor=courier_zhao.user)
            leg.refresh_from_db()
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
        order.refresh_from_db()
        return order

    return bring


def test_stages(campus, place, courier_zhao, simulated_clock):
    first, _second = place(), place()
    dispatch.grab(leg=first.legs.get(), courier=courier_zhao)
    simulated_clock.move_to(first.promised_at + timedelta(minutes=1))
    rows = {row.status: row for row in selectors.stages([campus], clock.now())}
    assert (rows["placed"].count, rows["accepted"].count, rows["picked_up"].count) == (1, 1, 0)
    assert rows["accepted"].late == 1
    waited = (clock.now() - first.placed_at).total_seconds() // 60
    assert rows["placed"].longest == waited
    assert rows["picked_up"].longest is None


def test_waiting_longest(campus, place, simulated_clock):
    first = place()
    simulated_clock.advance(minutes=5)
    second = place()
    simulated_clock.advance(minutes=2)
    longest = selectors.waiting_longest([campus], clock.now())
    assert [(order.pk, order.waited) for order in longest] == [(first.pk, 7), (second.pk, 2)]


def test_couriers_stand_in_the_zone_of_the_nearest_place(campus, places, place, courier_zhao, courier_qian):
    courier_zhao.lat, courier_zhao.lon = places.canteen.lat + 0.0002, places.canteen.lon
    courier_zhao.save()
    place()
    rows = {row.label: row for row in selectors.zones([campus])}
    centre = rows[places.canteen.zone.label]
    assert (centre.couriers, centre.waiting, centre.short) == (1, 1, False)
    assert selectors.zones([campus])[-1].couriers == 1  # elsewhere: Qian has sent no position
    courier_zhao.on_duty = False
    courier_zhao.save()
    rows = {row.label: row for row in selectors.zones([campus])}
    assert rows[places.canteen.zone.label].short


def test_hours(campus, place, deliver, simulated_clock):
    good, late = place(), place()
    deliver(good)
    simulated_clock.move_to(late.promised_at + timedelta(hours=1))
    deliver(late)
    rows = {row.hour: row for row in selectors.hours([campus], clock.now())}
    assert (rows[10].placed, rows[10].delivered, rows[10].rate) == (2, 1, 100.0)
    assert rows[max(rows)].rate == 0.0
    simulated_clock.advance(days=1)
    assert all(row.placed == row.delivered == 0 for row in selectors.hours([campus], clock.now()))


@pytest.fixture
def ticket(place, operator_wang):
    """ticket(type): about a new order."""

    def make(code="other", **fields) -> Ticket:
        made = services.report(order=place(), type=code, source="operator", actor=operator_wang)
        Ticket.objects.filter(pk=made.pk).update(responded_at=None, **fields)
        made.refresh_from_db()
        return made

    return make


def test_clocks(campus, ticket):
    now = clock.now()
    for minutes in (-1, 2, 2, 5, 20, 90):
        ticket(respond_by=now + timedelta(minutes=minutes), resolve_by=now + timedelta(hours=3))
    assert [row.count for row in selectors.clocks([campus], now)] == [1, 2, 1, 1, 1]


def test_types_add_up(campus, ticket, operator_wang, simulated_clock):
    for code in ("lost_in_relay", "lost_in_relay", "lost_in_relay", "other"):
        ticket(code)
    services.dismiss(ticket=ticket("other"), actor=operator_wang, reason="Nothing")
    today = selectors.by_type([campus], clock.midnight(clock.today()))
    assert [(row.type.code, row.count, row.together) for row in today.rows] == [
        ("lost_in_relay", 3, 75),
        ("other", 1, 100),
    ]
    assert (today.total, today.others) == (4, 0)
    simulated_clock.advance(days=3)
    assert selectors.by_type([campus], clock.midnight(clock.today())).total == 0
    assert selectors.by_type([campus], selectors.week(clock.now())).total == 4


def test_heat(campus, places, ticket, simulated_clock):
    ticket()
    simulated_clock.advance(hours=2)
    ticket(), ticket()
    heat = selectors.heat([campus], clock.now())
    rows = dict(heat.rows)
    counts = rows[places.dorm_north.zone.label]
    assert counts[heat.hours.index(10)] == 1
    assert counts[heat.hours.index(12)] == heat.most == 2
    cells = dict(charts.cells(heat))[places.dorm_north.zone.label]
    assert [cell.level for cell in cells if cell.hour in (9, 10, 12)] == [0, 3, 5]


def test_what_rulings_gave(campus, ticket, supervisor_sun):
    given = {"grade": "", "borne_by": "platform", "text": "Sorry"}
    first, second = ticket("other"), ticket("lost_in_relay")
    for one, fen in ((first, 100), (second, 900)):
        run_action(
            ticket=one, action="compensate", params=given | {"amount_fen": fen}, actor=supervisor_sun, key="k"
        )
    run_action(
        ticket=first,
        action="refund",
        params={"amount_fen": 200, "text": "Sorry", "given_fen": 100},
        actor=supervisor_sun,
        key="r",
    )
    rows = selectors.compensation([campus], clock.midnight(clock.today()))
    assert [(row.type.code, row.compensated, row.refunded, row.times, row.total) for row in rows] == [
        ("lost_in_relay", 900, 0, 1, 900),
        ("other", 100, 200, 2, 300),
    ]


def test_nothing_of_another_campus(campus, other_campus, ticket, operator_wang):
    ticket("lost_in_relay")
    today = selectors.today([other_campus], days=7)
    assert sum(row.count for row in today.stages) == 0
    assert today.longest == []
    assert today.types.total == 0
    assert today.paid == []
    assert sum(row.count for row in today.clocks) == 0
    assert today.heat.most == 0


def test_the_page_shows_each_chart_with_its_table_and_definition(client_of, operator_wang, ticket):
    ticket("lost_in_relay")
    page = client_of(operator_wang).get(reverse("admin:index")).content.decode()
    assert page.count('class="oa-table"') == page.count('class="oc-panel oa-card') == 8
    assert "Lost at the relay" in page
    assert reverse("exceptions:console") in page


def test_the_fragment_is_for_operators(client, client_of, student_lin, courier_zhao, operator_wang):
    address = reverse("analytics:today")
    for browser in (client, client_of(student_lin), client_of(courier_zhao)):
        assert browser.get(address).status_code == 302
    idle = factories.UserFactory(is_staff=True)
    assert client_of(idle).get(address).status_code == 403
    shown = client_of(operator_wang).get(address, {"days": "7"}, headers={"HX-Request": "true"})
    assert shown.status_code == 200
    assert client_of(operator_wang).get(address).url == reverse("admin:index")  # a fragment is no page
    assert client_of(operator_wang).post(address).status_code == 405


@pytest.mark.parametrize("value", [0, 1, 4, 5, 19, 20, 21, 99, 100, 450, 12_345])
def test_a_scale_ends_above_its_highest_value_at_a_round_number(value):
    end = charts.nice(value)
    assert end >= max(value, 4)
    assert end % 4 == 0
    assert end <= max(4, value * 2.6)


def test_an_empty_day_has_a_chart_too():
    drawn = charts.columns([])
    assert drawn.columns == []
    assert drawn.line == ""
