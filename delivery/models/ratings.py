"""What a customer thought of the courier who came to the door."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

# So long after a delivery it may be rated; so long after the first word it may still be changed, and the courier does not
# read it before.
RATE_WITHIN = timedelta(days=7)
CHANGE_WITHIN = timedelta(days=2)
MOST_STARS = 5


class RatingTag(models.TextChoices):
    """A word to tick instead of writing one."""

    FAST = "fast", _("fast")
    CAREFUL = "careful", _("careful with the goods")
    FRIENDLY = "friendly", _("friendly")
    IN_TOUCH = "in_touch", _("kept me informed")
    LATE = "late", _("late")
    CARELESS = "careless", _("careless with the goods")
    RUDE = "rude", _("rude")
    SILENT = "silent", _("did not get in touch")


class Rating(models.Model):
    """Stars, words to tick and words of one's own for one delivery; the courier never reads who gave them."""

    order = models.OneToOneField(
        "orders.Order", models.PROTECT, related_name="rating", verbose_name=_("order")
    )
    leg = models.ForeignKey("delivery.Leg", models.PROTECT, related_name="+", verbose_name=_("leg"))
    courier = models.ForeignKey(
        "couriers.Courier", models.PROTECT, related_name="ratings", verbose_name=_("courier")
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    tags = models.JSONField(_("in a word"), default=list, blank=True)  # of RatingTag
    text = models.CharField(_("words"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("rated at"), default=clock.now)
    changed_at = models.DateTimeField(_("changed"), default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=MOST_STARS), name="rating_stars")
        ]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings of couriers")

    def __str__(self) -> str:
        return "★" * self.stars

    @property
    def tag_labels(self) -> list[str]:
        return [str(RatingTag(tag).label) for tag in self.tags if tag in RatingTag.values]

    @property
    def may_change_until(self):
        return self.created_at + CHANGE_WITHIN
