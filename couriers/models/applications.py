"""What somebody who wants to be a courier shows, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from core import clock
from core.fsm import StatusField
from couriers.models.couriers import Courier


class Application(models.Model):
    """The two photos of one application. Operators see them until they have decided; then the files are deleted.

    Better photos are another application of the same courier.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RETURNED = "returned", _("better photo asked for")
        ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    courier = models.ForeignKey(
        Courier, models.CASCADE, related_name="applications", verbose_name=_("courier")
    )
    status = StatusField(_("status"), max_length=12, choices=Status.choices, default=Status.WAITING)
    student_card = models.ImageField(_("student card"), upload_to="applications/%Y/%m/", blank=True)
    face = models.ImageField(_("photo of the face"), upload_to="applications/%Y/%m/", blank=True)
    # What the operator wrote: why not, or which photo must be better.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=clock.now)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "returned", "accepted", "refused", "withdrawn"]),
                name="application_status",
            ),
            models.UniqueConstraint(
                fields=["courier"],
                condition=Q(status="waiting"),
                name="one_open_application",
            ),
        ]
        verbose_name = _("courier application")
        verbose_name_plural = _("courier applications")

    def __str__(self) -> str:
        return str(self.courier)

    @property
    def photos(self) -> dict:
        """{"student_card" | "face": file}: those that are still there."""
        return {name: file for name in ("student_card", "face") if (file := getattr(self, name))}

    @transition(
        status,
        source=[Status.WAITING],
        target=Status.ACCEPTED,
        custom={"label": _("Admit"), "roles": ["operator"]},
    )
    def accept(self) -> None:
        self.decided_at = clock.now()

    @transition(
        status,
        source=[Status.WAITING],
        target=Status.REFUSED,
        custom={"label": _("Refuse"), "roles": ["operator"]},
    )
    def refuse(self) -> None:
        self.decided_at = clock.now()

    @transition(
        status,
        source=[Status.WAITING],
        target=Status.RETURNED,
        custom={"label": _("Ask for a better photo"), "roles": ["operator"]},
    )
    def ask_again(self) -> None:
        self.decided_at = clock.now()

    @transition(
        status,
        source=[Status.WAITING],
        target=Status.WITHDRAWN,
        custom={"label": _("Take it back"), "roles": ["applicant"]},
    )
    def withdraw(self) -> None:
        self.decided_at = clock.now()
