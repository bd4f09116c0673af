"""A handler that has failed for good: kept, and the supervisors read of it once."""

import pytest
from django.db import transaction

from core import events, outbox
from core.models import HandlerRun
from notifications.models import Notice
from tests.events import Said

pytestmark = pytest.mark.django_db


def test_supervisors_are_told_once(
    monkeypatch, campus, supervisor_sun, operator_wang, student_lin, simulated_clock
):
    def broken(event):
        raise ValueError("no such thing")

    monkeypatch.setitem(events._subscribers, Said, {"tests.broken": broken})
    with outbox.deferred_delivery(), transaction.atomic():
        outbox.emit(Said())
    for _attempt in range(outbox.MAX_ATTEMPTS + 2):
        outbox.drain()
        simulated_clock.advance(minutes=11)
    assert HandlerRun.objects.get(handler="tests.broken").status == HandlerRun.Status.DEAD
    notice = Notice.objects.get(kind="platform")
    assert notice.user == supervisor_sun
    assert "tests.broken" in notice.body
    assert notice.link == "/admin/"  # the page where it is tried again shows events of all campuses
