"""The parties' pages: what each sees, what each may do, and nothing more."""

import pytest
from django.urls import reverse

from exceptions.actions import run_action
from exceptions.models import Ticket
from exceptions.tickets import services

pytestmark = pytest.mark.django_db


def url(name, ticket, *args):
    return reverse(f"exceptions:{name}", args=[getattr(ticket, "no", ticket), *args])


# -- Reporting -------------------------------------------------------------------------------------------------


def test_the_customer_reports_with_a_photo(order, walk, client_of, student_lin, photo):
    walk(order, "delivered")
    lin = client_of(student_lin)
    page = lin.get(url("report", order)).content.decode()
    assert "Goods damaged" in page
    assert "Sold out" not in page
    answer = lin.post(
        url("report", order),
        {
            "type": "goods_damaged",
            "description": "Broken",
            "requested_remedy": "refund",
            "photos": [photo(raw=True), photo(raw=True)],
        },
    )
    ticket = Ticket.objects.get()
    assert answer.url == url("ticket", ticket)
    assert (ticket.description, ticket.requested_remedy, ticket.reporter) == ("Broken", "refund", student_lin)
    assert ticket.evidence.count() == 2


def test_the_form_says_what_is_missing(order, walk, client_of, student_lin):
    walk(order, "delivered")
    lin = client_of(student_lin)
    page = lin.post(url("report", order), {"type": "goods_damaged"})
    assert page.status_code == 422
    assert "Please add a photo" in page.content.decode()
    assert lin.post(url("report", order), {}).status_code == 422
    assert lin.post(url("report", order), {"type": "other"}).status_code == 422
    assert lin.post(url("report", order), {"type": "sold_out"}).status_code == 422
    assert not Ticket.objects.exists()


def test_what_is_no_photo_is_refused(order, walk, client_of, student_lin):
    from django.core.files.uploadedfile import SimpleUploadedFile

    walk(order, "delivered")
    fake = SimpleUploadedFile("x.jpg", b"<script>", content_type="image/jpeg")
    page = client_of(student_lin).post(url("report", order), {"type": "goods_damaged", "photos": [fake]})
    assert page.status_code == 422
    assert "not a photo" in page.content.decode()


def test_reports_are_for_the_orders_people(
    order, walk, client, client_of, student_mei, courier_zhao, courier_qian
):
    walk(order, "assigned")
    leg = order.legs.get()
    assert client.get(url("report", order)).status_code == 302
    assert client_of(student_mei).get(url("report", order)).status_code == 404
    assert client_of(courier_zhao).get(url("report", order)).status_code == 404
    assert client_of(courier_zhao).get(url("courier_report", leg)).status_code == 200
    assert client_of(courier_qian).get(url("courier_report", leg)).status_code == 404
    assert client_of(student_mei).get(url("courier_report", leg)).status_code == 403


def test_the_courier_reports(order, walk, client_of, courier_zhao):
    walk(order, "picked_up")
    zhao, leg = client_of(courier_zhao), order.legs.get()
    page = zhao.get(url("courier_report", leg)).content.decode()
    assert "Cannot enter the building" in page
    assert "What would help you most" not in page
    zhao.post(url("courier_report", leg), {"type": "no_entry", "description": "The gate is shut"})
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.source, ticket.courier) == ("no_entry", "courier", courier_zhao)


# -- One ticket ------------------------------------------------------------------------------------------------


def test_both_parties_see_it_and_nobody_else(
    damaged, client, client_of, student_lin, courier_zhao, student_mei, courier_qian
):
    page = url("ticket", damaged)
    assert client.get(page).status_code == 302
    for person in (student_lin, courier_zhao):
        assert client_of(person).get(page).status_code == 200
        assert client_of(person).get(url("ticket_live", damaged) + "?state=open").status_code == 200
    for person in (student_mei, courier_qian):
        for name in ("ticket", "ticket_live"):
            assert client_of(person).get(url(name, damaged)).status_code == 404
        for name in ("answer", "reopen", "rate"):
            assert (
                client_of(person)
                .post(url(name, damaged), {"text": "x", "reason": "x", "stars": 5})
                .status_code
                == 404
            )


def test_hidden_types_are_seen_by_their_reporter_alone(order, walk, client_of, student_lin, courier_zhao):
    walk(order, "picked_up")
    ticket = services.report(
        order=order,
        type="harassment",
        source="customer",
        actor=student_lin,
        description="He said terrible things",
    )
    assert client_of(student_lin).get(url("ticket", ticket)).status_code == 200
    assert client_of(courier_zhao).get(url("ticket", ticket)).status_code == 404
    zhao = client_of(courier_zhao)
    for page in (reverse("exceptions:courier_tickets") + "?tab=all", url("job_tickets", order.legs.get())):
        assert ticket.no not in zhao.get(page).content.decode()
    assert not courier_zhao.user.notices.filter(link__contains=ticket.no).exists()


def test_who_is_asked_about_a_hidden_one_sees_the_question_and_no_more(
    order, walk, client_of, student_lin, courier_zhao, operator_wang
):
    walk(order, "delivered")
    ticket = services.report(
        order=order, type="attitude", source="customer", actor=student_lin, description="Very rude"
    )
    run_action(
        ticket=ticket, action="ask_party", actor=operator_wang, key="1",
        params={"party": "courier", "text": "How was it?", "minutes": 30},
    )  # fmt: skip
    page = client_of(courier_zhao).get(url("ticket", ticket)).content.decode()
    assert "How was it?" in page
    assert "Very rude" not in page


