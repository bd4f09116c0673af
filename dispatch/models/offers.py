"""Jobs offered to one courier for half a minute, and how a campus hands its jobs out."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from core.hours.fields import HoursField
from core.ids import new_no
from couriers.models.couriers import Courier
from delivery.models.legs import Leg
from orders.models import Kind


class Offer(models.Model):
    """One leg or a bundle, offered to one courier. Refusing costs nothing."""

    class Status(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("not answered")
        WITHDRAWN = "withdrawn", _("withdrawn")

    no = models.CharField(_("number"), max_length=16, unique=True, default=new_no)
    campus = models.ForeignKey("campus.Campus", models.PROTECT, related_name="+", verbose_name=_("campus"))
    courier = models.ForeignKey(
        Courier, models.PROTECT, related_name="offers", verbose_name=_("courier"), db_index=False
    )
    legs = models.ManyToManyField(Leg, related_name="offers", verbose_name=_("legs"))
    status = StatusField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    pay_fen = models.PositiveIntegerField(_("pay (fen)"))
    # Why this courier: see dispatch.services.rounds.explain for what is in it.
    explanation = models.JSONField(_("explanation"), default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    offered_at = models.DateTimeField(_("offered"), default=clock.now)
    expires_at = models.DateTimeField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "accepted", "refused", "expired", "withdrawn"]),
                name="offer_status",
            ),
            models.UniqueConstraint(fields=["courier"], condition=Q(status="open"), name="one_open_offer"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="offer_due", condition=Q(status="open")),
            models.Index(fields=["courier", "-id"], name="offer_of_courier"),
        ]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")

    def __str__(self) -> str:
        return self.no

    @transition(
        status, source=[Status.OPEN], target=Status.ACCEPTED,
        custom={"label": _("Accept"), "roles": ["courier"]},
    )  # fmt: skip
    def accept(self) -> None:
        self.answered_at = clock.now()

    @transition(
        status, source=[Status.OPEN], target=Status.REFUSED,
        custom={"label": _("Refuse"), "roles": ["courier"]},
    )  # fmt: skip
    def refuse(self) -> None:
        self.answered_at = clock.now()

    @transition(
        status, source=[Status.OPEN], target=Status.EXPIRED,
        custom={"label": _("not answered"), "roles": ["system"]},
    )  # fmt: skip
    def expire(self) -> None:
        """Nobody said anything."""

    @transition(
        status, source=[Status.OPEN], target=Status.WITHDRAWN,
        custom={"label": _("Withdraw"), "roles": ["system", "dispatcher"]},
    )  # fmt: skip
    def withdraw(self) -> None:
        """A job in it was cancelled, or given away by hand."""


class OfferPause(models.Model):
    """Three offers in a row were ignored: no more of them until the courier asks for some."""

    courier = models.OneToOneField(
        Courier, models.CASCADE, related_name="offer_pause", verbose_name=_("courier")
    )
    since = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("pause of offers")
        verbose_name_plural = _("pauses of offers")

    def __str__(self) -> str:
        return f"{self.courier}"


class DispatchRule(models.Model):
    """Which dispatch channels are on: on a campus, for a kind, at some hours. The most particular rule counts."""

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="dispatch_rules", verbose_name=_("campus")
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, blank=True, help_text=_("Empty: every kind")
    )
    hours = HoursField(_("when"), default="1234567 00:00-24:00")
    hall = models.BooleanField(_("hall"), default=True)
    # Whoever takes what is near from a hall that shows all undoes the plan: `script/bench dispatch`, "both" and "rest".
    hall_rest = models.BooleanField(
        _("hall: only the rest"),
        default=False,
        help_text=_(
            "Where jobs are offered too: the hall shows only what the plan does not bring on time. Without a plan for"
            " two minutes it shows everything."
        ),
    )
    offers = models.BooleanField(_("offers"), default=False)
    scan = models.BooleanField(_("scan to take"), default=True)
    favourites = models.BooleanField(
        _("favourites first"),
        default=True,
        help_text=_(
            "A new job is offered to a courier whom the customer has named, before the others see it."
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campus", "kind", "hours"], name="dispatch_rule_once"),
        ]
        ordering = ["campus", "kind", "hours"]
        verbose_name = _("dispatch rule")
        verbose_name_plural = _("dispatch rules")

    def __str__(self) -> str:
        return f"{self.get_kind_display() or '*'} {self.hours.short}"

    def clean(self) -> None:
        if self.hall_rest and not (self.hall and self.offers):
            raise ValidationError({"hall_rest": _("Only where hall and offers are both on.")})


class Planning(models.Model):
    """What a campus's plans aim at, and how its last round went. Weights are in seconds of one customer's waiting."""

    campus = models.OneToOneField(
        "campus.Campus", models.CASCADE, related_name="planning", verbose_name=_("campus")
    )
    seconds = models.FloatField(
        _("time for a plan (s)"), default=0.5, validators=[MinValueValidator(0.05), MaxValueValidator(5)]
    )
    late = models.FloatField(_("each second late"), default=1.0, validators=[MinValueValidator(0)])
    broken = models.FloatField(_("each broken promise"), default=300.0, validators=[MinValueValidator(0)])
    travel = models.FloatField(
        _("each second that a courier rides"), default=0.2, validators=[MinValueValidator(0)]
    )
    share = models.FloatField(
        _("each fen beyond a courier's share"), default=0.0, validators=[MinValueValidator(0)],
        help_text=_("Fairness of earnings: above zero, jobs go rather to those who have earned less today."),
    )  # fmt: skip
    planned_at = models.DateTimeField(_("last round"), null=True, editable=False)
    figures = models.JSONField(_("figures of the last round"), default=dict, editable=False)
    # Ids of the open legs that the last round's plan does not bring on time.
    rest = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("planning")
        verbose_name_plural = _("planning")

    def __str__(self) -> str:
        return f"{self.campus}"
