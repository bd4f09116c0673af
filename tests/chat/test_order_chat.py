"""Customer and courier of an order write to each other."""

import pytest
from django.http import Http404

from chat import rooms, selectors, services
from chat.models import Message, Thread
from core.errors import Invalid, WrongState
from core.realtime import publish
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.tickets import services as tickets
from notifications.models import Notice
from tests.chat.conftest import name


def test_both_see_what_is_said_in_order(carried, student_lin, courier_zhao, write, seen):
    write(student_lin, carried, "third floor, please")
    write(courier_zhao, carried, "on my way")
    write(student_lin, carried, "thanks 🙏")
    expected = ["third floor, please", "on my way", "thanks 🙏"]
    assert seen(student_lin, carried) == seen(courier_zhao, carried) == expected


def test_sent_again_it_is_the_same_line(carried, student_lin):
    client = name()
    first = services.send_message(actor=student_lin, key=f"order-{carried.no}", client=client, text="once")
    again = services.send_message(actor=student_lin, key=f"order-{carried.no}", client=client, text="once")
    assert first == again
    assert Message.objects.filter(text="once").count() == 1


def test_the_same_name_of_another_person_is_another_line(carried, student_lin, courier_zhao):
    for actor in (student_lin, courier_zhao.user):
        services.send_message(actor=actor, key=f"order-{carried.no}", client="line-same", text="hello")
    assert Message.objects.filter(client="line-same").count() == 2


@pytest.mark.parametrize("text", ["", "   \n "])
def test_nothing_is_not_sent(carried, student_lin, write, text):
    with pytest.raises(Invalid, match="Write something"):
        write(student_lin, carried, text)


def test_a_flood_is_stopped(carried, student_lin, write):
    for number in range(services.MOST_A_MINUTE):
        write(student_lin, carried, str(number))
    with pytest.raises(services.TooFast):
        write(student_lin, carried, "one more")


def test_the_turned_clock_lets_the_flood_go_on(carried, student_lin, write, simulated_clock):
    for number in range(services.MOST_A_MINUTE):
        write(student_lin, carried, str(number))
    simulated_clock.advance(seconds=61)
    assert write(student_lin, carried, "later").text == "later"


def test_strangers_do_not_take_part(carried, student_mei, courier_qian, operator_wang, write):
    for stranger in (student_mei, courier_qian, operator_wang):
        with pytest.raises(Http404):
            write(stranger, carried)


def test_they_know_each_other_by_short_names(carried, student_lin, courier_zhao, write):
    write(courier_zhao, carried, "here")
    write(student_lin, carried, "coming")
    to_lin, _ = selectors.newest(rooms.of_order(student_lin, carried.no))
    to_zhao, _ = selectors.newest(rooms.of_order(courier_zhao.user, carried.no))
    assert [(line.name, line.mine) for line in to_lin if line.message.text == "here"] == [
        ("Courier 赵", False)
    ]
    assert [(line.name, line.mine) for line in to_zhao if line.message.text == "coming"] == [
        ("Student 林", False)
    ]


def test_a_courier_who_gives_the_job_back_sees_nothing_later(
    carried, student_lin, courier_zhao, courier_qian, write, seen, simulated_clock
):
    write(student_lin, carried, "before")
    simulated_clock.advance(seconds=5)
    delivery.give_back(leg=carried.legs.get(), actor=courier_zhao.user, reason="no_time")
    simulated_clock.advance(seconds=5)
    write(student_lin, carried, "after")
    dispatch.grab(leg=carried.legs.latest("pk"), courier=courier_qian)
    simulated_clock.advance(seconds=5)
    write(courier_qian, carried, "hello from Qian")

    assert seen(courier_zhao, carried) == ["before"]
    assert seen(courier_qian, carried) == ["after", "hello from Qian"]
    assert seen(student_lin, carried) == ["before", "after", "hello from Qian"]
    with pytest.raises(WrongState, match="over"):
        write(courier_zhao, carried, "wait")


def test_a_line_that_got_through_before_giving_back_is_answered_again(carried, courier_zhao):
    client, key = name(), f"order-{carried.no}"
    sent = services.send_message(actor=courier_zhao.user, key=key, client=client, text="sorry")
    delivery.give_back(leg=carried.legs.get(), actor=courier_zhao.user, reason="no_time")
    assert services.send_message(actor=courier_zhao.user, key=key, client=client, text="sorry") == sent


