"""The operators' desk: who waits, answering, handing over, and a conversation that becomes a ticket."""

import json

import pytest

from accounts.models import StaffRole
from chat import services
from chat.models import CannedAnswer, Conversation
from core.images import clean_photo
from exceptions.console.timeline import facts
from exceptions.models import ExceptionType, Ticket
from tests import factories
from tests.chat.conftest import name

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def talk(carried, student_lin, ask) -> Conversation:
    """Lin asks about the order in Zhao's hands."""
    ask(student_lin, "Where is it?", about=f"order:{carried.no}")
    return Conversation.objects.get()


@pytest.fixture
def wang(client_of, operator_wang):
    """Wang's browser."""
    return client_of(operator_wang)


def done(answer) -> dict:
    assert answer.status_code == 204
    return json.loads(answer["HX-Trigger"])


def test_it_waits_on_the_desk_with_what_is_under_way(talk, carried, wang):
    page = wang.get(f"/admin/desk/?t={talk.thread.no}").content.decode()
    assert "Where is it?" in page
    assert "林晓" in page
    assert f"/admin/orders/order/{carried.pk}/change/" in page
    assert talk.person.phone not in page
    assert wang.get("/admin/desk/pulse/").json() == {"waiting": 1}


def test_the_menu_counts_who_waits(talk, wang):
    assert "/admin/desk/" in wang.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("student_lin", 302), ("courier_zhao", 302), ("finance_li", 403), ("supervisor_sun", 200)],
)
def test_who_may_come_to_the_desk(request, client_of, talk, who, status):
    client = client_of(request.getfixturevalue(who))
    for path in ("", f"{talk.thread.no}/lines/", "queue/", "pulse/"):
        assert client.get(f"/admin/desk/{path}").status_code == status


def test_other_campuses_have_their_own_desks(talk, client_of, other_campus):
    stranger = factories.UserFactory(is_staff=True)
    factories.StaffRoleFactory(user=stranger, campus=other_campus, role=StaffRole.Role.SUPPORT)
    client, no = client_of(stranger), talk.thread.no
    assert "林晓" not in client.get("/admin/desk/?tab=taken").content.decode()
    assert client.get(f"/admin/desk/{no}/lines/").status_code == 404
    assert client.get(f"/admin/desk/?t={no}").status_code == 404
    for act in ("say", "take", "close", "put-back", "hand-over", "ticket", "read", "typing"):
        assert client.post(f"/admin/desk/{no}/{act}/", {"client": name(), "text": "x"}).status_code == 404


def test_answering_takes_it(talk, wang, operator_wang):
    answer = wang.post(
        f"/admin/desk/{talk.thread.no}/say/",
        {"client": name(), "text": "Looking"},
        headers={"Accept": "application/json"},
    )
    assert "Looking" in answer.json()["html"]
    talk.refresh_from_db()
    assert talk.operator == operator_wang


def test_claiming_handing_over_putting_back_ending(talk, wang, operator_wang, supervisor_sun):
    path = f"/admin/desk/{talk.thread.no}"
    assert "yours" in done(wang.post(f"{path}/take/", **HTMX))["toast"]["text"]
    form = wang.get(f"{path}/hand-over/").content.decode()
    assert "孙主管" in form
    assert "李财务" not in form
    assert wang.post(f"{path}/hand-over/", {"to": operator_wang.pk}, **HTMX).status_code == 422
    done(wang.post(f"{path}/hand-over/", {"to": supervisor_sun.pk, "note": "angry"}, **HTMX))
    talk.refresh_from_db()
    assert talk.operator == supervisor_sun
    done(wang.post(f"{path}/put-back/", **HTMX))
    done(wang.post(f"{path}/close/", **HTMX))
    talk.refresh_from_db()
    assert talk.status == "closed"
    assert wang.post(f"{path}/close/", **HTMX).status_code == 409
    assert "Where is it?" in wang.get("/admin/desk/queue/?tab=closed").content.decode()


def test_canned_answers_of_the_campus_are_at_hand(talk, wang, campus, other_campus):
    CannedAnswer.objects.create(campus=campus, shortcut="hi", text="Hello, one moment")
    CannedAnswer.objects.create(campus=campus, shortcut="old", text="Not any more", is_active=False)
    CannedAnswer.objects.create(campus=other_campus, shortcut="no", text="Of another campus")
    page = wang.get(f"/admin/desk/?t={talk.thread.no}").content.decode()
    assert 'data-chat-canned="hi"' in page
    assert "Not any more" not in page
    assert "Of another campus" not in page


@pytest.mark.parametrize("path", ["cannedanswer", "conversation"])
def test_what_is_set_up_has_its_pages(client_of, supervisor_sun, talk, path):
    assert client_of(supervisor_sun).get(f"/admin/chat/{path}/").status_code == 200


def test_the_queue_asks_the_same_of_many_as_of_few(talk, wang, campus, django_assert_max_num_queries, ask):
    def count():
        with django_assert_max_num_queries(30) as asked:
            assert wang.get("/admin/desk/queue/?tab=waiting").status_code == 200
        return len(asked)

    few = count()
    for _ in range(8):
        ask(factories.UserFactory(campus=campus))
    assert count() == few


