"""People ask customer service; operators answer, hand over, end it."""

from datetime import timedelta

import pytest
from django.http import Http404

from accounts.models import StaffRole
from campus.models import Campus
from chat import hours, rooms, selectors, services
from chat.models import Conversation, Message
from core.errors import NotAllowed, WrongState
from core.realtime import publish
from notifications.models import Notice
from tests import factories
from tests.chat.conftest import name


@pytest.fixture
def colleague(campus):
    user = factories.UserFactory(name="何客服", campus=campus, is_staff=True)
    factories.StaffRoleFactory(user=user, campus=campus, role=StaffRole.Role.SUPPORT)
    return user


def answer(operator, talk, text="Let me look", **more) -> Message:
    return services.answer(actor=operator, thread=talk.thread, client=name(), text=text, **more)


def said(user) -> list[str]:
    return [line.text for line in selectors.newest(rooms.with_service(user))[0]]


def test_the_first_line_opens_a_conversation_that_waits(student_lin, ask, simulated_clock):
    ask(student_lin, "Where is it?")
    talk = Conversation.objects.get()
    assert (talk.person, talk.status, talk.operator) == (student_lin, "waiting", None)
    assert said(student_lin)[0] == "Where is it?"
    assert "You are in the queue" in said(student_lin)[1]


def test_more_lines_go_into_the_same_one(student_lin, ask, simulated_clock):
    ask(student_lin, "one")
    ask(student_lin, "two")
    assert Conversation.objects.count() == 1


def test_sent_again_it_is_the_same_line_and_conversation(student_lin, operator_wang, simulated_clock):
    client = name()
    services.contact_support(actor=student_lin, client=client, text="hello")
    services.close(actor=operator_wang, conversation=Conversation.objects.get())
    services.contact_support(actor=student_lin, client=client, text="hello")  # the answer was lost on the way
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(text="hello").count() == 1


def test_who_answers_takes_it_and_the_wait_is_measured(student_lin, operator_wang, ask, simulated_clock):
    ask(student_lin)
    simulated_clock.advance(seconds=90)
    answer(operator_wang, Conversation.objects.get())
    talk = Conversation.objects.get()
    assert (talk.status, talk.operator, talk.first_wait_s, talk.asked_at) == (
        "taken",
        operator_wang,
        90,
        None,
    )
    simulated_clock.advance(seconds=30)
    ask(student_lin, "and?")
    talk.refresh_from_db()
    assert talk.asked_at is not None
    assert talk.first_wait_s == 90


def test_parties_see_customer_service_and_operators_see_names(
    student_lin, operator_wang, ask, simulated_clock
):
    ask(student_lin)
    answer(operator_wang, Conversation.objects.get(), "hello")
    names = {line.name for line in selectors.newest(rooms.with_service(student_lin))[0] if not line.mine}
    assert names == {"Customer service", "System"}
    room = rooms.at_desk(operator_wang, Conversation.objects.get().thread.no)
    assert "林晓" in {line.name for line in selectors.newest(room)[0]}


def test_notes_are_for_colleagues_only(student_lin, operator_wang, ask, simulated_clock):
    ask(student_lin)
    talk = Conversation.objects.get()
    answer(operator_wang, talk, "a bit rude", internal=True)
    assert "a bit rude" not in said(student_lin)
    talk.refresh_from_db()
    assert talk.status == "waiting"
    assert not Notice.objects.filter(user=student_lin, kind="chat").exists()
    room = rooms.at_desk(operator_wang, talk.thread.no)
    assert "a bit rude" in [line.text for line in selectors.newest(room)[0]]


@pytest.mark.parametrize("who", ["finance_li", "student_mei", "courier_zhao"])
def test_others_do_not_answer(request, who, student_lin, ask, simulated_clock):
    ask(student_lin)
    talk, other = Conversation.objects.get(), request.getfixturevalue(who)
    other = getattr(other, "user", other)
    with pytest.raises(NotAllowed):
        answer(other, talk)
    for act in (services.take, services.close):
        with pytest.raises(NotAllowed):
            act(actor=other, conversation=talk)
    with pytest.raises(Http404):
        rooms.at_desk(other, talk.thread.no)
    with pytest.raises(Http404):
        rooms.find(other, talk.thread.no)


