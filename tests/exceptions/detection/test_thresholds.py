"""What a campus sets of a detector counts there, and is set on a page that says what it may be."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from exceptions.detection import thresholds
from exceptions.detection.detectors.overdue.settings import REPEAT_MINUTES
from exceptions.models import DetectorThreshold
from exceptions.tickets import services

pytestmark = pytest.mark.django_db
ADD = "admin:exceptions_detectorthreshold_add"


def test_a_campus_repeats_an_alarm_when_it_wants(overdue, operator_wang):
    DetectorThreshold.objects.create(
        campus=overdue.campus, detector="overdue", name="repeat_minutes", value=40
    )
    services.resolve(ticket=overdue, actor=operator_wang, resolution="Called the courier")
    overdue.order.refresh_from_db()
    assert overdue.order.promise_due_at == clock.now() + timedelta(minutes=40)


def test_what_nobody_has_set_is_as_it_comes(campus):
    assert thresholds.value("overdue", REPEAT_MINUTES, campus.pk) == REPEAT_MINUTES.default


def test_a_supervisor_sets_it(client_of, supervisor_sun, campus):
    browser = client_of(supervisor_sun)
    data = {"campus": campus.pk, "key": "overdue.repeat_minutes", "value": 30}
    assert browser.post(reverse(ADD), data).status_code == 302
    row = DetectorThreshold.objects.get()
    assert (row.campus, row.detector, row.name, row.value) == (campus, "overdue", "repeat_minutes", 30)
    page = browser.get(reverse("admin:exceptions_detectorthreshold_changelist"))
    assert "30" in page.content.decode()
    assert "15" in page.content.decode()
    # A second row of the same one is refused with a sentence, not by the database.
    again = browser.post(reverse(ADD), data)
    assert again.status_code == 200
    assert again.context["adminform"].form.errors["key"]


@pytest.mark.parametrize("value", ["0", "4", "121", "-1", "x", ""])
def test_what_it_may_not_be_is_refused_with_a_sentence(client_of, supervisor_sun, campus, value):
    data = {"campus": campus.pk, "key": "overdue.repeat_minutes", "value": value}
    page = client_of(supervisor_sun).post(reverse(ADD), data)
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["value"]
    assert not DetectorThreshold.objects.exists()


def test_others_do_not(client_of, operator_wang, campus):
    data = {"campus": campus.pk, "key": "overdue.repeat_minutes", "value": 30}
    assert client_of(operator_wang).post(reverse(ADD), data).status_code == 403