def test_an_orders_chat_is_read_and_joined(carried, student_lin, courier_zhao, write, wang):
    line = write(student_lin, carried, "you are late")
    no = line.thread.no
    assert wang.post(f"/admin/desk/order/{carried.no}/").url == f"/admin/desk/?t={no}"
    assert "you are late" in wang.get(f"/admin/desk/?t={no}").content.decode()
    wang.post(f"/admin/desk/{no}/say/", {"client": name(), "text": "We are looking into it"})
    from chat import rooms, selectors

    shown = selectors.newest(rooms.of_order(courier_zhao.user, carried.no))[0]
    assert [(one.name, one.text) for one in shown][-1] == ("Customer service", "We are looking into it")
    assert wang.post(f"/admin/desk/{no}/take/", **HTMX).status_code == 409
    assert wang.post("/admin/desk/order/NOPE/").status_code == 404


# -- A ticket ----------------------------------------------------------------------------------------------


@pytest.fixture
def turn(talk, wang, carried):
    """turn(type): the dialog is filled in and sent."""

    def post(type="courier_unreachable", order=None, words="The box is crushed", **more):
        data = {"order": order or carried.no, "type": type, "description": words, **more}
        return wang.post(f"/admin/desk/{talk.thread.no}/ticket/", data, **HTMX)

    return post


def test_the_dialog_knows_the_order_and_the_persons_words(talk, carried, wang):
    dialog = wang.get(f"/admin/desk/{talk.thread.no}/ticket/").content.decode()
    assert "Where is it?" in dialog
    assert f'value="{carried.no}" selected' in dialog


def test_another_order_is_chosen_and_the_words_stay(talk, carried, place, wang):
    waiting = place()
    address = f"/admin/desk/{talk.thread.no}/ticket/"
    dialog = wang.get(address, {"order": waiting.no, "description": "As I wrote"}).content.decode()
    assert f'value="{waiting.no}" selected' in dialog
    assert "As I wrote" in dialog
    assert 'value="courier_unreachable"' not in dialog  # it has none yet
    assert 'value="courier_unreachable"' in wang.get(address).content.decode()


def test_it_becomes_a_ticket_that_the_person_follows(
    talk, turn, carried, student_lin, operator_wang, client_of, upload
):
    services.contact_support(actor=student_lin, client=name(), photo=clean_photo(upload()))
    done(turn("other"))
    ticket = Ticket.objects.get(order=carried)
    assert (ticket.source, ticket.reporter, ticket.assignee) == ("operator", student_lin, operator_wang)
    assert ticket.description == "The box is crushed"
    assert ticket.evidence.count() == 1
    assert client_of(student_lin).get(f"/tickets/{ticket.no}/").status_code == 200
    page = client_of(student_lin).get("/support/").content.decode()
    assert f"This is now about case {ticket.no}" in page
    talk.refresh_from_db()
    assert talk.operator == operator_wang  # it does not wait for anybody any more


def test_the_chat_stands_on_the_tickets_timeline(
    talk, turn, carried, student_lin, courier_zhao, write, wang, operator_wang
):
    write(courier_zhao, carried, "I fell off my bike")
    turn()
    ticket = Ticket.objects.get(order=carried, type="courier_unreachable")
    services.contact_support(actor=student_lin, client=name(), text="what now?")
    quotes = [fact.quote for fact in facts(ticket, operator_wang) if fact.source == "chat"]
    assert set(quotes) == {"I fell off my bike", "Where is it?", "what now?"}
    page = wang.get(f"/admin/console/?t={ticket.no}").content.decode()
    assert "I fell off my bike" in page
    assert "what now?" in page


def test_pressed_twice_it_is_one_ticket(turn, carried):
    turn()
    turn()
    assert Ticket.objects.filter(order=carried, type="courier_unreachable").count() == 1


@pytest.mark.parametrize(
    "data", [{"order": "NOPE"}, {"type": "nope"}, {"description": ""}, {"description": "x" * 501}]
)
def test_a_form_with_faults_comes_back(turn, data):
    assert turn(**data).status_code == 422
    assert not Ticket.objects.exists()


def test_nobody_elses_order_can_be_chosen(turn, place, student_mei):
    assert turn(order=place(student_mei).no).status_code == 422


def test_a_courier_gets_a_ticket_about_a_job(carried, courier_zhao, ask, wang, operator_wang):
    ask(courier_zhao, "I cannot get in", role="courier")
    no = Conversation.objects.get().thread.no
    data = {"order": carried.no, "type": "no_entry", "description": "I cannot get in"}
    done(wang.post(f"/admin/desk/{no}/ticket/", data, **HTMX))
    ticket = Ticket.objects.get(type="no_entry")
    assert ticket.reporter == courier_zhao.user


def test_types_that_are_off_are_not_offered(talk, wang, turn):
    ExceptionType.objects.filter(pk="courier_unreachable").update(is_active=False)
    assert turn().status_code == 422
