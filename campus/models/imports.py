"""Map files that were uploaded."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from campus.models.ground import Campus
from core import clock
from core.fsm import StatusField
from core.names import NameField


class MapImport(models.Model):
    """A map file that somebody has uploaded: looked through first, imported when they have seen what it would do."""

    campus_path = "campus"

    class Status(models.TextChoices):
        WAITING = "waiting", _("being looked through")
        READY = "ready", _("to be confirmed")
        CONFIRMED = "confirmed", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("not imported")

    RUNNING = (Status.WAITING, Status.CONFIRMED)

    campus = models.ForeignKey(
        Campus,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="map_imports",
        verbose_name=_("campus"),
        help_text=_("The campus to bring up to date. Empty: a new one."),
    )
    file = models.FileField(_("file"), upload_to="maps/%Y/%m/", blank=True)
    file_name = NameField(_("file name"), max_length=120)
    code = models.SlugField(
        _("code of the new campus"), max_length=32, blank=True, help_text=_("Empty: from its English name.")
    )
    name = NameField(
        _("name of the new campus"), max_length=80, blank=True, help_text=_("Empty: as on the map.")
    )
    outline = models.TextField(
        _("outline"),
        blank=True,
        help_text=_(
            "Only where the file has no area of the university: the id of a closed way or relation (w123, r123), or a polygon as GeoJSON, "
            "for example from geojson.io."
        ),
    )
    radius_m = models.PositiveIntegerField(
        _("radius (m)"),
        default=0,
        blank=True,
        help_text=_("Or metres around the university's point. 0: as the file says."),
    )
    status = StatusField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING, editable=False
    )
    report = models.JSONField(default=dict, editable=False)  # campus.osm.report.as_data
    error = models.TextField(_("what is wrong"), blank=True, editable=False)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)  # by the process that works on it

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "ready", "confirmed", "done", "failed"]),
                name="map_import_status",
            )
        ]
        verbose_name = _("map import")
        verbose_name_plural = _("map imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.status in self.RUNNING

    @transition(
        status,
        source=[Status.WAITING],
        target=Status.READY,
        custom={"label": _("Looked through"), "roles": ["system"]},
    )
    def show(self, report: dict) -> None:
        self.report, self.claimed_at = report, None

    @transition(
        status,
        source=[Status.READY],
        target=Status.CONFIRMED,
        custom={"label": _("Import"), "roles": ["operator"]},
    )
    def confirm(self) -> None:
        """What was shown is what is to be done."""

    @transition(
        status,
        source=[Status.CONFIRMED],
        target=Status.DONE,
        custom={"label": _("Imported"), "roles": ["system"]},
    )
    def finish(self, campus: Campus, report: dict) -> None:
        self.campus, self.report = campus, report

    @transition(
        status,
        source=[Status.WAITING, Status.READY, Status.CONFIRMED],
        target=Status.FAILED,
        custom={"label": _("Refuse"), "roles": ["system"]},
    )
    def refuse(self, error: str) -> None:
        self.error = error
