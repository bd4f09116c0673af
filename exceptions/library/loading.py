"""Bringing the shipped library into the database."""

from collections.abc import Collection

from django.db import transaction

from campus.models import Campus
from core import clock
from core.versioning import VersionStatus
from exceptions.library.shipped import RULES, shipped_policies, shipped_types
from exceptions.models import CompensationRule, EscalationPolicy, ExceptionType


@transaction.atomic
def load_library(campus: Campus | None = None) -> None:
    """Add the shipped types that are missing, and each campus's (or this one's) missing compensation rules and escalation
    policies. What is there stays as operators have edited it."""
    now = clock.now()
    ExceptionType.objects.bulk_create(shipped_types(), ignore_conflicts=True)
    campuses = [campus.pk] if campus else list(Campus.objects.values_list("pk", flat=True))
    CompensationRule.objects.bulk_create(
        [
            CompensationRule(campus_id=pk, type_id=code, status=VersionStatus.LIVE, live_at=now, **rule)
            for pk in campuses
            for code, rule in RULES.items()
        ],
        ignore_conflicts=True,  # version 1 of each: where it exists, operators go on from there
    )
    EscalationPolicy.objects.bulk_create(
        [
            EscalationPolicy(
                campus_id=pk, severity=severity, status=VersionStatus.LIVE, live_at=now, **fields
            )
            for pk in campuses
            for severity, fields in shipped_policies().items()
        ],
        ignore_conflicts=True,
    )


def known_types(codes: Collection[str]) -> dict[str, ExceptionType]:
    """The types with these codes. Shipped ones that the database has not seen yet are loaded with the rest."""
    found = ExceptionType.objects.in_bulk(codes)
    if len(found) < len(set(codes)):
        load_library()
        found = ExceptionType.objects.in_bulk(codes)
    return found
