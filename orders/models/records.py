"""What belongs to an order: photos, questions about money, and its history."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from orders.models.order import Order


class Photo(models.Model):
    """A picture that belongs to an order: the customer's, a receipt, the goods at the door."""

    class Purpose(models.TextChoices):
        ORDER = "order", _("with the order")
        RECEIPT = "receipt", _("receipt")
        DOOR = "door", _("at the door")
        HANDOVER = "handover", _("at a hand-over")
        PLACE = "place", _("where the courier was")

    order = models.ForeignKey(Order, models.CASCADE, related_name="photos")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    image = models.ImageField(upload_to="orders/%Y/%m/")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return f"{self.order_id} {self.purpose}"


class Draft(models.Model):
    """What somebody has begun to order, as the form's fields."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    fields = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_draft_a_kind")]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class DraftPhoto(models.Model):
    """A clean picture that waits for its order to be placed: a form cannot be given a file back. Not in the cache, which
    may be emptied at any time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ident = models.CharField(max_length=16, unique=True)
    image = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("photo of a draft")
        verbose_name_plural = _("photos of drafts")

    def __str__(self) -> str:
        return self.ident


class OverBudget(models.Model):
    """The courier found the goods dearer than the budget; only the customer's yes in the app lets it be paid."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waiting for the customer")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")

    order = models.ForeignKey(Order, models.CASCADE, related_name="over_budget")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cost_fen = models.PositiveIntegerField()
    extra_fen = models.PositiveIntegerField()
    # Beyond what a customer may simply agree to: they raise the budget.
    raises = models.BooleanField(default=False)
    payment = models.ForeignKey(
        "payments.Payment", models.PROTECT, null=True, related_name="+", db_index=False
    )
    status = StatusField(max_length=8, choices=Status.choices, default=Status.ASKED)
    created_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["asked", "agreed", "declined"]), name="over_budget_status"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="asked"), name="over_budget_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} +{self.extra_fen}"

    @transition(status, source=[Status.ASKED], target=Status.AGREED, custom={"roles": ["customer"]})
    def agree(self) -> None:
        self.answered_at = clock.now()

    @transition(status, source=[Status.ASKED], target=Status.DECLINED, custom={"roles": ["customer"]})
    def decline(self) -> None:
        self.answered_at = clock.now()


class History(models.Model):
    """What happened to an order: one row for every transition of its machines and every notable act."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="history", db_index=False)
    at = models.DateTimeField(default=clock.now)
    machine = models.CharField(max_length=12, default="order")  # order | leg | preparation | money | note
    action = models.CharField(max_length=32)  # the transition's or act's name
    source = models.CharField(max_length=16, blank=True)
    target = models.CharField(max_length=16, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    role = models.CharField(max_length=12, default="system")
    reason = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["order", "at"], name="history_of_order"),
            # What is still to be forgotten: a week of it.
            models.Index(fields=["order"], condition=models.Q(lat__isnull=False), name="history_located"),
        ]
        verbose_name = _("history entry")
        verbose_name_plural = _("history")

    def __str__(self) -> str:
        return f"{self.order_id} {self.action}"
