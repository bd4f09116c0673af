"""Lessons and a quiz before the first job, and again when a new version is live."""

import pytest
from django.urls import reverse

from core.errors import Invalid, WrongState
from couriers import services
from couriers.models import Attempt, Courier, Course
from dispatch import selectors
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(campus, simulated_clock, supervisor_sun) -> Course:
    """The live course for everybody: two lessons and five questions whose right answer is "b"."""
    return factories.make_course(campus, actor=supervisor_sun)


@pytest.fixture
def trainee(campus, course, simulated_clock) -> Courier:
    simulated_clock.advance(minutes=1)
    return factories.CourierFactory(campus=campus, status="training", on_duty=False)


def answers(course, wrong=0):
    questions = list(course.questions.all())
    return {q.pk: "a" if i < wrong else "b" for i, q in enumerate(questions)}


def hand_in(client, course, wrong=0):
    data = {f"q{pk}": answer for pk, answer in answers(course, wrong).items()}
    return client.post(reverse("couriers:quiz", args=[course.pk]), data, follow=True)


def test_from_vetted_to_the_first_job(client_of, campus, course, simulated_clock):
    simulated_clock.advance(minutes=1)
    courier = factories.CourierFactory(campus=campus, status="vetted", on_duty=False)
    client = client_of(courier)
    assert "Begin the training" in client.get("/c/training/").text
    client.post("/c/training/")
    assert course.title in client.get("/c/training/").text
    assert "Lesson 1" in client.get(reverse("couriers:course", args=[course.pk])).text
    assert "Passed, well done!" in hand_in(client, course, wrong=1).text
    courier.refresh_from_db()
    assert courier.status == "active"
    assert Notice.objects.get(user=courier.user).kind == "courier_activated"
    assert client.get("/c/").status_code == 200


def test_too_many_wrong_answers_are_explained_and_the_next_try_waits(
    client_of, course, trainee, simulated_clock
):
    client = client_of(trainee)
    text = hand_in(client, course, wrong=2).text
    assert "3 of 5 right; 80 % are needed" in text
    assert "Because 1" in text
    assert reverse("couriers:quiz", args=[course.pk]) not in text
    assert hand_in(client, course).status_code in (200, 409)
    assert Courier.objects.get(pk=trainee.pk).status == "training"
    simulated_clock.advance(minutes=10)
    hand_in(client, course)
    assert Courier.objects.get(pk=trainee.pk).status == "active"
    assert list(Attempt.objects.values_list("passed", flat=True)) == [True, False]


def test_an_unanswered_question_is_asked_for(client_of, course, trainee):
    client = client_of(trainee)
    url = reverse("couriers:quiz", args=[course.pk])
    some = {f"q{pk}": answer for pk, answer in list(answers(course).items())[1:]}
    answer = client.post(url, some)
    assert answer.status_code == 422
    assert "Please choose an answer." in answer.text
    for nonsense in ("z", "", "\x00", "b" * 9999):
        assert client.post(url, some | {f"q{min(answers(course))}": nonsense}).status_code in (400, 422)
    assert not Attempt.objects.exists()


def test_the_service_wants_every_answer_and_the_live_version(course, trainee):
    with pytest.raises(Invalid):
        services.answer_quiz(courier=trainee, course=course, answers={}, actor=trainee.user)
    draft = services.draft_course(course=course)
    with pytest.raises(WrongState):
        services.answer_quiz(courier=trainee, course=draft, answers=answers(draft), actor=trainee.user)


def test_where_nothing_is_taught_one_may_begin_at_once(campus):
    courier = factories.CourierFactory(campus=campus, status="vetted", on_duty=False)
    services.begin_training(courier=courier, actor=courier.user)
    courier.refresh_from_db()
    assert courier.status == "active"


