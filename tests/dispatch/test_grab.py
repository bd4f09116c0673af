"""One tap to take a job."""

import json

import pytest
from django.urls import reverse

from couriers import services as couriers
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import Leg
from orders import services as orders
from tests.factories import CourierFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def grab(client_of):
    def tap(courier, leg, **headers):
        return client_of(courier).post(reverse("dispatch:grab", args=[leg.no]), headers=headers or None)

    return tap


def toast(answer) -> str:
    return json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_the_winner_goes_to_the_job(grab, open_job, courier_zhao):
    leg = open_job()
    answer = grab(courier_zhao, leg, **HTMX)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == reverse("delivery:job", args=[leg.no])
    leg.refresh_from_db()
    assert (leg.status, leg.courier, leg.order.status) == ("assigned", courier_zhao, "accepted")


def test_it_works_without_scripts(grab, open_job, courier_zhao):
    leg = open_job()
    answer = grab(courier_zhao, leg)
    assert (answer.status_code, answer["Location"]) == (302, reverse("delivery:job", args=[leg.no]))


def test_the_second_one_is_told_at_once_and_the_list_renews_itself(
    grab, open_job, courier_zhao, courier_qian
):
    leg = open_job()
    grab(courier_zhao, leg, **HTMX)
    answer = grab(courier_qian, leg, **HTMX)
    assert answer.status_code == 409
    assert toast(answer) == "Too late, someone else has just taken it."
    assert "refresh" in json.loads(answer["HX-Trigger"])
    leg.refresh_from_db()
    assert leg.courier == courier_zhao


def test_the_loser_reads_it_in_chinese(client_of, open_job, carry, courier_zhao, courier_qian):
    leg = carry(open_job(), courier_zhao)
    courier_qian.user.language = "zh-hans"
    answer = client_of(courier_qian).post(reverse("dispatch:grab", args=[leg.no]), headers=HTMX)
    assert answer.status_code == 409


def test_tapping_twice_takes_it_once(grab, open_job, courier_zhao):
    leg = open_job()
    grab(courier_zhao, leg, **HTMX)
    answer = grab(courier_zhao, leg, **HTMX)
    assert answer["HX-Redirect"] == reverse("delivery:job", args=[leg.no])
    assert leg.order.history.filter(action="assign").count() == 1


def test_off_duty_nothing_can_be_taken(grab, open_job, courier_zhao):
    leg = open_job()
    couriers.set_duty(courier=courier_zhao, on=False)
    answer = grab(courier_zhao, leg, **HTMX)
    assert (answer.status_code, toast(answer)) == (403, "Switch to on duty first.")


def test_the_wrong_gender_is_refused_also_by_hand(grab, open_job, courier_zhao, places):
    leg = open_job(dropoff=places.dorm_women)
    answer = grab(courier_zhao, leg, **HTMX)
    assert (answer.status_code, toast(answer)) == (403, "Only female couriers may take this job.")
    assert Leg.objects.get().courier is None


def test_ones_own_order_is_refused(grab, open_job, courier_zhao):
    answer = grab(courier_zhao, open_job(customer=courier_zhao.user), **HTMX)
    assert toast(answer) == "This is your own order."


def test_full_hands_are_refused(grab, open_job, carry, courier_zhao):
    Courier.objects.update(capacity=1)
    carry(open_job(), courier_zhao)
    answer = grab(courier_zhao, open_job(), **HTMX)
    assert toast(answer).startswith("You already carry 1 orders")


def test_what_one_gave_back_is_refused(grab, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    answer = grab(courier_zhao, Leg.objects.get(status="open"), **HTMX)
    assert toast(answer) == "You have given this job back."


def test_another_campuss_job_does_not_exist(grab, open_job, other_campus):
    assert grab(CourierFactory(campus=other_campus), open_job(), **HTMX).status_code == 404


def test_a_cancelled_order_can_no_longer_be_taken(grab, open_job, courier_zhao, student_lin):
    leg = open_job()
    orders.cancel_order(order=leg.order, actor=student_lin)
    answer = grab(courier_zhao, leg, **HTMX)
    assert (answer.status_code, toast(answer)) == (409, "Too late, someone else has just taken it.")


def test_a_job_that_never_was(grab, courier_zhao, open_job):
    leg = open_job()
    leg.no = "NOSUCHJOB"
    assert grab(courier_zhao, leg, **HTMX).status_code == 404
