"""Whatever is done to an order and its tickets, and whatever the clock does: no alarm is lost, none rings twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.errors import DomainError
from couriers.models import Courier
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.actions import run_action, undo_action
from exceptions.detection.alarms import ALARMS
from exceptions.detection.scanner import scan
from exceptions.models import UNRESOLVED, Ticket, TicketEvent
from exceptions.tickets import services
from orders import services as orders
from orders.models import History, Order

pytestmark = pytest.mark.django_db

ACTIONS = [
    "ring", "ring", "ring", "scan", "forward", "forward", "back", "walk", "walk", "give_back", "reassign", "resolve", "dismiss",
    "reopen", "extend", "undo", "cancel", "complain",
]  # fmt: skip


class World:
    """One order and the people around it."""

    def __init__(self, order, courier, operator, simulated):
        self.order, self.courier, self.operator, self.simulated = order, courier, operator, simulated

    def do(self, action: str, amount: int) -> None:
        try:
            getattr(self, action)(amount)
        except DomainError:
            pass  # refused: nothing has changed
        self.order.refresh_from_db()

    def ticket(self, amount: int, unresolved: bool) -> Ticket | None:
        tickets = [t for t in self.order.tickets.order_by("pk") if t.is_unresolved == unresolved]
        return tickets[amount % len(tickets)] if tickets else None

    def scan(self, amount):
        scan(batch=1 + amount % 3)

    def ring(self, amount):
        """The next alarm is due, and the scanner comes by."""
        alarms = [getattr(self.order, alarm.field) for alarm in ALARMS]
        if due := [alarm for alarm in alarms if alarm]:
            self.simulated.move_to(max(min(due), clock.now()))
        scan()

    def forward(self, amount):
        self.simulated.advance(minutes=amount)

    def back(self, amount):
        self.simulated.advance(minutes=-amount)

    def walk(self, amount):
        leg = self.order.legs.latest("pk")
        as_courier = {"leg": leg, "actor": self.courier.user}
        if leg.status == "open":
            leg.excluded.clear()
            dispatch.grab(leg=leg, courier=self.courier)
        elif leg.status == "at_dropoff":
            delivery.deliver(**as_courier, code=self.order.receiving_code)
        elif leg.is_carried:
            step = {"assigned": "arrive_at_pickup", "at_pickup": "pick_up", "picked_up": "arrive_at_dropoff"}
            getattr(delivery, step[leg.status])(**as_courier)

    def give_back(self, amount):
        delivery.give_back(leg=self.order.legs.latest("pk"), actor=self.courier.user, reason="too_far")

    def reassign(self, amount):
        dispatch.reassign(order=self.order, actor=self.operator)

    def resolve(self, amount):
        if ticket := self.ticket(amount, True):
            services.resolve(ticket=ticket, actor=self.operator, resolution="Done")

    def dismiss(self, amount):
        if ticket := self.ticket(amount, True):
            services.dismiss(ticket=ticket, actor=self.operator, reason="Nothing")

    def reopen(self, amount):
        if ticket := self.ticket(amount, False):
            services.reopen(ticket=ticket, actor=self.operator, reason="Again")

    def extend(self, amount):
        if ticket := self.ticket(amount, True):
            params = {"minutes": 5 + amount, "cause": "peak", "text": ""}
            key = f"{TicketEvent.objects.count()}"
            run_action(ticket=ticket, action="extend_promise", params=params, actor=self.operator, key=key)

    def undo(self, amount):
        entry = TicketEvent.objects.filter(ticket__order=self.order, kind="extend_promise").last()
        if entry:
            undo_action(ticket=entry.ticket, entry=entry, actor=self.operator, key="u")

    def cancel(self, amount):
        orders.cancel_order(order=self.order, actor=self.operator, role="operator", free=True)

    def complain(self, amount):
        services.report(order=self.order, type="overdue", source="operator", actor=self.operator)

    # -- What must always hold --

    def check(self) -> None:
        for alarm in ALARMS:
            code = alarm.types.get(self.order.status)
            if code is None:
                continue
            rings = getattr(self.order, alarm.field) is not None
            handled = self.order.tickets.filter(type=code, status__in=UNRESOLVED).exists()
            assert rings or handled, f"{self.order.status}: nobody remembers the {alarm.name} alarm"
        tickets = Ticket.objects.filter(order=self.order)
        assert TicketEvent.objects.filter(ticket__in=tickets, kind="opened").count() == tickets.count()
        assert History.objects.filter(order=self.order, machine="ticket").count() == tickets.count()

    def check_after_scan(self) -> None:
        for alarm in ALARMS:
            due = getattr(self.order, alarm.field)
            assert due is None or due > clock.now()


@given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 90)), max_size=14))
def test_no_alarm_is_lost_and_none_is_doubled(place, courier_zhao, operator_wang, simulated_clock, steps):
    Order.objects.update(stage_due_at=None, promise_due_at=None)  # the world of the example before
    Courier.objects.update(capacity=9999)  # nor do the jobs of the examples before fill the courier's hands
    world = World(place(), courier_zhao, operator_wang, simulated_clock)
    for action, amount in steps:
        world.do(action, amount)
        world.check()
        if action in ("scan", "ring"):
            world.check_after_scan()
    world.do("forward", 600)
    world.do("scan", 2)
    world.check()
    world.check_after_scan()
    assert scan().tickets == 0
