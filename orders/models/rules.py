"""How a campus prices errands and how long each stage may take."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.versioning import VersionedRule, version_constraints
from orders.models.kinds import Kind, Stage


class PriceRule(VersionedRule):
    """How one kind of errand is priced on one campus. A change makes a new version; orders keep theirs."""

    VERSIONS_OF = ("campus", "kind")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="price_rules", verbose_name=_("campus")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    base_fen = models.PositiveIntegerField(_("base fee"), default=300)
    included_m = models.PositiveIntegerField(_("metres included"), default=500)
    per_100m_fen = models.PositiveIntegerField(_("each further 100 m"), default=30)
    included_kg = models.PositiveIntegerField(_("kilograms included"), default=3)
    per_kg_fen = models.PositiveIntegerField(_("each further kilogram"), default=50)
    size_m_fen = models.PositiveIntegerField(_("medium parcel"), default=100)
    size_l_fen = models.PositiveIntegerField(_("large parcel"), default=300)
    per_floor_fen = models.PositiveIntegerField(_("each floor without a lift"), default=50)
    per_piece_fen = models.PositiveIntegerField(_("each further piece"), default=100)
    per_15min_fen = models.PositiveIntegerField(_("each quarter hour of waiting"), default=250)
    night_fen = models.PositiveIntegerField(_("at night, 22:00 to 7:00"), default=200)
    rain_fen = models.PositiveIntegerField(_("in rain"), default=100)
    storm_fen = models.PositiveIntegerField(_("in a storm"), default=300)
    surge_step_fen = models.PositiveIntegerField(_("each open job per courier above one"), default=50)
    surge_max_fen = models.PositiveIntegerField(_("greatest demand surcharge"), default=300)
    floor_fen = models.PositiveIntegerField(_("lowest fee"), default=500)
    ceiling_fen = models.PositiveIntegerField(_("highest fee"), default=2000)
    courier_percent = models.PositiveSmallIntegerField(
        _("courier's share (%)"), default=80, validators=[MaxValueValidator(100)]
    )
    cancel_free_minutes = models.PositiveSmallIntegerField(
        _("free cancelling after a courier accepted (min)"), default=1
    )
    cancel_percent = models.PositiveSmallIntegerField(
        _("fee for cancelling later (percent of the fee, to the courier)"),
        default=30,
        validators=[MaxValueValidator(100)],
    )
    promise_minutes = models.PositiveSmallIntegerField(
        _("promised minutes besides the way"), default=25, validators=[MinValueValidator(1)]
    )

    class Meta:
        constraints = [
            *version_constraints("price_rule", "campus", "kind"),
            models.CheckConstraint(
                condition=Q(floor_fen__lte=models.F("ceiling_fen")), name="price_floor_le_ceiling"
            ),
        ]
        ordering = ["campus", "kind", "-version"]
        verbose_name = _("price rule")
        verbose_name_plural = _("price rules")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"

    def clean(self) -> None:
        if None not in (self.floor_fen, self.ceiling_fen) and self.floor_fen > self.ceiling_fen:
            raise ValidationError({"ceiling_fen": _("The highest fee is below the lowest one.")})


class StagePolicy(models.Model):
    """How long a stage may take before it is an exception; a rule for a kind beats the one for all kinds."""

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="stage_policies", verbose_name=_("campus")
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, blank=True, help_text=_("Empty: every kind")
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1)])
    # Minutes are multiplied by the campus's peak factor (class changes, meal times) when this is set.
    stretches_at_peak = models.BooleanField(_("longer at peak times"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campus", "kind", "stage"], name="stage_policy_once")]
        ordering = ["campus", "stage", "kind"]
        verbose_name = _("stage policy")
        verbose_name_plural = _("stage policies")

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.minutes} min"


class Demand(models.Model):
    """Open jobs and couriers on duty in a zone, as last measured (at most every five minutes) by dispatch."""

    zone = models.OneToOneField("campus.Zone", models.CASCADE, related_name="demand")
    open_jobs = models.PositiveIntegerField(default=0)
    couriers = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demand")

    def __str__(self) -> str:
        return f"{self.zone}: {self.open_jobs}/{self.couriers}"
