"""What operators enter above the official calendar: days off, make-up workdays, exams, terms."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campus.models.ground import Campus
from core import clock
from core.names import NameField


class CalendarEntry(models.Model):
    """Some days of a campus. A make-up workday counts above a day off, and both above the official calendar."""

    class Kind(models.TextChoices):
        DAY_OFF = "day_off", _("day off")
        MAKEUP = "makeup", _("make-up workday")
        EXAM = "exam", _("exams")
        TERM = "term", _("term")

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Mon")
        TUESDAY = 2, _("Tue")
        WEDNESDAY = 3, _("Wed")
        THURSDAY = 4, _("Thu")
        FRIDAY = 5, _("Fri")
        SATURDAY = 6, _("Sat")
        SUNDAY = 7, _("Sun")

    campus = models.ForeignKey(
        Campus, on_delete=models.CASCADE, related_name="calendar_entries", verbose_name=_("campus")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = NameField(_("name"), max_length=60)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    stands_for = models.PositiveSmallIntegerField(
        _("is worked as a"),
        choices=Weekday.choices,
        null=True,
        blank=True,
        help_text=_("Only of a make-up workday: whose hours and classes it has. Empty: Monday's."),
    )

    class Meta:
        ordering = ["-first_day", "kind"]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="calendar_entry_order"),
            models.CheckConstraint(
                condition=Q(kind__in=["day_off", "makeup", "exam", "term"]), name="calendar_entry_kind"
            ),
        ]
        indexes = [models.Index(fields=["campus", "last_day"], name="calendar_entry_days")]
        verbose_name = _("calendar entry")
        verbose_name_plural = _("calendar entries")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.first_day and self.last_day:
            if self.last_day < self.first_day:
                raise ValidationError({"last_day": _("It must not end before it begins.")})
            if (self.last_day - self.first_day).days > 366:
                raise ValidationError({"last_day": _("That is more than a year.")})
        if self.stands_for and self.kind != self.Kind.MAKEUP:
            raise ValidationError({"stands_for": _("Only a make-up workday is worked as another day.")})


class CalendarYear(models.Model):
    """A year that the official calendar does not know yet: whether supervisors were told, and that it was entered."""

    campus = models.ForeignKey(
        Campus, on_delete=models.CASCADE, related_name="calendar_years", verbose_name=_("campus")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    notified_at = models.DateTimeField(_("supervisors were told"), null=True)
    confirmed_at = models.DateTimeField(_("entered in full"), null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["campus", "year"]
        constraints = [models.UniqueConstraint(fields=["campus", "year"], name="calendar_year_once")]
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self) -> str:
        return str(self.year)
