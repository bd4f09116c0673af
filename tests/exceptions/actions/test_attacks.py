"""Presses that come twice, half, or as nonsense."""

import pytest
from django.urls import reverse

from exceptions.actions import find_previous_run
from exceptions.models import Ruling
from exceptions.tickets import services
from payments.models import Account
from payments.services import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def press(client_of, operator_wang, overdue):
    """press(step, **values): Wang's browser sends the dialog of that step."""
    browser = client_of(operator_wang)

    def send(step, **values):
        address = reverse("exceptions:console_action", args=[overdue.no, step])
        return browser.post(address, {"key": "press-1", **values}, headers={"HX-Request": "true"})

    return send


def test_giving_everything_back_twice_is_giving_it_back_once(press, overdue, order, student_lin):
    """After the first press nothing is left to refund: the second one's form would be refused."""
    before = balance(Account.Kind.WALLET, user=student_lin)
    everything = {"amount_fen": f"{order.total_fen / 100:.2f}", "text": "Sorry", "and_resolve": "1"}

    answers = [press("refund", **everything).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert balance(Account.Kind.WALLET, user=student_lin) == before + order.total_fen
    assert Ruling.objects.count() == 1
    overdue.refresh_from_db()
    assert overdue.status == "resolved"


def test_what_broke_between_refund_and_resolving_is_finished_by_the_next_press(press, overdue, monkeypatch):
    everything = {"amount_fen": "1", "text": "Sorry", "and_resolve": "1"}

    def dies(**kwargs):
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(services, "resolve", dies)
        with pytest.raises(RuntimeError):
            press("refund", **everything)
    assert find_previous_run(ticket=overdue, key="press-1")

    assert press("refund", **everything).status_code == 204
    overdue.refresh_from_db()
    assert overdue.status == "resolved"
    assert Ruling.objects.count() == 1


@pytest.mark.parametrize(("key", "status"), [("", 422), ("a\0b", 400)])
def test_a_press_that_nobody_can_name_does_nothing(press, key, status):
    assert press("refund", amount_fen="1", text="Sorry", key=key).status_code == status
    assert not Ruling.objects.exists()
