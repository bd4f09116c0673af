"""Changing what exceptions are worth."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from core.errors import Invalid
from core.versioning import publish_version
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType


def publish_compensation_rule(rule: CompensationRule, *, actor: Actor = None) -> CompensationRule:
    """Make a new live version of what `rule` says. Rulings keep the version that made them.

    Raises Invalid for figures that are none, and WrongState for a version that is replaced already.
    """
    rule.params = compensation.check(rule.formula, rule.params)
    if rule.borne_by == CompensationRule.BorneBy.COURIER and (
        rule.type.group == ExceptionType.Group.TIME or rule.type.no_fault
    ):
        raise Invalid(_("Being late, or what is nobody's fault, never costs wages."))
    return publish_version(rule, actor=actor)
