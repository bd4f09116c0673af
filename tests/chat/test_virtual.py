"""The demo's people write too: a courier at the door, an answer to a customer, questions for the support desk."""

from chat.models import CannedAnswer, Conversation
from delivery import services as delivery
from simulation import talk


def virtual(*people) -> None:
    for person in people:
        person.is_virtual = True
        person.save()


def test_a_courier_at_the_door_says_so_once_and_answers(
    carried, student_lin, courier_zhao, write, seen, simulated_clock
):
    virtual(courier_zhao.user)
    leg = carried.legs.get()
    for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        leg = stage(leg=leg, actor=courier_zhao.user)
    talk.arrived(leg)
    talk.arrived(leg)
    write(student_lin, carried, "coming")
    talk.reply(carried.campus, simulated_clock())
    assert seen(student_lin, carried) == ["我到楼下了", "coming"]
    simulated_clock.advance(seconds=10)
    talk.reply(carried.campus, simulated_clock())
    talk.reply(carried.campus, simulated_clock())
    assert seen(student_lin, carried) == ["我到楼下了", "coming", "好的，收到"]


def test_questions_wait_for_a_visitor(carried, student_lin):
    virtual(student_lin)
    talk.set_up_desk(carried.campus)
    talk.set_up_desk(carried.campus)
    talk.leave_questions(carried.campus)
    talk.leave_questions(carried.campus)
    assert CannedAnswer.objects.count() == len(talk.CANNED)
    talks = list(Conversation.objects.all())
    assert [one.status for one in talks] == ["waiting"]
    assert talks[0].topics.get().ref == carried.no
