"""What couriers must know: courses in versions, with lessons and a quiz, and how each courier did."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.versioning import VersionedRule, VersionStatus, version_constraints
from couriers.models.couriers import Courier
from orders.models import Kind


class Course(VersionedRule):
    """One version of what a campus teaches. A draft is edited; the live one is learnt and never changes again.

    The course without a kind is for everybody; one with a kind opens that kind of job. A new version becomes live in
    place of the old one. Who was a courier before has the days of grace to do it; then the hall closes for them.
    """

    VERSIONS_OF = ("campus", "kind")
    Status = VersionStatus

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="courses", verbose_name=_("campus")
    )
    kind = models.CharField(
        _("for the kind of job"), max_length=12, choices=Kind.choices, blank=True,
        help_text=_("Empty: for every courier."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=80)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    wait_minutes = models.PositiveSmallIntegerField(_("minutes before another try"), default=10)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=7, help_text=_("For who is a courier already when this version becomes live.")
    )  # fmt: skip

    class Meta:
        ordering = ["campus", "kind", "-version"]
        constraints = version_constraints("course", "campus", "kind")
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @property
    def grace_until(self) -> datetime | None:
        """Until when those who were couriers before may work without having passed it."""
        return self.live_at + timedelta(days=self.grace_days) if self.live_at else None

    def is_missed_by(self, courier: Courier, now: datetime) -> bool:
        """Whether a courier who has not passed this live course may not work any more."""
        return courier.created_at >= self.live_at or now >= self.grace_until


class Lesson(models.Model):
    """A page to read: a paragraph a line."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=4000, help_text=_("A paragraph a line."))

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A question of the quiz with two to four answers, of which one is right."""

    class Answer(models.TextChoices):
        A = "a", "A"
        B = "b", "B"
        C = "c", "C"
        D = "d", "D"

    course = models.ForeignKey(Course, models.CASCADE, related_name="questions", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text = models.CharField(_("question"), max_length=200)
    a = models.CharField("A", max_length=120)
    b = models.CharField("B", max_length=120)
    c = models.CharField("C", max_length=120, blank=True)
    d = models.CharField("D", max_length=120, blank=True)
    right = models.CharField(_("right answer"), max_length=1, choices=Answer.choices)
    why = models.CharField(
        _("why"), max_length=200, blank=True, help_text=_("Shown to who has answered wrongly.")
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(right__in=["a", "b", "c", "d"]), name="question_right"),
            models.CheckConstraint(
                condition=~Q(right="c", c="") & ~Q(right="d", d=""), name="question_right_exists"
            ),
        ]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.right in self.Answer.values and not getattr(self, self.right):
            raise ValidationError(
                {"right": _("There is no answer %(letter)s.") % {"letter": self.right.upper()}}
            )

    @property
    def answers(self) -> list[tuple[str, str]]:
        """[("a", text)…]: those that there are."""
        return [(name, text) for name in self.Answer.values if (text := getattr(self, name))]


class Attempt(models.Model):
    """One try of a courier at the quiz of a course."""

    courier = models.ForeignKey(Courier, models.CASCADE, related_name="attempts", verbose_name=_("courier"))
    course = models.ForeignKey(Course, models.CASCADE, related_name="attempts", verbose_name=_("course"))
    at = models.DateTimeField(_("when"), default=clock.now)
    right = models.PositiveSmallIntegerField(_("right answers"))
    asked = models.PositiveSmallIntegerField(_("questions"))
    passed = models.BooleanField(_("passed"))
    wrong = models.JSONField(default=list)  # ids of the questions that were answered wrongly

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["courier", "course"], name="attempt_passed", condition=Q(passed=True))
        ]
        verbose_name = _("try at a quiz")
        verbose_name_plural = _("tries at quizzes")

    def __str__(self) -> str:
        return f"{self.courier} {self.right}/{self.asked}"
