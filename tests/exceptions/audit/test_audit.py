"""The auditor: what must hold is looked at every hour, supervisors hear of each finding once, an outside monitor of none."""

from datetime import timedelta

import pytest
import requests

from core import clock
from core.models import OutboxEvent
from delivery.models import LegStatus
from exceptions import tasks
from exceptions.audit import running
from exceptions.models import AuditFinding, Ticket
from notifications.models import Notice
from orders.models import Order

pytestmark = pytest.mark.django_db
Check = AuditFinding.Check


def standing() -> set[str]:
    running.run()
    return set(AuditFinding.objects.filter(mended_at=None).values_list("check_name", flat=True))


def test_a_living_campus_is_well(order, place, walk, simulated_clock):
    walk(place(), "picked_up")
    walk(place(), "delivered")
    simulated_clock.advance(seconds=30)
    assert standing() == set()
    assert running.last_run() == clock.now()


def test_an_order_that_nothing_comes_back_to(order, place, simulated_clock):
    Order.objects.filter(pk=order.pk).update(stage_due_at=None, promise_due_at=None)
    assert standing() == {Check.LOST}
    assert AuditFinding.objects.get().examples == order.no


def test_an_order_whose_deadline_nobody_saw(order, simulated_clock):
    simulated_clock.advance(hours=5)
    assert standing() == {Check.LOST}


def test_an_order_on_a_desk_is_nobodys_loss(order, simulated_clock):
    simulated_clock.advance(hours=5)
    tasks.scan()
    assert standing() == set()


def test_what_was_delivered_and_carried_by_nobody(order, walk, simulated_clock):
    walk(order, "delivered")
    simulated_clock.advance(minutes=5)
    order.legs.update(status=LegStatus.CANCELLED)
    assert standing() == {Check.NOT_CARRIED}


def test_who_was_late_and_nobody_was_told(order, walk, simulated_clock):
    walk(order, "delivered")
    Order.objects.filter(pk=order.pk).update(late_from=clock.now() - timedelta(hours=1))
    simulated_clock.advance(minutes=5)
    assert standing() == {Check.LATE_UNTOLD}


def test_tickets_without_a_log(order, simulated_clock):
    simulated_clock.advance(hours=5)
    tasks.scan()
    Ticket.objects.first().events.all().delete()
    assert standing() == {Check.TICKET_UNLOGGED}


def test_money_that_is_left_over(order, simulated_clock):
    Order.objects.filter(pk=order.pk).update(
        status="cancelled", closed_at=clock.now(), stage_due_at=None, promise_due_at=None
    )
    simulated_clock.advance(minutes=5)
    assert standing() == {Check.ESCROW_LEFT}


def test_events_that_are_not_delivered(order, simulated_clock):
    OutboxEvent.objects.create(name="test.said", due_at=clock.now() - timedelta(minutes=5))
    assert standing() == {Check.UNDELIVERED}


def test_each_supervisor_hears_of_a_finding_once_and_it_is_mended(
    order, supervisor_sun, operator_wang, simulated_clock, admin_user
):
    seen = dict(Order.objects.values("stage_due_at", "promise_due_at").get(pk=order.pk))
    Order.objects.filter(pk=order.pk).update(stage_due_at=None, promise_due_at=None)
    for _hour in range(2):
        running.run()
    told = Notice.objects.filter(kind="platform")
    assert set(told.values_list("user", flat=True)) == {supervisor_sun.pk, admin_user.pk}
    assert told.count() == 2
    Order.objects.filter(pk=order.pk).update(**seen)
    assert standing() == set()
    assert AuditFinding.objects.get().mended_at == clock.now()


def test_the_outside_monitor_hears_only_that_all_is_well(order, settings, monkeypatch, simulated_clock):
    pings = []

    class Answer:
        def raise_for_status(self):
            pass

    monkeypatch.setattr(requests, "get", lambda url, timeout: pings.append(url) or Answer())
    tasks.audit()
    assert pings == []
    settings.AUDIT_PING_URL = "https://monitor.example/ping"
    tasks.audit()
    assert pings == ["https://monitor.example/ping"]
    simulated_clock.advance(hours=5)
    assert tasks.audit() == 1
    assert len(pings) == 1


def test_a_monitor_that_does_not_answer_stops_nothing(order, settings, monkeypatch):
    def fail(url, timeout):
        raise requests.ConnectionError

    settings.AUDIT_PING_URL = "https://monitor.example/ping"
    monkeypatch.setattr(requests, "get", fail)
    assert tasks.audit() == 0
    assert running.ping() is False


def test_the_page_says_when_it_looked_and_what_it_found(
    order, client_of, supervisor_sun, simulated_clock, operator_wang
):
    page = client_of(supervisor_sun).get("/admin/exceptions/auditfinding/")
    assert "no audit yet" in page.text
    simulated_clock.advance(hours=5)
    running.run()
    page = client_of(supervisor_sun).get("/admin/exceptions/auditfinding/")
    assert "Last audit" in page.text
    assert "1 finding stands" in page.text
    assert order.no in page.text
    assert client_of(operator_wang).get("/admin/exceptions/auditfinding/").status_code == 403
    assert "/admin/exceptions/auditfinding/" in client_of(supervisor_sun).get("/admin/").text
