"""Couriers: who they are, how far they have come from application to work, and where they were last."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import Gender
from campus.models import Vehicle
from core import clock
from core.fsm import StatusField
from couriers.workload import workload

# Below this score a courier is not entrusted with what is dear (see dispatch.admission).
LOW_CREDIT = 60
# Phones lock and stop the GPS: silence is normal for a while.
POSITION_KEEPS = timedelta(minutes=30)


class Courier(models.Model):
    """A person who carries. Only an active one may work; `on_duty` is their own switch.

    applied → vetted → training → active, then suspended and back, or left; who was refused or has left may apply again.
    """

    class Status(models.TextChoices):
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("not accepted")
        VETTED = "vetted", _("vetted")
        TRAINING = "training", _("in training")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        LEFT = "left", _("left")

    # `may_work` for queries.
    MAY_WORK = Q(status=Status.ACTIVE, user__is_active=True)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="courier", verbose_name=_("person")
    )
    campus = models.ForeignKey(
        "campus.Campus", models.PROTECT, related_name="couriers", verbose_name=_("campus")
    )
    status = StatusField(_("status"), max_length=12, choices=Status.choices, default=Status.APPLIED)
    gender = models.CharField(
        _("gender"), max_length=8, choices=[c for c in Gender.choices if c[0] != Gender.UNKNOWN]
    )
    vehicle = models.CharField(_("vehicle"), max_length=8, choices=Vehicle.choices, default=Vehicle.FOOT)
    capacity = models.PositiveSmallIntegerField(_("orders at once"), default=3)
    zones = models.ManyToManyField(
        "campus.Zone", blank=True, related_name="+", verbose_name=_("delivers to"),
        help_text=_("None chosen: everywhere."),
    )  # fmt: skip
    on_duty = models.BooleanField(_("on duty"), default=False)
    duty_since = models.DateTimeField(null=True, editable=False)
    # Twelve hours of duty in a day are enough: no new jobs until then.
    rest_until = models.DateTimeField(_("rests until"), null=True, editable=False)
    rest_advised_at = models.DateTimeField(null=True, editable=False)
    credit = models.SmallIntegerField(_("credit score"), default=100)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    lat = models.FloatField(null=True, editable=False)
    lon = models.FloatField(null=True, editable=False)
    # Within so many metres, says the phone (68 %); null: it does not know.
    accuracy_m = models.PositiveSmallIntegerField(null=True, editable=False)
    located_at = models.DateTimeField(_("last position"), null=True, editable=False)
    suspended_for = models.CharField(
        _("reason of the suspension"), max_length=200, blank=True, editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["applied", "refused", "vetted", "training", "active", "suspended", "left"]
                ),
                name="courier_status",
            ),
            models.CheckConstraint(condition=Q(gender__in=["male", "female"]), name="courier_gender"),
        ]
        indexes = [models.Index(fields=["campus"], name="courier_on_duty", condition=Q(on_duty=True))]
        verbose_name = _("courier")
        verbose_name_plural = _("couriers")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def rating(self) -> float | None:
        return self.rating_sum / self.rating_count if self.rating_count else None

    @property
    def position(self) -> tuple[float, float] | None:
        """(lat, lon) as last heard; None when that is so long ago that nobody should plan with it."""
        if self.lat is None or self.located_at is None or clock.now() - self.located_at > POSITION_KEEPS:
            return None
        return self.lat, self.lon

    @property
    def is_carrying(self) -> bool:
        """Whether a leg is in their hands now. One query."""
        return self.pk in workload().carrying([self.pk])

    @property
    def may_work(self) -> bool:
        """Active, and not banned from the platform. No query when `user` is there."""
        return self.status == self.Status.ACTIVE and self.user.is_active

    @property
    def is_trusted(self) -> bool:
        """Their credit band. A new courier starts in the upper one."""
        return self.credit >= LOW_CREDIT

    @transition(
        status,
        source=[Status.REFUSED, Status.LEFT],
        target=Status.APPLIED,
        custom={"label": _("Apply again"), "roles": ["applicant"]},
    )
    def apply_again(self) -> None:
        """With new documents."""

    @transition(
        status,
        source=[Status.APPLIED],
        target=Status.VETTED,
        custom={"label": _("Admit"), "roles": ["operator"]},
    )
    def vet(self) -> None:
        """Their documents were seen."""

    @transition(
        status,
        source=[Status.APPLIED],
        target=Status.REFUSED,
        custom={"label": _("Refuse"), "roles": ["operator"]},
    )
    def refuse(self) -> None:
        """Their documents were seen, and that was that."""

    @transition(
        status,
        source=[Status.VETTED],
        target=Status.TRAINING,
        custom={"label": _("Begin the training"), "roles": ["courier"]},
    )
    def begin_training(self) -> None:
        """The lessons are open before them."""

    @transition(
        status,
        source=[Status.TRAINING],
        target=Status.ACTIVE,
        custom={"label": _("Activate"), "roles": ["system"]},
    )
    def activate(self) -> None:
        """Vetted and trained."""

    @transition(
        status,
        source=[Status.ACTIVE],
        target=Status.SUSPENDED,
        custom={"label": _("Suspend"), "roles": ["operator"]},
    )
    def suspend(self, reason: str = "") -> None:
        self._go_off_duty()
        self.suspended_for = reason[:200]

    @transition(
        status,
        source=[Status.SUSPENDED],
        target=Status.ACTIVE,
        custom={"label": _("Let in again"), "roles": ["operator"]},
    )
    def reinstate(self) -> None:
        self.suspended_for = ""

    @transition(
        status,
        source=[Status.APPLIED, Status.VETTED, Status.TRAINING, Status.ACTIVE],
        target=Status.LEFT,
        custom={"label": _("Leave the couriers"), "roles": ["courier"]},
    )
    def leave(self) -> None:
        self._go_off_duty()

    def _go_off_duty(self) -> None:
        self.on_duty, self.duty_since = False, None