def test_operators_of_another_campus_do_not_answer(student_lin, ask, other_campus, simulated_clock):
    ask(student_lin)
    stranger = factories.UserFactory(is_staff=True)
    factories.StaffRoleFactory(user=stranger, campus=other_campus, role=StaffRole.Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        answer(stranger, Conversation.objects.get())


def test_handed_over_with_a_word(student_lin, operator_wang, colleague, ask, simulated_clock):
    ask(student_lin)
    talk = Conversation.objects.get()
    answer(operator_wang, talk)
    services.hand_over(actor=operator_wang, conversation=talk, to=colleague, note="wants a refund")
    talk.refresh_from_db()
    assert talk.operator == colleague
    assert not [text for text in said(student_lin) if "refund" in text]
    told = Notice.objects.get(user=colleague)
    assert "王客服" in told.title
    assert told.body == "wants a refund"
    assert talk.thread.no in told.link


def test_put_back_it_waits_again(student_lin, operator_wang, ask, simulated_clock):
    ask(student_lin)
    talk = Conversation.objects.get()
    services.take(actor=operator_wang, conversation=talk)
    services.put_back(actor=operator_wang, conversation=talk)
    talk.refresh_from_db()
    assert (talk.status, talk.operator) == ("waiting", None)
    with pytest.raises(WrongState):
        services.put_back(actor=operator_wang, conversation=talk)


def test_ended_it_can_be_read_and_writing_starts_a_new_one(student_lin, operator_wang, ask, simulated_clock):
    ask(student_lin, "first")
    talk = Conversation.objects.get()
    services.close(actor=operator_wang, conversation=talk)
    with pytest.raises(WrongState):
        services.close(actor=operator_wang, conversation=talk)
    with pytest.raises(WrongState):
        answer(operator_wang, talk)
    old = rooms.find(student_lin, talk.thread.no)
    assert not old.writes
    assert old.messages().filter(text="first").exists()
    ask(student_lin, "second")
    assert Conversation.objects.count() == 2
    assert said(student_lin)[0] == "second"


def test_what_it_is_about_must_be_ones_own(carried, student_lin, student_mei, ask):
    ask(student_mei, "hello", about=f"order:{carried.no}")
    assert rooms.with_service(student_mei).subject is None
    ask(student_lin, "hello", about=f"order:{carried.no}")
    assert rooms.with_service(student_lin).subject.ref == carried.no


@pytest.mark.parametrize("about", ["order:", "order:NOPE", "x:y", ":", "ticket:NOPE", "order"])
def test_nonsense_is_about_nothing(student_lin, ask, about, simulated_clock):
    ask(student_lin, "hello", about=about)
    assert rooms.with_service(student_lin).subject is None


def test_changing_what_it_is_about_is_said(place, student_lin, ask):
    one, two = place(), place()
    ask(student_lin, "hello", about=f"order:{one.no}")
    ask(student_lin, "no, the other", about=f"order:{two.no}")
    assert f"This is now about order {two.no}" in said(student_lin)
    assert rooms.with_service(student_lin).subject.ref == two.no


@pytest.fixture
def frames(monkeypatch):
    sent = []
    monkeypatch.setattr(publish, "_send", sent.extend)
    return sent


def test_a_new_conversation_rings_at_the_campuss_desks(student_lin, campus, ask, frames, simulated_clock):
    ask(student_lin, "secret")
    assert [group for group, text in frames if '"t":"desk"' in text and '"new":true' in text] == [
        f"console.{campus.pk}"
    ]
    assert not [text for _, text in frames if "secret" in text]


# -- Hours and waiting -------------------------------------------------------------------------------------


@pytest.fixture
def day_shift(campus):
    """Monday to Friday, 8 to 22."""
    Campus.objects.filter(pk=campus.pk).update(service_hours="12345 08:00-22:00")


def test_without_hours_it_is_always_open(campus, simulated_clock):
    assert hours.closed_until(campus.pk, simulated_clock()) is None


@pytest.mark.parametrize(
    ("hours_on", "opens_in"),
    [(0, None), (11.9, None), (12, 10), (21.9, 0.1), (22, None), (85, 57)],
    ids=["10:00", "21:54", "22:00", "07:54", "08:00", "friday night"],
)
def test_when_it_opens(campus, day_shift, simulated_clock, hours_on, opens_in):
    now = simulated_clock.advance(hours=hours_on)  # from Tuesday 10:00
    opens = hours.closed_until(campus.pk, now)
    assert (opens and opens - now) == (timedelta(hours=opens_in) if opens_in else None)


def test_after_hours_the_person_reads_when_an_answer_comes(student_lin, ask, day_shift, simulated_clock):
    simulated_clock.advance(hours=13)
    ask(student_lin)
    assert "closed now" in said(student_lin)[1]
    assert "08:00" in said(student_lin)[1]


def make_waits(campus, simulated_clock, *seconds):
    for wait in seconds:
        user = factories.UserFactory(campus=campus)
        services.contact_support(actor=user, client=name(), text="hello")
        Conversation.objects.filter(person=user).update(first_wait_s=wait)


def test_the_usual_wait_is_the_median_in_minutes(campus, simulated_clock):
    make_waits(campus, simulated_clock, 30, 100)
    assert hours.usual_wait(campus.pk, simulated_clock()) is None  # too few to say
    make_waits(campus, simulated_clock, 4000)
    assert hours.usual_wait(campus.pk, simulated_clock()) == 2
    simulated_clock.advance(days=8)
    assert hours.usual_wait(campus.pk, simulated_clock()) is None


def test_who_is_ahead(campus, student_lin, operator_wang, ask, simulated_clock):
    make_waits(campus, simulated_clock, 10, 20)
    simulated_clock.advance(seconds=1)
    ask(student_lin)
    mine = Conversation.objects.get(person=student_lin)
    assert hours.ahead_of(mine) == 2
    services.take(actor=operator_wang, conversation=Conversation.objects.order_by("pk").first())
    assert hours.ahead_of(mine) == 1
