"""Changing what exceptions are worth."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.db import locked
from core.errors import Invalid
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType


@transaction.atomic
def change_compensation_rule(
    *, campus, type: ExceptionType, formula: str, params: dict, cap_fen: int, borne_by: str, actor=None
) -> CompensationRule:
    """Make a new live version. Rulings keep the version that made them. Raises Invalid for figures that are none."""
    params = compensation.check(formula, params)
    if borne_by == CompensationRule.BorneBy.COURIER and (
        type.group == ExceptionType.Group.TIME or type.no_fault
    ):
        raise Invalid(_("Being late, or what is nobody's fault, never costs wages."))
    versions = list(locked(CompensationRule.objects.filter(campus=campus, type=type)))
    CompensationRule.objects.filter(campus=campus, type=type, is_live=True).update(is_live=False)
    return CompensationRule.objects.create(
        campus=campus,
        type=type,
        version=max((rule.version for rule in versions), default=0) + 1,
        formula=formula,
        params=params,
        cap_fen=cap_fen,
        borne_by=borne_by,
        created_by=actor,
        created_at=clock.now(),
    )
