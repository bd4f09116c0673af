"""Every shipped type is found by something, or waits for what will find it; people's reports come from their pages."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from delivery import services as delivery
from exceptions.library import matrix
from exceptions.library.shipped import shipped_types
from exceptions.models import ExceptionType, Ticket

TESTS = Path(__file__).parents[2]
TYPES = {row.code: row for row in shipped_types()}
STAGES = {"placed": None, "accepted": "assigned", "picked_up": "picked_up", "delivered": "delivered"}


def test_the_page_is_up_to_date_and_no_cell_is_empty():
    call_command("exception_matrix", "--check")


def test_each_waiting_cell_says_for_what():
    assert set(matrix.WAITING.values()) <= {"kitchen", "playbook"}
    assert matrix.WAITING.keys() <= TYPES.keys()


def test_a_type_that_nothing_raises_is_missed(tmp_path):
    rows = {row.code: row for row in matrix.matrix(tmp_path)}
    assert rows["overdue"].problems == ["overdue: no test"]
    assert rows["merchant_silent"].problems == []


def test_the_command_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(matrix, "marked", lambda tests: {})
    with pytest.raises(CommandError, match="overdue: no test"):
        call_command("exception_matrix", "--check")


@pytest.mark.django_db
@pytest.mark.raises_type(
    "merchant_slow", "courier_unreachable", "vehicle_breakdown", "courier_accident", "asked_to_cancel_outside",
    "goods_damaged", "goods_missing", "goods_wrong", "food_safety", "customer_unreachable", "wrong_address",
    "customer_refused", "address_change", "pickup_code_wrong", "no_entry", "merchant_closed", "sold_out",
    "parcel_not_there", "price_disputed", "attitude", "harassment", "safety", "privacy_breach", "prohibited_goods",
    "other",
)  # fmt: skip
def test_people_report_it_on_their_page(
    code, place, walk, photo, client_of, student_lin, courier_zhao, places
):
    of_type = TYPES[code]
    wish = {}
    if "purchase" in of_type.kinds and "parcel" not in of_type.kinds:
        wish = {"kind": "purchase", "budget_fen": 3000, "pickup": places.canteen, "pickup_codes": ""}
    order = place(**wish)
    if stage := STAGES[of_type.report_from]:
        if wish and stage == "picked_up":
            _buy(order, walk, courier_zhao, photo)
        walk(order, stage)
    if of_type.customer_may_report:
        person, address = student_lin, reverse("exceptions:report", args=[order.no])
    else:
        if order.legs.get().courier_id is None:
            walk(order, "assigned")
        person = courier_zhao
        address = reverse("exceptions:courier_report", args=[order.legs.get().no])
    data = {"type": code, "description": "So it is", "photos": [photo(raw=True)]}
    answer = client_of(person).post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    ticket = Ticket.objects.get(type=code)
    assert ticket.source == ("customer" if person is student_lin else "courier")


def _buy(order, walk, courier, photo) -> None:
    walk(order, "at_pickup")
    delivery.buy_goods(leg=order.legs.get(), actor=courier.user, cost_fen=2500, photo=photo())


def test_all_that_people_may_report_is_tried():
    tried = set(matrix.marked(TESTS))
    reportable = {row.code for row in TYPES.values() if row.detection == ExceptionType.Detection.PERSON}
    assert reportable <= tried