def test_a_new_version_gives_days_of_grace_and_then_the_hall_closes(
    client_of, campus, courier_zhao, open_job, course, simulated_clock, supervisor_sun
):
    open_job()
    simulated_clock.advance(days=30)
    draft = services.draft_course(course=course)
    assert (draft.version, draft.questions.count(), draft.lessons.count()) == (2, 5, 2)
    services.publish_course(course=draft, actor=supervisor_sun)
    assert Course.objects.get(pk=course.pk).status == "superseded"
    assert "new lessons" in Notice.objects.filter(user=courier_zhao.user).latest("pk").title
    simulated_clock.advance(days=6)
    services.set_duty(courier=courier_zhao, on=True)
    assert len(selectors.hall(courier_zhao).cards) == 1
    simulated_clock.advance(days=1)
    hall = selectors.hall(courier_zhao)
    assert (hall.closed, hall.cards) == (True, [])
    assert hall.blocked[0].refusal == "There are new lessons. Finish the training first."
    client = client_of(courier_zhao)
    assert "The hall opens again" in client.get("/c/").text
    hand_in(client, Course.objects.get(status="live"))
    assert len(selectors.hall(courier_zhao).cards) == 1


def test_a_course_for_a_kind_closes_that_kind_only(campus, courier_zhao, open_job, places, simulated_clock):
    parcel, haul = open_job(), open_job(kind="haul", weight_kg=20, what="Boxes")
    simulated_clock.advance(seconds=1)
    course = factories.make_course(campus, kind="haul", grace_days=0)
    hall = selectors.hall(courier_zhao)
    assert [card.no for card in hall.cards] == [parcel.no]
    assert [(c.no, c.refusal) for c in hall.blocked] == [
        (haul.no, "Do the training for this kind of job first.")
    ]
    services.answer_quiz(
        courier=courier_zhao, course=course, answers=answers(course), actor=courier_zhao.user
    )
    assert len(selectors.hall(courier_zhao).cards) == 2


def test_an_empty_course_does_not_become_live(campus, supervisor_sun):
    empty = Course.objects.create(campus=campus, title="Nothing")
    with pytest.raises(Invalid):
        services.publish_course(course=empty, actor=supervisor_sun)


def test_supervisors_edit_drafts_and_nothing_that_is_live(client_of, course, supervisor_sun, operator_wang):
    client = client_of(supervisor_sun)
    url = reverse("admin:couriers_course_change", args=[course.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"title": "x"}).status_code == 403
    answer = client.get(reverse("admin:couriers_course_copy", args=[course.pk]))
    draft = Course.objects.get(status="draft")
    assert answer["Location"] == reverse("admin:couriers_course_change", args=[draft.pk])
    again = client.get(reverse("admin:couriers_course_copy", args=[course.pk]))
    assert again["Location"] == answer["Location"]
    live = reverse("admin:couriers_course_go_live", args=[draft.pk])
    assert client_of(operator_wang).post(live, {"_form_submitted": "on"}).status_code == 403
    client.post(live, {"_form_submitted": "on"})
    draft.refresh_from_db()
    assert draft.status == "live"


def test_lessons_of_another_campus_and_drafts_do_not_exist(client_of, trainee, course, other_campus):
    other = factories.make_course(other_campus)
    draft = services.draft_course(course=course)
    client = client_of(trainee)
    for one in (other, draft):
        assert client.get(reverse("couriers:course", args=[one.pk])).status_code == 404
        assert client.get(reverse("couriers:quiz", args=[one.pk])).status_code == 404


def test_the_training_is_for_who_was_vetted(client_of, campus, student_lin, course):
    applicant = factories.CourierFactory(campus=campus, status="applied", on_duty=False)
    for person in (student_lin, applicant):
        assert client_of(person).get("/c/training/").status_code == 403
        assert client_of(person).post("/c/training/").status_code == 403
    applicant.refresh_from_db()
    assert applicant.status == "applied"


def test_queries_do_not_grow_with_courses(client_of, trainee, campus, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(trainee)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get("/c/training/")
        return len(seen)

    cost()
    few = cost()
    for kind in ("haul", "purchase", "queue", "document"):
        factories.make_course(campus, kind=kind)
    assert cost() == few
