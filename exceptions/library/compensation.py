"""What an exception is worth: pure functions of a rule and the facts. All amounts in fen.

Figures of a rule (`CompensationRule.params`) by formula:
  tier_by_minutes_late   {"tiers": [[minutes, fen], …]}   the last tier whose minutes have been reached
  share_of_goods_value   {"grades": {"light": 30, …}}     percent of the declared value, by how bad it is
  delivery_fee           {}
  fixed                  {"fen": 200}
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.money import percent_of

FOR_THE_TROUBLE = {"tier_by_minutes_late", "fixed"}
GRADES = {"light": _("slightly"), "medium": _("badly"), "total": _("completely")}


@dataclass(frozen=True)
class Facts:
    """What a compensation depends on."""

    minutes_late: int = 0
    goods_fen: int = 0  # declared, or what they cost
    fee_fen: int = 0
    paid_fen: int = 0  # for the same kind of exception of the same order, already
    left_fen: int | None = None  # what all that is given for the order may still come to; None: no limit


def amount(formula: str, params: dict, cap_fen: int, facts: Facts, grade: str = "") -> int:
    """What the rule gives, less what was paid before, never above the cap nor below zero.

    What stands for something that was paid for (goods, the fee) is not given again after a refund of it; what is for the
    trouble itself is.
    """
    gross = _FORMULAS[formula](params, facts, grade)
    due = max(min(gross, cap_fen) - facts.paid_fen, 0)
    return due if formula in FOR_THE_TROUBLE or facts.left_fen is None else min(due, facts.left_fen)


def next_tier(params: dict, minutes_late: int) -> tuple[int, int] | None:
    """The first tier that has not been reached yet: (minutes, fen)."""
    ahead = [(minutes, fen) for minutes, fen in params.get("tiers", []) if minutes > minutes_late]
    return min(ahead, default=None)


def check(formula: str, params: dict) -> dict:
    """The figures of a rule as they are kept. Raises Invalid, with a sentence, when they are none."""
    try:
        return _CHECKS[formula](params)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Invalid(_("The figures do not fit the formula.")) from None


def _tier(params: dict, facts: Facts, grade: str) -> int:
    reached = [(minutes, fen) for minutes, fen in params["tiers"] if facts.minutes_late >= minutes]
    return max(reached)[1] if reached else 0


def _share(params: dict, facts: Facts, grade: str) -> int:
    grades = params["grades"]
    return percent_of(facts.goods_fen, grades.get(grade) or max(grades.values()))


_FORMULAS = {
    "tier_by_minutes_late": _tier,
    "share_of_goods_value": _share,
    "delivery_fee": lambda params, facts, grade: facts.fee_fen,
    "fixed": lambda params, facts, grade: params["fen"],
}


def _whole(value, most: int) -> int:
    number = int(value)
    if isinstance(value, bool) or number != value or not 0 <= number <= most:
        raise ValueError(value)
    return number


def _check_tiers(params: dict) -> dict:
    tiers = sorted([_whole(minutes, 1440), _whole(fen, 10**7)] for minutes, fen in params["tiers"])
    if not tiers or len({minutes for minutes, _fen in tiers}) < len(tiers):
        raise ValueError("tiers")
    if [fen for _minutes, fen in tiers] != sorted(fen for _minutes, fen in tiers):
        raise ValueError("later must not be worth less")
    return {"tiers": tiers}


def _check_grades(params: dict) -> dict:
    grades = {name: _whole(percent, 100) for name, percent in params["grades"].items()}
    if not grades or not set(grades) <= set(GRADES):
        raise ValueError("grades")
    return {"grades": grades}


_CHECKS = {
    "tier_by_minutes_late": _check_tiers,
    "share_of_goods_value": _check_grades,
    "delivery_fee": lambda params: {},
    "fixed": lambda params: {"fen": _whole(params["fen"], 10**7)},
}