def test_notes_and_the_other_sides_money_stay_inside(
    damaged, client_of, student_lin, courier_zhao, operator_wang
):
    services.note(ticket=damaged, actor=operator_wang, text="He looks like a cheat")
    run_action(
        ticket=damaged, action="compensate", actor=operator_wang, key="1",
        params={"amount_fen": 1234, "grade": "light", "borne_by": "platform", "text": "Fair"},
    )  # fmt: skip
    lin = client_of(student_lin).get(url("ticket", damaged)).content.decode()
    zhao = client_of(courier_zhao).get(url("ticket", damaged)).content.decode()
    assert "12.34" in lin
    assert "12.34" not in zhao
    assert "cheat" not in lin + zhao


def test_answering(overdue, client_of, courier_zhao, operator_wang, photo):
    run_action(
        ticket=overdue, action="ask_party", actor=operator_wang, key="1",
        params={"party": "courier", "text": "What holds you up?", "minutes": 3},
    )  # fmt: skip
    zhao = client_of(courier_zhao)
    assert "What holds you up?" in zhao.get(url("ticket", overdue)).content.decode()
    assert "What holds you up?" in zhao.get(url("job_tickets", overdue.leg)).content.decode()
    zhao.post(url("answer", overdue), {"text": "A flat tyre", "photos": [photo(raw=True)]})
    overdue.refresh_from_db()
    assert overdue.status == "working"
    assert overdue.evidence.get().by == courier_zhao.user


def test_an_empty_answer_is_refused_with_a_sentence(overdue, client_of, student_lin):
    lin = client_of(student_lin)
    page = lin.post(
        url("answer", overdue),
        {"text": " "},
        follow=True,
        headers={"referer": f"http://testserver{url('ticket', overdue)}"},
    )
    assert "Write something or add a photo." in page.content.decode()
    assert not overdue.events.filter(kind="said").exists()


def test_rating_and_reopening(damaged, client_of, student_lin, operator_wang):
    lin = client_of(student_lin)
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Half of it paid")
    page = lin.get(url("ticket", damaged)).content.decode()
    assert "Half of it paid" in page
    assert url("rate", damaged) in page
    assert url("answer", damaged) not in page
    lin.post(url("rate", damaged), {"stars": 4})
    damaged.refresh_from_db()
    assert damaged.rating == 4
    lin.post(url("reopen", damaged), {"reason": "All of it was promised"})
    damaged.refresh_from_db()
    assert damaged.status == "reopened"


def test_the_live_part_asks_for_a_new_page_when_its_forms_change(
    damaged, client_of, student_lin, operator_wang
):
    services.resolve(ticket=damaged, actor=operator_wang, resolution="Paid")
    answer = client_of(student_lin).get(url("ticket_live", damaged) + "?state=open")
    assert answer.headers["HX-Refresh"] == "true"


def test_photos_are_for_the_one_who_gave_them(
    damaged, client, client_of, student_lin, courier_zhao, student_mei
):
    picture = reverse("exceptions:photo", args=[damaged.no, damaged.evidence.get().pk])
    assert client_of(student_lin).get(picture).headers["Content-Type"] == "image/jpeg"
    for person in (courier_zhao, student_mei):
        assert client_of(person).get(picture).status_code == 404
    assert client.get(picture).status_code == 302


def test_commands_are_posts(damaged, client_of, student_lin):
    for name in ("answer", "reopen", "rate"):
        assert client_of(student_lin).get(url(name, damaged)).status_code == 405


# -- On other pages --------------------------------------------------------------------------------------------


def test_the_orders_page_tells_of_it(overdue, client_of, student_lin, student_mei, operator_wang):
    lin = client_of(student_lin)
    page = lin.get(url("order_tickets", overdue.order)).content.decode()
    assert "Your order is late, and we are on it" in page
    assert url("ticket", overdue) in page
    assert client_of(student_mei).get(url("order_tickets", overdue.order)).status_code == 404
    assert "Your order is late" in lin.get(reverse("orders:detail", args=[overdue.order.no])).content.decode()


def test_one_trouble_is_shown_and_told_once(overdue, client_of, student_lin, simulated_clock):
    from exceptions.detection.scanner import scan
    from orders.models import Order

    Order.objects.update(stage_due_at=overdue.opened_at)
    scan()
    assert Ticket.objects.filter(type="stalled_delivery", status="open").exists()
    page = client_of(student_lin).get(url("order_tickets", overdue.order)).content.decode()
    assert page.count("trouble-head") == 1
    assert student_lin.notices.filter(kind="ticket_opened").count() == 1


def test_the_couriers_list(overdue, client_of, courier_zhao, student_lin, django_assert_max_num_queries):
    zhao = client_of(courier_zhao)
    page = zhao.get(reverse("exceptions:courier_tickets")).content.decode()
    assert url("ticket", overdue) in page
    assert client_of(student_lin).get(reverse("exceptions:courier_tickets")).status_code == 403


def test_the_list_asks_no_more_for_more(place, walk, client_of, courier_zhao, student_lin, simulated_clock):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    zhao, page = client_of(courier_zhao), reverse("exceptions:courier_tickets")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert zhao.get(page).status_code == 200
        return len(caught)

    def more(count):
        for _ in range(count):
            order = walk(place(), "delivered")
            services.report(order=order, type="price_disputed", source="customer", actor=student_lin)

    more(2)
    few = queries()
    more(6)
    assert queries() == few
