"""Courses in versions, and the quiz that a courier has to pass."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor, User
from core import clock, outbox
from core.db import for_update
from core.errors import Invalid, NotAllowed, WrongState
from core.versioning import draft_version, publish_version
from couriers.events import CourierActivated, CoursePublished
from couriers.models import Attempt, Courier, Course, Lesson, Question


@transaction.atomic
def begin_training(*, courier: Courier, actor: Actor) -> Courier:
    """The lessons are open. Where the campus teaches nothing yet, the courier is active at once."""
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    if courier.status == Courier.Status.TRAINING:
        return courier
    if not can_proceed(courier.begin_training):
        raise WrongState
    courier.begin_training()
    courier.save(update_fields=["status"])
    if not Course.objects.filter(campus=courier.campus_id, kind="", status=Course.Status.LIVE).exists():
        _activate(courier, actor)
    return courier


@transaction.atomic
def answer_quiz(*, courier: Courier, course: Course, answers: dict[int, str], actor: Actor) -> Attempt:
    """Judge the answers {question id: "a"…"d"} to a live course. Passing the general one makes a trainee active.

    After a failed try the next one waits, so that nobody guesses their way through.
    """
    courier = for_update(Courier.objects.filter(pk=courier.pk)).get()
    if courier.status not in (Courier.Status.TRAINING, Courier.Status.ACTIVE):
        raise NotAllowed
    course = Course.objects.get(pk=course.pk)
    if course.status != Course.Status.LIVE or course.campus_id != courier.campus_id:
        raise WrongState(_("There is a newer version of these lessons. Please read that one."))
    passed = courier.attempts.filter(course=course, passed=True).first()
    if passed is not None:
        return passed
    if (until := next_try_at(courier, course)) and clock.now() < until:
        raise WrongState(_("Read the lessons once more; the next try is possible in a few minutes."))
    questions = list(course.questions.all())
    if set(answers) != {question.pk for question in questions}:
        raise Invalid(_("Please answer every question."))
    wrong = [question.pk for question in questions if answers[question.pk] != question.right]
    right = len(questions) - len(wrong)
    attempt = Attempt.objects.create(
        courier=courier, course=course, at=clock.now(), right=right, asked=len(questions), wrong=wrong,
        passed=100 * right >= course.pass_percent * len(questions),
    )  # fmt: skip
    if attempt.passed and not course.kind and courier.status == Courier.Status.TRAINING:
        _activate(courier, actor)
    return attempt


def next_try_at(courier: Courier, course: Course):
    """When the quiz may be tried again (a datetime, perhaps past); None before the first try and once it is passed."""
    last = courier.attempts.filter(course=course).first()
    return last.at + timedelta(minutes=course.wait_minutes) if last and not last.passed else None


def _activate(courier: Courier, actor: User) -> None:
    courier.activate()
    courier.save(update_fields=["status"])
    outbox.emit(CourierActivated(courier=courier.pk, by=actor.pk))


# -- Editing -------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_course(*, course: Course) -> Course:
    """A new version to edit, with the lessons and questions of `course`. The same draft when there is one already."""
    draft, is_new = draft_version(course)
    if is_new:
        lessons, questions = list(course.lessons.all()), list(course.questions.all())
        for part in [*lessons, *questions]:
            part.pk, part.course, part._state.adding = None, draft, True
        Lesson.objects.bulk_create(lessons)
        Question.objects.bulk_create(questions)
    return draft


@transaction.atomic
def publish_course(*, course: Course, actor: Actor) -> Course:
    """Make a draft live in place of the version before. Couriers are told, and have the days of grace to do it."""
    course = for_update(Course.objects.filter(pk=course.pk)).get()
    if not can_proceed(course.go_live):
        raise WrongState
    if not course.lessons.exists() or not course.questions.exists():
        raise Invalid(_("It needs at least one lesson and one question."))
    course = publish_version(course, actor=actor)
    outbox.emit(CoursePublished(course=course.pk, by=actor.pk if actor else None))
    return course
