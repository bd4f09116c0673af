"""Who may enter the courier's portal, and whose jobs they see there."""

import pytest
from django.urls import reverse

from accounts.models import User
from couriers import services
from couriers.models import Courier
from tests.factories import CourierFactory

pytestmark = pytest.mark.django_db

PAGES = [
    "dispatch:hall", "dispatch:hall_list", "delivery:active", "delivery:active_live", "delivery:earnings", "delivery:me",
]  # fmt: skip
JOB_PAGES = ["delivery:job", "delivery:job_live"]
COMMANDS = ["delivery:deliver", "delivery:buy", "delivery:give_back", "delivery:call"]


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_sent_to_log_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_a_student_reads_what_to_do(client_of, student_lin, name):
    answer = client_of(student_lin).get(reverse(name))
    assert answer.status_code == 403
    assert reverse("couriers:apply") in answer.text


@pytest.mark.parametrize(
    "status, words",
    [
        ("applied", "is looking at your application"),
        ("refused", "was not accepted"),
        ("vetted", "To the training"),
        ("training", "To the training"),
        ("left", "ride again"),
    ],
)
def test_who_is_not_active_yet_or_any_more_reads_why(client_of, campus, status, words):
    courier = CourierFactory(campus=campus, status=status, on_duty=False)
    answer = client_of(courier).get(reverse("dispatch:hall"))
    assert answer.status_code == 403
    assert words in answer.text


def test_a_suspended_courier_reads_the_reason_and_cannot_grab(
    client_of, courier_zhao, open_job, supervisor_sun
):
    leg = open_job()
    services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="Three orders not delivered")
    client = client_of(courier_zhao)
    answer = client.get(reverse("dispatch:hall"))
    assert answer.status_code == 403
    assert "Three orders not delivered" in answer.text
    assert client.post(reverse("dispatch:grab", args=[leg.no])).status_code == 403
    assert client.post(reverse("dispatch:duty"), {"on": "1"}).status_code == 403
    leg.refresh_from_db()
    assert leg.courier is None


def test_a_suspended_courier_brings_what_they_carry_to_its_end(
    client_of, courier_zhao, open_job, carry, supervisor_sun
):
    leg = carry(open_job(), courier_zhao, stages=2)
    services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="Complaints")
    client = client_of(courier_zhao)
    assert client.get(reverse("delivery:job", args=[leg.no])).status_code == 200
    client.post(reverse("delivery:step", args=[leg.no, "arrive_at_dropoff"]))
    client.post(reverse("delivery:deliver", args=[leg.no]), {"code": leg.order.receiving_code})
    leg.refresh_from_db()
    assert leg.status == "done"


@pytest.mark.parametrize("name", JOB_PAGES)
def test_another_couriers_job_does_not_exist(client_of, courier_zhao, courier_qian, open_job, carry, name):
    leg = carry(open_job(), courier_zhao)
    assert client_of(courier_qian).get(reverse(name, args=[leg.no])).status_code == 404


@pytest.mark.parametrize("name", COMMANDS)
def test_another_couriers_job_takes_no_commands(client_of, courier_zhao, courier_qian, open_job, carry, name):
    leg = carry(open_job(), courier_zhao, stages=3)
    answer = client_of(courier_qian).post(
        reverse(name, args=[leg.no]), {"code": leg.order.receiving_code, "why": "other"}
    )
    assert answer.status_code == 404
    leg.refresh_from_db()
    assert (leg.status, leg.courier) == ("at_dropoff", courier_zhao)


@pytest.mark.parametrize("name", JOB_PAGES)
def test_an_open_job_has_no_page_yet(client_of, courier_zhao, open_job, name):
    assert client_of(courier_zhao).get(reverse(name, args=[open_job().no])).status_code == 404


@pytest.mark.parametrize("name", [*COMMANDS, "dispatch:grab"])
def test_looking_changes_nothing(client_of, courier_zhao, open_job, carry, name):
    leg = carry(open_job(), courier_zhao)
    assert client_of(courier_zhao).get(reverse(name, args=[leg.no])).status_code == 405


def test_pages_are_there_for_an_active_courier(client_of, courier_zhao, open_job, carry):
    leg = carry(open_job(), courier_zhao)
    client = client_of(courier_zhao)
    for name in PAGES:
        answer = client.get(reverse(name), headers={"HX-Request": "true"})
        assert answer.status_code == 200, name
    for name in JOB_PAGES:
        assert client.get(reverse(name, args=[leg.no])).status_code == 200, name


def test_a_courier_account_of_a_deactivated_person_is_closed(client_of, courier_zhao):
    client = client_of(courier_zhao)
    User.objects.filter(pk=courier_zhao.user_id).update(is_active=False)
    assert client.get(reverse("dispatch:hall")).status_code == 302
    assert Courier.objects.get().status == "active"