def test_what_happens_is_said_in_a_chat_that_exists(carried, student_lin, courier_zhao, write):
    write(student_lin, carried)
    leg = delivery.arrive_at_pickup(leg=carried.legs.get(), actor=courier_zhao.user)
    delivery.pick_up(leg=leg, actor=courier_zhao.user)
    texts = [line.text for line in selectors.newest(rooms.of_order(student_lin, carried.no))[0]]
    assert texts == ["hello", "The courier has picked it up"]


def test_no_chat_is_made_by_what_happens(carried):
    assert not Thread.objects.exists()


def test_it_is_read_only_when_nothing_can_be_reported_any_more(
    carried, deliver, student_lin, courier_zhao, write, simulated_clock
):
    done = deliver(carried)
    simulated_clock.advance(days=6, hours=23)
    write(student_lin, done, "one more thing")
    simulated_clock.advance(hours=2)
    for person in (student_lin, courier_zhao):
        with pytest.raises(WrongState, match="you can read it"):
            write(person, done, "too late")
        assert rooms.of_order(getattr(person, "user", person), done.no).messages().exists()


def test_an_open_ticket_keeps_it_open(carried, deliver, student_lin, write, simulated_clock, photo):
    done = deliver(carried)
    tickets.report(
        order=done,
        type="goods_damaged",
        source="customer",
        actor=student_lin,
        description="broken",
        photos=[photo()],
    )
    simulated_clock.advance(days=30)
    assert write(student_lin, done, "any news?").text == "any news?"


def test_reading_marks_the_other_sides_lines(carried, student_lin, courier_zhao, write):
    line = write(courier_zhao, carried, "here")
    room = rooms.of_order(student_lin, carried.no)
    assert room.unread() == 1
    assert rooms.of_order(courier_zhao.user, carried.no).read_by_others() == 0
    services.mark_read(room=room, seq=line.seq)
    assert rooms.of_order(student_lin, carried.no).unread() == 0
    assert rooms.of_order(courier_zhao.user, carried.no).read_by_others() == line.seq


def test_nobody_reads_further_than_what_was_said(carried, student_lin, courier_zhao, write):
    write(courier_zhao, carried, "here")
    services.mark_read(room=rooms.of_order(student_lin, carried.no), seq=99_999)
    write(courier_zhao, carried, "still here")
    assert rooms.of_order(student_lin, carried.no).unread() == 1


def test_one_notice_for_all_that_is_unread(carried, student_lin, courier_zhao, write):
    first = write(courier_zhao, carried, "I am downstairs")
    write(courier_zhao, carried, "hello?")
    notices = Notice.objects.filter(user=student_lin, kind="chat")
    assert [(one.title, one.body) for one in notices] == [
        ("Courier 赵 has written to you", "I am downstairs")
    ]
    services.mark_read(room=rooms.of_order(student_lin, carried.no), seq=first.seq + 1)
    assert not notices.filter(read_at=None).exists()
    write(courier_zhao, carried, "third")
    assert notices.all().count() == 2
    assert not Notice.objects.filter(user=courier_zhao.user, kind="chat").exists()


@pytest.fixture
def frames(monkeypatch):
    """What goes over the wire, as (group, text)."""
    sent = []
    monkeypatch.setattr(publish, "_send", sent.extend)
    return sent


def test_a_frame_rings_those_who_sit_there_and_says_nothing(
    carried, student_lin, courier_zhao, write, frames
):
    write(student_lin, carried, "my secret")
    groups = {group for group, text in frames if '"t":"chat"' in text}
    assert groups == {
        f"user.{student_lin.pk}",
        f"user.{courier_zhao.user.pk}",
        f"console.{carried.campus_id}",
    }
    assert not [text for _, text in frames if "secret" in text]


def test_typing_reaches_the_other_side_only(carried, student_lin, courier_zhao, write, frames):
    write(student_lin, carried)
    frames.clear()
    services.typing(room=rooms.of_order(student_lin, carried.no))
    groups = {group for group, text in frames if '"t":"typing"' in text}
    assert f"user.{courier_zhao.user.pk}" in groups
    assert f"user.{student_lin.pk}" not in groups


def test_a_courier_who_left_is_not_rung(carried, student_lin, courier_zhao, write, frames):
    write(student_lin, carried)
    delivery.give_back(leg=carried.legs.get(), actor=courier_zhao.user, reason="no_time")
    frames.clear()
    write(student_lin, carried, "anybody?")
    assert f"user.{courier_zhao.user.pk}" not in {group for group, text in frames if '"t":"chat"' in text}
