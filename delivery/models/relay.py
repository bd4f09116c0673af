"""Relay stations: where one courier's way ends and the next one's begins, and what lies on their shelves."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campus.calendar import calendar_of
from campus.models import Place
from core import clock
from core.hours import Calendar
from core.hours.fields import HoursField


class RelayStation(models.Model):
    """A shelf at a place, for goods to areas that not every courier may enter."""

    class Use(models.TextChoices):
        WHEN_NEEDED = "when_needed", _("when no courier who may enter is free")
        ALWAYS = "always", _("for everything to its areas")

    place = models.OneToOneField(
        Place,
        models.PROTECT,
        related_name="relay_station",
        limit_choices_to={"kind": Place.Kind.RELAY_STATION},
        verbose_name=_("place"),
    )
    zones = models.ManyToManyField(
        "campus.Zone", related_name="relay_stations", verbose_name=_("areas it serves")
    )
    use = models.CharField(_("used"), max_length=12, choices=Use.choices, default=Use.WHEN_NEEDED)
    slots = models.PositiveSmallIntegerField(
        _("slots"), default=24, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    hours = HoursField(_("opening hours"), default="1234567 07:00-23:00")
    first_percent = models.PositiveSmallIntegerField(
        _("share of the pay for the way to it (%)"),
        default=60,
        validators=[MaxValueValidator(100)],
        help_text=_("The rest is for the way from it to the door. A tip goes to the one at the door."),
    )
    self_service = models.BooleanField(
        _("couriers use the shelf by themselves"),
        default=True,
        help_text=_("They scan the code on the shelf. Off: only a keeper scans in and out."),
    )
    keepers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="relay_stations", blank=True, verbose_name=_("keepers")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first_percent__lte=100), name="relay_share"),
            models.CheckConstraint(condition=Q(slots__gte=1), name="relay_has_slots"),
        ]
        verbose_name = _("relay station")
        verbose_name_plural = _("relay stations")

    def __str__(self) -> str:
        return str(self.place)

    def is_open(self, at: datetime, calendar: Calendar | None = None) -> bool:
        """By its hours on the campus's `calendar`, which who asks for many stations brings along."""
        return self.is_active and self.hours.is_open(at, calendar or calendar_of(self.place.campus_id))


class ShelfItem(models.Model):
    """An order's goods in a slot. The row stays when they are gone: who took them is a row of custody."""

    station = models.ForeignKey(
        RelayStation, models.PROTECT, related_name="items", verbose_name=_("relay station")
    )
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, related_name="shelf_items", verbose_name=_("order")
    )
    slot = models.PositiveSmallIntegerField(_("slot"))
    put_at = models.DateTimeField(_("scanned in"), default=clock.now)
    due_at = models.DateTimeField(_("to be fetched by"), null=True)
    taken_at = models.DateTimeField(_("scanned out"), null=True)
    missed_at = models.DateTimeField(_("found missing"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station", "slot"],
                condition=Q(taken_at__isnull=True, missed_at__isnull=True),
                name="one_item_a_slot",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(taken_at__isnull=True), name="order_on_one_shelf"
            ),
        ]
        verbose_name = _("goods on a shelf")
        verbose_name_plural = _("goods on shelves")

    def __str__(self) -> str:
        return f"{self.station} {self.slot}"
