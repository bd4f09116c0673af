"""Where a courier has been while they carried something: kept for seven days, for what has to be looked into."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from couriers.models.couriers import Courier


class TrailPoint(models.Model):
    """One point of the thinned trail. A leg's trail is what its courier left between taking it and its end."""

    courier = models.ForeignKey(
        Courier, models.CASCADE, related_name="trail", verbose_name=_("courier"), db_index=False
    )
    at = models.DateTimeField(_("when"))
    lat = models.FloatField()
    lon = models.FloatField()
    # Within so many metres, says the phone (68 %); null: it does not know.
    accuracy_m = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["courier", "at"], name="trail_of_courier"),
            models.Index(fields=["at"], name="trail_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.courier_id} {self.at:%m-%d %H:%M:%S}"  # never where: this may stand in a log
