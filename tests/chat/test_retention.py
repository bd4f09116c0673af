"""Words go after their time, are handed out to their author, and are forgotten with them."""

import pytest
from django.core.files.storage import default_storage

from accounts import personal
from accounts import services as accounts
from chat import selectors, services
from chat.models import Conversation, Message
from chat.retention import redact_old
from chat.rooms import of_order
from core.images import clean_photo
from exceptions.tickets import services as tickets
from tests.chat.conftest import name

LONG = {"days": 181}


def test_old_words_and_photos_are_emptied(carried, student_lin, write, upload, simulated_clock):
    write(student_lin, carried, "room 302")
    line = write(student_lin, carried, "", photo=clean_photo(upload()))
    stored = line.photo.name
    simulated_clock.advance(days=179)
    assert redact_old() == 0
    simulated_clock.advance(days=2)
    assert redact_old() == 2
    assert not default_storage.exists(stored)
    texts = [shown.text for shown in selectors.newest(of_order(student_lin, carried.no))[0]]
    assert texts == ["Removed after the time for which chats are kept"] * 2
    assert redact_old() == 0


def test_where_a_ticket_is_open_they_stay(carried, student_lin, write, ask, simulated_clock):
    ticket = tickets.report(
        order=carried, type="other", source="customer", actor=student_lin, description="broken"
    )
    write(student_lin, carried, "about the order")
    ask(student_lin, "about the ticket", about=f"ticket:{ticket.no}")
    ask(student_lin, "about the order", about=f"order:{carried.no}")
    simulated_clock.advance(**LONG)
    assert redact_old() == 0
    tickets.resolve(ticket=ticket, actor=None, resolution="delivered")
    assert redact_old() == 3


def test_disputes_do_not_hold_up_the_others(place, student_lin, write, simulated_clock):
    kept, free = place(), place()
    tickets.report(order=kept, type="other", source="customer", actor=student_lin, description="broken")
    write(student_lin, kept, "kept")
    write(student_lin, free, "free")
    simulated_clock.advance(**LONG)
    assert redact_old(batch=1) == 1
    assert set(Message.objects.exclude(kind="system").values_list("text", flat=True)) == {"kept", ""}


def test_ones_own_lines_are_handed_out(carried, student_lin, courier_zhao, write):
    write(student_lin, carried, "mine")
    write(courier_zhao, carried, "not mine")
    own = personal.gather(student_lin)["chat"]
    assert [(line["text"], line["order"]) for line in own] == [("mine", carried.no)]


def test_with_a_person_go_their_words_and_what_service_said_to_them(
    student_mei, operator_wang, ask, simulated_clock
):
    ask(student_mei, "my room is 404")
    talk = Conversation.objects.get()
    services.answer(actor=operator_wang, thread=talk.thread, client=name(), text="Room 404, I see")
    accounts.erase_person(user=student_mei)
    assert not [text for text in Message.objects.values_list("text", flat=True) if "404" in text]


@pytest.mark.parametrize("role", ["customer", "courier"])
def test_a_line_that_was_emptied_shows_on_no_timeline(
    role, carried, student_lin, courier_zhao, write, simulated_clock
):
    write(student_lin if role == "customer" else courier_zhao, carried, "private")
    simulated_clock.advance(**LONG)
    redact_old()
    assert [selectors.text_of(line) for line in selectors.about([("order", carried.no)])] == [
        "Removed after the time for which chats are kept"
    ]
