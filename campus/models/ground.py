"""The ground that everything happens on: campuses, their zones and places, and the paths between them.

Positions are WGS-84 degrees. Lengths are metres. Names are kept in Chinese and English; `label` shows the
one of the active language.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock, ids
from core.hours.fields import HoursField
from core.names import NameField


class Admits(models.TextChoices):
    """Who may enter: many dorm areas admit one gender only."""

    ANY = "any", _("anyone")
    MALE = "male", _("men only")
    FEMALE = "female", _("women only")


class Vehicle(models.TextChoices):
    FOOT = "foot", _("on foot")
    BICYCLE = "bicycle", _("bicycle")
    EBIKE = "ebike", _("e-bike")


class Weather(models.TextChoices):
    CLEAR = "clear", _("clear")
    RAIN = "rain", _("rain")
    STORM = "storm", _("storm")


class CallProvider(models.TextChoices):
    """Who connects the phone calls of a campus. What each does is said by the app that brings it."""

    DIRECT = "direct", _("the number itself, while it is needed")
    FAKE = "fake", _("masked numbers that ring nowhere (for trying out)")
    ALIYUN = "aliyun", _("masked numbers of Aliyun")


class Named(models.Model):
    """A Chinese name, and an English one where there is one."""

    name = NameField(_("name"), max_length=80)
    name_en = NameField(_("English name"), max_length=80, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name


class Campus(Named):
    """One campus: its own places, merchants, prices, rules and operators."""

    campus_path = "pk"  # for `core.admin.scoped`

    code = models.SlugField(_("code"), max_length=32, unique=True)
    lat = models.FloatField(_("latitude"), help_text=_("Centre of the map, WGS-84."))
    lon = models.FloatField(_("longitude"))
    attribution = models.CharField(_("map attribution"), max_length=120, blank=True)
    weather = models.CharField(_("weather"), max_length=8, choices=Weather.choices, default=Weather.CLEAR)
    call_provider = models.CharField(
        _("phone calls"),
        max_length=8,
        choices=CallProvider.choices,
        blank=True,
        help_text=_("Empty: as the whole installation does it."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    arrival_radius_m = models.PositiveSmallIntegerField(
        _("arrived within (m)"),
        default=200,
        validators=[MinValueValidator(50), MaxValueValidator(2000)],
        help_text=_(
            "A courier who is farther away and says “arrived” or “left at the door” is asked why, with a photo."
        ),
    )
    max_distance_m = models.PositiveIntegerField(
        _("greatest distance of an order (m)"),
        default=10_000,
        validators=[MinValueValidator(500), MaxValueValidator(50_000)],
        help_text=_("By the way that is ridden, from where it is fetched to where it goes."),
    )
    fetching_percent = models.PositiveSmallIntegerField(
        _("share of a courier's pay for fetching (%)"),
        default=40,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "Where a second courier takes over on the way, the first is paid this and, of the rest, the part of the way that is gone."
        ),
    )
    service_hours = HoursField(_("customer service answers"), default="1234567 00:00-24:00")
    # Nobody is asked to carry things when the dorms are shut.
    delivery_hours = HoursField(_("orders can be booked for"), default="1234567 07:00-23:00")
    # Renewed by each change of the drawn map, the places and the paths. It is part of the map's address (which may
    # therefore be cached for ever) and tells each process when its path network is out of date, without a query.
    version = models.CharField(max_length=16, default=ids.new_no, editable=False)
    # What the last import wrote: a field that differs from it was edited by an operator and is left alone.
    imported = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weather__in=Weather.values), name="campus_weather"),
            models.CheckConstraint(
                condition=models.Q(call_provider__in=["", *CallProvider.values]), name="campus_call_provider"
            ),
        ]
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")


class Zone(Named):
    """An area of places, such as a group of dorms behind one gate."""

    campus = models.ForeignKey(
        Campus, on_delete=models.CASCADE, related_name="zones", verbose_name=_("campus")
    )
    code = models.SlugField(_("code"), max_length=32)
    admits = models.CharField(_("admits"), max_length=8, choices=Admits.choices, default=Admits.ANY)
    admits_confirmed = models.BooleanField(
        _("confirmed"),
        default=False,
        help_text=_("Somebody who knows has made sure who may enter; no map says it."),
    )
    imported = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["campus", "code"]
        constraints = [
            models.UniqueConstraint(fields=["campus", "code"], name="zone_code_once"),
            models.CheckConstraint(condition=models.Q(admits__in=Admits.values), name="zone_admits"),
        ]
        verbose_name = _("zone")
        verbose_name_plural = _("zones")


class Place(Named):
    """A point that one can go to."""

    class Kind(models.TextChoices):
        DORM = "dorm", _("dorm")
        CANTEEN = "canteen", _("canteen")
        SHOP = "shop", _("shop")
        GATE = "gate", _("gate")
        PARCEL_STATION = "parcel_station", _("parcel station")
        TEACHING = "teaching", _("teaching building")
        LIBRARY = "library", _("library")
        OFFICE = "office", _("office")
        SPORT = "sport", _("sports ground")
        RELAY_STATION = "relay_station", _("relay station")
        OTHER = "other", _("other")

    campus = models.ForeignKey(
        Campus, on_delete=models.CASCADE, related_name="places", verbose_name=_("campus")
    )
    zone = models.ForeignKey(
        Zone,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="places",
        verbose_name=_("zone"),
    )
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    lat = models.FloatField(_("latitude"), help_text=_("Of the door, WGS-84."))
    lon = models.FloatField(_("longitude"))
    node_key = models.CharField(
        _("path node"),
        max_length=40,
        blank=True,
        help_text=_(
            "The node of the footpath network at the door. Empty: the nearest point of the nearest path."
        ),
    )
    floors = models.PositiveSmallIntegerField(_("floors"), default=1)
    has_lift = models.BooleanField(_("lift"), default=False)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Inactive places (a closed gate) stay on the map, unselectable."),
    )
    imported = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["campus", "kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["campus", "code"], name="place_code_once"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "dorm",
                        "canteen",
                        "shop",
                        "gate",
                        "parcel_station",
                        "teaching",
                        "library",
                        "office",
                        "sport",
                        "relay_station",
                        "other",
                    ]
                ),
                name="place_kind",
            ),
        ]
        indexes = [models.Index(fields=["campus", "kind"], name="place_kind_idx")]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    @property
    def position(self) -> tuple[float, float]:
        """(lat, lon) of the door."""
        return self.lat, self.lon


class BaseMap(models.Model):
    """The drawn map of a campus: a GeoJSON FeatureCollection; its properties are described in `campus.basemap`.

    A row of its own, because it weighs a hundred kilobytes and a campus is joined to nearly every list.
    """

    campus = models.OneToOneField(
        Campus, on_delete=models.CASCADE, related_name="base_map", verbose_name=_("campus")
    )
    geojson = models.JSONField(_("drawn map"), default=dict)

    class Meta:
        verbose_name = _("drawn map")
        verbose_name_plural = _("drawn maps")

    def __str__(self) -> str:
        return f"{self.campus_id}"


class PathNetwork(models.Model):
    """The paths of a campus, as `campus.network` reads them.

    nodes: {key: [lat, lon]}
    edges: [{"a": key, "b": key, "m": metres, "via": [[lat, lon], …] between a and b,
             "go": vehicles from a to b, "back": vehicles from b to a}]
    where vehicles is a string of the letters f (foot), b (bicycle), e (e-bike). A closed gate simply joins nothing. An edge with
    "pushing": false is a barrier through which wheels are not even pushed, one with "steps": true a flight of stairs.
    """

    campus = models.OneToOneField(
        Campus, on_delete=models.CASCADE, related_name="paths", verbose_name=_("campus")
    )
    nodes = models.JSONField(default=dict)
    edges = models.JSONField(default=list)
    built_at = models.DateTimeField(_("built at"), default=clock.now)

    class Meta:
        verbose_name = _("footpath network")
        verbose_name_plural = _("footpath networks")

    def __str__(self) -> str:
        return f"{self.campus_id}: {self.built_at:%Y-%m-%d %H:%M}"


class PeakPeriod(models.Model):
    """A part of the week's timetable when everyone moves at once and stages take longer."""

    campus = models.ForeignKey(
        Campus, on_delete=models.CASCADE, related_name="peaks", verbose_name=_("campus")
    )
    name = models.CharField(_("name"), max_length=80)
    hours = HoursField(_("when"))
    factor = models.DecimalField(
        _("factor"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Stages may take this times as long."),
    )

    class Meta:
        ordering = ["campus", "hours"]
        constraints = [
            models.CheckConstraint(condition=models.Q(factor__gte=1), name="peak_factor_from_1"),
        ]
        verbose_name = _("peak period")
        verbose_name_plural = _("peak periods")

    def __str__(self) -> str:
        return self.name
