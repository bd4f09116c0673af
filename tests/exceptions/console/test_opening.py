"""An operator opens a ticket on any order, from where they see it: the order is chosen already, the types can be true."""

import pytest
from django.urls import reverse

from exceptions.models import Ticket
from exceptions.tickets.selectors import types_for_operator
from tests.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db


def page(order) -> str:
    return reverse("exceptions:open", args=[order.no])


def offered(order) -> set[str]:
    return {one.pk for one in types_for_operator(order)}


def test_only_what_can_be_true_is_offered(order, walk):
    assert "goods_damaged" not in offered(order)  # nobody has them yet
    assert "courier_unreachable" not in offered(order)  # there is none
    assert "overdue" not in offered(order)  # the scanner's own
    walk(order, "picked_up")
    assert {"goods_damaged", "courier_unreachable", "vehicle_breakdown"} <= offered(order)
    walk(order, "delivered")
    assert "courier_unreachable" not in offered(order)
    assert "fake_delivery" in offered(order)


def test_opened_from_the_orders_page_it_is_mine(client_of, operator_wang, order, walk, courier_zhao):
    walk(order, "picked_up")
    browser = client_of(operator_wang)
    link = page(order)
    assert link in browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert f'<option value="{order.no}" selected>' in browser.get(link).content.decode()
    answer = browser.post(
        link,
        {
            "order": order.no,
            "type": "vehicle_breakdown",
            "description": "A flat tyre, says the keeper",
            "said_by": "",
        },
    )
    ticket = Ticket.objects.get()
    assert answer["Location"].endswith(f"?t={ticket.no}")
    assert (ticket.source, ticket.courier, ticket.assignee) == ("operator", courier_zhao, operator_wang)
    assert ticket.reporter == operator_wang


def test_in_the_customers_words_the_customer_follows_it(client_of, operator_wang, order, walk, student_lin):
    walk(order, "delivered")
    client_of(operator_wang).post(
        page(order),
        {
            "order": order.no,
            "type": "goods_damaged",
            "description": "Broken, she says on the phone",
            "said_by": "customer",
        },
    )
    assert Ticket.objects.get().reporter == student_lin
    assert student_lin.notices.filter(kind="ticket_opened").count() == 1


def test_from_the_board_and_from_the_couriers_page(client_of, supervisor_sun, order, walk, courier_zhao):
    walk(order, "picked_up")
    browser = client_of(supervisor_sun)
    assert page(order) in browser.get(reverse("board:board")).content.decode()
    link = reverse("exceptions:open_courier", args=[courier_zhao.pk])
    about = browser.get(reverse("admin:couriers_courier_change", args=[courier_zhao.pk]))
    assert link in about.content.decode()
    assert order.no in browser.get(link).content.decode()


def test_another_order_of_the_courier_renews_the_types(client_of, operator_wang, place, walk, courier_zhao):
    first, second = walk(place(), "delivered"), walk(place(), "picked_up")
    link = reverse("exceptions:open_courier", args=[courier_zhao.pk])
    browser = client_of(operator_wang)
    assert f'<option value="{second.no}" selected>' in browser.get(link).content.decode()  # what is under way
    renewed = browser.post(
        link, {"order": first.no, "renew": "1", "description": "As I wrote"}
    ).content.decode()
    assert f'<option value="{first.no}" selected>' in renewed
    assert "fake_delivery" in renewed
    assert "As I wrote" in renewed
    assert not Ticket.objects.exists()


def test_what_does_not_fit_any_more_is_refused_with_a_sentence(client_of, operator_wang, order):
    answer = client_of(operator_wang).post(
        page(order), {"order": order.no, "type": "goods_damaged", "said_by": ""}
    )
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_not_for_strangers_other_campuses_nor_finance(
    client_of, student_lin, finance_li, other_campus, order
):
    link = page(order)
    assert client_of(finance_li).get(link).status_code == 403
    assert client_of(student_lin).get(link).status_code in (302, 403)
    far = StaffRoleFactory(campus=other_campus, role="supervisor").user
    assert client_of(far).get(link).status_code == 404
