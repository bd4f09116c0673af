"""How far somebody is on the way to being a courier, and what they have learnt."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import clock
from couriers.models import Courier, Course

Status = Courier.Status


@dataclass(frozen=True)
class CourseState:
    """A live course for one courier. `closed`: what it is for is closed to them until they pass it."""

    course: Course
    passed: bool
    closed: bool
    lessons: int
    questions: int


def courses_of(courier: Courier) -> list[CourseState]:
    """The live courses of the courier's campus, the one for everybody first. Three queries."""
    now = clock.now()
    courses = (
        Course.objects.filter(campus=courier.campus_id, status=Course.Status.LIVE)
        .prefetch_related("lessons", "questions")
        .order_by("kind")
    )
    passed = set(courier.attempts.filter(passed=True).values_list("course_id", flat=True))
    return [
        CourseState(
            course=course,
            passed=course.pk in passed,
            closed=course.pk not in passed and course.is_missed_by(courier, now),
            lessons=len(course.lessons.all()),
            questions=len(course.questions.all()),
        )
        for course in courses
    ]


def has_passed(courier: Courier, course: Course) -> bool:
    return courier.attempts.filter(course=course, passed=True).exists()


def onboarding_steps(courier: Courier | None, *, waiting: bool = False) -> list[dict]:
    """The way to the first job, for components/steps.html."""
    labels = [_("Apply"), _("Checking"), _("Training"), _("First job")]
    status = courier.status if courier else ""
    at = {Status.VETTED: 2, Status.TRAINING: 2, Status.ACTIVE: 3}.get(status, 1 if waiting else 0)
    return [
        {"label": label, "state": "done" if i < at else "now" if i == at else "todo"}
        for i, label in enumerate(labels)
    ]
