"""The list of what may not be ordered, and orders that an operator looks at first."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import Actor
from core import clock
from core.fsm import StatusField
from core.versioning import VersionedRule, version_constraints
from orders.models.order import Order


class ProhibitedRule(VersionedRule):
    """One kind of thing that may not be ordered on a campus, by the words that tell of it."""

    VERSIONS_OF = ("campus", "code")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, related_name="prohibited_rules", verbose_name=_("campus")
    )
    code = models.SlugField(_("code"), max_length=32)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=80)
    clear_words = models.JSONField(_("refused at once"), default=list, blank=True)
    unsure_words = models.JSONField(_("an operator looks first"), default=list, blank=True)
    allowed_words = models.JSONField(_("allowed phrases"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["campus", "code", "-version"]
        constraints = version_constraints("prohibited_rule", "campus", "code")
        verbose_name = _("prohibited goods and errands")
        verbose_name_plural = _("prohibited goods and errands")

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def name(self) -> str:
        """In the active language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Review(models.Model):
    """An order that an operator looks at before any courier sees it (again): by a rule that was not sure, or because a
    courier has said that it is prohibited."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waiting for an operator")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", pgettext_lazy("review", "refused")

    order = models.ForeignKey(
        Order, models.CASCADE, related_name="reviews", verbose_name=_("order"), db_index=False
    )
    rule = models.ForeignKey(
        ProhibitedRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"), db_index=False
    )
    word = models.CharField(_("word that was found"), max_length=40, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("reported by"), db_index=False,
    )  # fmt: skip
    text = models.CharField(_("what the courier says"), max_length=200, blank=True)
    status = StatusField(_("status"), max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    # When nobody has decided by then, it is refused. Null while the order is not paid.
    due_at = models.DateTimeField(_("to be decided by"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("decided by"), db_index=False,
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["asked", "approved", "refused"]), name="review_status"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(status="asked"), name="one_open_review"),
        ]
        indexes = [
            models.Index(fields=["order"], name="review_of_order"),
            models.Index(fields=["due_at"], name="review_due", condition=Q(status="asked")),
        ]
        verbose_name = _("order to look at")
        verbose_name_plural = _("orders to look at")

    def __str__(self) -> str:
        return self.order.no

    @transition(
        status, source=[Status.ASKED], target=Status.APPROVED,
        custom={"label": _("Approve"), "roles": ["support", "dispatcher", "supervisor"]},
    )  # fmt: skip
    def approve(self, actor: Actor) -> None:
        self.decided_by, self.decided_at = actor, clock.now()

    @transition(
        status, source=[Status.ASKED], target=Status.REFUSED,
        custom={"label": _("Refuse"), "roles": ["support", "dispatcher", "supervisor", "system"]},
    )  # fmt: skip
    def refuse(self, actor: Actor) -> None:
        self.decided_by, self.decided_at = actor, clock.now()
