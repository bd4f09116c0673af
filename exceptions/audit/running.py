"""One run of the auditor: findings are kept until they are mended, and supervisors are told of each once."""

import logging
from collections.abc import Iterable
from datetime import datetime

import requests
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.permissions import supervisors
from campus.models import Campus
from core import clock
from core.db import repeatable_read, try_advisory_lock
from core.models import Heartbeat
from exceptions.audit.checks import Found, found_everywhere, found_in
from exceptions.models import AuditFinding
from notifications.services import notify

logger = logging.getLogger(__name__)

RAN = "audit"
PING_SECONDS = 10


def run() -> int | None:
    """Look at every campus and at the platform. How many findings stand, None when another process is looking."""
    with try_advisory_lock("audit") as free:
        if not free:
            return None
        now = clock.now()
        for campus in Campus.objects.order_by("pk"):
            with repeatable_read():
                found = list(found_in(campus, now))
            _keep(campus, found, now)
        with repeatable_read():
            found = list(found_everywhere(now))
        _keep(None, found, now)
        Heartbeat.objects.update_or_create(name=RAN, defaults={"at": now})
        return AuditFinding.objects.filter(mended_at=None).count()


def last_run() -> datetime | None:
    return Heartbeat.objects.filter(name=RAN).values_list("at", flat=True).first()


def ping() -> bool:
    """Tell the operators' outside monitor that all is well: what it hears nothing from, it reports. Outside of any
    transaction."""
    if not settings.AUDIT_PING_URL:
        return False
    try:
        requests.get(settings.AUDIT_PING_URL, timeout=PING_SECONDS).raise_for_status()
    except requests.RequestException as error:
        logger.warning("the outside monitor was not reached: %s", type(error).__name__)
        return False
    return True


@transaction.atomic
def _keep(campus: Campus | None, found: Iterable[Found], now: datetime) -> None:
    standing = {one.check_name: one for one in AuditFinding.objects.filter(campus=campus, mended_at=None)}
    for one in found:
        if known := standing.pop(one.check, None):
            known.count, known.examples, known.last_at = one.count, one.examples[:500], now
            known.save(update_fields=["count", "examples", "last_at"])
        else:
            tell_of_finding(
                AuditFinding.objects.create(
                    campus=campus,
                    check_name=one.check,
                    count=one.count,
                    examples=one.examples[:500],
                    first_at=now,
                    last_at=now,
                )
            )
    for mended in standing.values():
        mended.mended_at = now
        mended.save(update_fields=["mended_at"])


def tell_of_finding(finding: AuditFinding) -> None:
    """Each supervisor of the campus once; of the platform every one."""
    logger.critical("the audit found %s × %s %s", finding.count, finding.check_name, finding.examples)
    watching = supervisors()
    if finding.campus_id:
        watching = watching.filter(staff_roles__campus=finding.campus_id) | watching.filter(is_superuser=True)
    for user in watching.distinct():
        with in_language_of(user):
            notify(
                user=user,
                kind="platform",
                level="warn",
                title=_("The audit has found what must not be: %(what)s")
                % {"what": finding.get_check_name_display()},
                body=_("%(count)s of them. %(examples)s")
                % {"count": finding.count, "examples": finding.examples},
                link=reverse("admin:exceptions_auditfinding_changelist"),
                key=f"audit:{finding.pk}:{user.pk}",
            )
