"""What the auditor found, until it is mended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock


class AuditFinding(models.Model):
    """A rule that does not hold (`exceptions.audit`): of a campus, or of the platform as a whole."""

    class Check(models.TextChoices):
        LOST = "lost", _("orders that nothing and nobody comes back to")
        NOT_CARRIED = "not_carried", _("delivered orders that nobody carried")
        TWICE_DELIVERED = "twice_delivered", _("orders that were delivered twice")
        LATE_UNTOLD = "late_untold", _("late orders of which nobody was told")
        TICKET_TWICE = "ticket_twice", _("orders with the same ticket twice")
        TICKET_UNLOGGED = "ticket_unlogged", _("tickets without a log")
        ESCROW_LEFT = "escrow_left", _("finished orders with money left over")
        UNDELIVERED = "undelivered", _("events that are not delivered")
        HANDLED_TWICE = "handled_twice", _("events that were handled twice")
        LEDGER = "ledger", _("rules of the ledger that do not hold")
        ESCALATION = "escalation", _("escalations that stood still, and were taken up again")

    campus = models.ForeignKey(
        "campus.Campus", models.CASCADE, null=True, related_name="+", verbose_name=_("campus")
    )
    check_name = models.CharField(_("what is wrong"), max_length=16, choices=Check.choices)
    count = models.PositiveIntegerField(_("how many"))
    examples = models.CharField(_("for instance"), max_length=500, blank=True)
    first_at = models.DateTimeField(_("first found"), default=clock.now)
    last_at = models.DateTimeField(_("last found"), default=clock.now)
    mended_at = models.DateTimeField(_("mended"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "check_name"],
                condition=Q(mended_at__isnull=True),
                name="audit_finding_once",
            ),
        ]
        verbose_name = _("audit finding")
        verbose_name_plural = _("audit findings")

    def __str__(self) -> str:
        return self.get_check_name_display()
