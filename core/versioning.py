"""Rules in versions: a draft is edited, the live version decides, and a superseded one stays for what it decided.

class PriceRule(VersionedRule):
    VERSIONS_OF = ("campus", "kind")    # what all versions of one rule have in common
    campus, kind, … = …

    class Meta(VersionedRule.Meta):
        constraints = version_constraints("price_rule", *VERSIONS_OF)

`publish_version` is the only way to become live. What a rule decided keeps a foreign key to the version that did.
"""

from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import transition

from core import clock
from core.db import for_update
from core.errors import WrongState
from core.fsm import StatusField


class VersionStatus(models.TextChoices):
    DRAFT = "draft", gettext_lazy("draft")
    LIVE = "live", gettext_lazy("live")
    SUPERSEDED = "superseded", gettext_lazy("replaced")


class VersionQuerySet(models.QuerySet):
    def live(self) -> "VersionQuerySet":
        """The versions in force."""
        return self.filter(status=VersionStatus.LIVE)


class VersionedRule(models.Model):
    """One version of a rule of a campus: its number, its state, and who put it in force, when and why."""

    VERSIONS_OF: ClassVar[tuple[str, ...]]  # with "campus", whose row serialises the changes
    campus: models.ForeignKey  # the model's own field

    version = models.PositiveIntegerField(gettext_lazy("version"), default=1, editable=False)
    status = StatusField(
        gettext_lazy("status"),
        max_length=10,
        choices=VersionStatus.choices,
        default=VersionStatus.DRAFT,
        editable=False,
    )
    reason = models.CharField(
        gettext_lazy("why this version"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("For whoever asks later why it was changed."),
    )
    created_at = models.DateTimeField(gettext_lazy("made"), default=clock.now, editable=False)
    live_at = models.DateTimeField(gettext_lazy("live since"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("made live by"),
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def in_force(self) -> bool:
        return self.status == VersionStatus.LIVE

    @transition(
        status,
        source=[VersionStatus.DRAFT],
        target=VersionStatus.LIVE,
        custom={"label": gettext_lazy("Make live"), "roles": ["operator"]},
    )
    def go_live(self) -> None:
        self.live_at = clock.now()

    @transition(
        status,
        source=[VersionStatus.LIVE],
        target=VersionStatus.SUPERSEDED,
        custom={"label": gettext_lazy("Replace"), "roles": ["system"]},
    )
    def supersede(self) -> None:
        """Another version is live."""


VERSION_FIELDS = {"id", "version", "status", "created_at", "live_at", "published_by", "reason"}
Rule = TypeVar("Rule", bound=VersionedRule)


def version_constraints(name: str, *versions_of: str) -> list[models.BaseConstraint]:
    """The database's share: known states, a date for what was live, one live version, no number twice.

    Without `versions_of` the last two are the model's own business (NULLs in its key).
    """
    constraints: list[models.BaseConstraint] = [
        models.CheckConstraint(condition=Q(status__in=VersionStatus.values), name=f"{name}_status"),
        models.CheckConstraint(
            condition=Q(status="draft") | Q(live_at__isnull=False), name=f"{name}_live_at"
        ),
    ]
    if versions_of:
        constraints += [
            models.UniqueConstraint(fields=[*versions_of, "version"], name=f"{name}_version"),
            models.UniqueConstraint(
                fields=versions_of, condition=Q(status=VersionStatus.LIVE), name=f"one_live_{name}"
            ),
        ]
    return constraints


@transaction.atomic
def publish_version(rule: Rule, *, actor=None, reason: str | None = None) -> Rule:
    """Put `rule` in force in place of the version before, and return what is live now.

    A saved draft goes live as it stands. A live version that was edited, or a rule that was never saved, becomes a new
    version. Raises WrongState for what somebody else has replaced meanwhile.
    """
    versions = _lock_versions(rule)
    stored = next((version for version in versions if version.pk == rule.pk), None)
    if rule.pk is not None and (stored is None or stored.status == VersionStatus.SUPERSEDED):
        raise WrongState(_("There is a newer version of this rule. Please start from that one."))
    if stored is None or stored.status != VersionStatus.DRAFT:
        rule = _next_version(rule, versions)
    for version in versions:
        if version.status == VersionStatus.LIVE:
            version.supersede()
            version.save(update_fields=["status"])
    rule.go_live()
    rule.published_by = actor
    if reason is not None:
        rule.reason = reason
    rule.save()
    return rule


@transaction.atomic
def draft_version(rule: Rule) -> tuple[Rule, bool]:
    """A draft to edit with the values of `rule`, and whether it was made now: there is one draft of a rule at a time."""
    versions = _lock_versions(rule)
    if draft := next((version for version in versions if version.status == VersionStatus.DRAFT), None):
        return draft, False
    draft = _next_version(rule, versions)
    draft.reason = ""
    draft.save()
    return draft, True


@transaction.atomic
def save_draft(rule: Rule) -> Rule:
    """Keep the values of `rule` as the one draft of its rule, which is made or overwritten, and return that.

    `rule` is that draft, edited, or a rule that was never saved. Raises WrongState for a draft that went live or was
    thrown away meanwhile.
    """
    versions = _lock_versions(rule)
    draft = next((version for version in versions if version.status == VersionStatus.DRAFT), None)
    if rule.pk is not None and (draft is None or draft.pk != rule.pk):
        raise WrongState(_("There is a newer version of this rule. Please start from that one."))
    if draft is None:
        draft = _next_version(rule, versions)
    for field in _own_fields(rule):
        setattr(draft, field.attname, getattr(rule, field.attname))
    draft.reason = rule.reason
    draft.save()
    return draft


def number_draft(rule: VersionedRule) -> None:
    """Give a draft that is about to be saved for the first time the next number of its rule."""
    rule.version = max((version.version for version in _lock_versions(rule)), default=0) + 1


def _lock_versions(rule: Rule) -> list[Rule]:
    """All versions, locked. The campus is locked first: where there is no version yet, no other row could be."""
    for_update(type(rule.campus)._default_manager.filter(pk=rule.campus.pk)).get()
    key = {name: getattr(rule, name) for name in rule.VERSIONS_OF}
    return list(for_update(type(rule)._default_manager.filter(**key)))


def _next_version(rule: Rule, versions: list[Rule]) -> Rule:
    """An unsaved draft with the rule's own values and the next number."""
    own = {field.attname: getattr(rule, field.attname) for field in _own_fields(rule)}
    number = max((version.version for version in versions), default=0) + 1
    return type(rule)(**own, reason=rule.reason, version=number)


def _own_fields(rule: VersionedRule) -> list[models.Field]:
    """What the rule says, without which version of it this is."""
    return [field for field in rule._meta.concrete_fields if field.name not in VERSION_FIELDS]
