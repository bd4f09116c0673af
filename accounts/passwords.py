"""What a password must not be, beside too short and too common.

Length and lists of guessable words, and no rule about kinds of characters: NIST SP 800-63B 5.1.1.2, OWASP ASVS 5.0
6.1.2, 6.2.5 and 6.2.11. The words are listed in docs/security.md too; a test compares.
"""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campus.selectors import active_campuses

# What people of a campus errand service think of first. The names of the campuses are added at run time.
CONTEXT_WORDS = (
    "admin", "campus", "courier", "errand", "kefu", "operator", "paotui", "password", "qishou", "qulaida", "student",
    "supervisor", "waimai", "xiaoyuan", "xuesheng", "校园", "跑腿", "外卖", "骑手", "趣来达", "学生", "客服", "密码",
)  # fmt: skip
LEFT = 4  # so many letters beside those words make a password again
_DATES = ("%Y%m%d", "%d%m%Y", "%m%d%Y")


class GuessableValidator:
    """Refuses words of our own trade with a number behind them ("campus2026!"), and plain dates ("20040917")."""

    def validate(self, password: str, user=None) -> None:
        if _is_date(password):
            raise ValidationError(_("A date is guessed too easily."), code="password_is_date")
        if _is_mere_context(password):
            raise ValidationError(
                _("Our own words, or the campus's name, are guessed too easily."), code="password_is_context"
            )

    def get_help_text(self) -> str:
        return _("Not a date, and not the campus's name or another word of ours with a number behind it.")


def _is_mere_context(password: str) -> bool:
    words = [*CONTEXT_WORDS]
    for campus in active_campuses():
        words += [campus.code, campus.name, campus.name_en]
    left = password.casefold()
    for word in sorted(filter(None, map(str.casefold, words)), key=len, reverse=True):
        left = left.replace(word, "")
    letters = re.sub(r"[\W\d_]", "", left)
    return left != password.casefold() and len(letters) < LEFT


def _is_date(password: str) -> bool:
    digits = re.sub(r"[\s./-]", "", password)
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 8):
        return False
    for pattern in _DATES:
        try:
            if 1900 <= datetime.strptime(digits, pattern).year <= 2100:
                return True
        except ValueError:
            continue
    return False
