"""Money is an integer number of fen (分). This is the only place that formats or parses yuan."""

import re
from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text_input import figures

MAX_FEN = 10_000_000_00
# What people write, with a comma for thousands only: in "12,5" it may mean anything. Decimal alone would read "1e3", "1_000" and "NaN" as well.
AMOUNT = re.compile(r"[+-]?((\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{0,9})?|\.\d{1,9})")


def yuan(fen: int | None, *, sign: bool = False) -> str:
    """Show fen as yuan: 650 → '¥6.5', 600 → '¥6', -125 → '-¥1.25'; with `sign`, '+¥6'."""
    if fen is None:
        return "—"
    mark = "-" if fen < 0 else "+" if sign and fen > 0 else ""
    whole, part = divmod(abs(fen), 100)
    tail = f".{part:02d}".rstrip("0") if part else ""
    return f"{mark}¥{whole:,}{tail}"


def plain_yuan(fen: int) -> str:
    """Fen as other machines want to read yuan: 650 → '6.50'. Not for negative sums."""
    return f"{fen // 100}.{fen % 100:02d}"


def parse_yuan(text: str) -> int:
    """Read yuan ('6.5', '¥1,200', '６．５') as fen. Raises ValueError for anything else or over ten million."""
    cleaned = figures(str(text)).lstrip("¥").strip()
    if not AMOUNT.fullmatch(cleaned):
        raise ValueError(text)
    value = Decimal(cleaned.replace(",", "")) * 100
    if value != value.to_integral_value() or abs(value) > MAX_FEN:
        raise ValueError(text)
    return int(value)


def percent_of(fen: int, percent: int | Decimal) -> int:
    """`percent` of `fen`, half a fen rounded up (commercial rounding)."""
    return int((Decimal(fen) * Decimal(percent) / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


class YuanField(forms.Field):
    """A form field that people fill in yuan and code reads in fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": gettext_lazy("Enter an amount in yuan, such as 12 or 12.50."),
        "min": gettext_lazy("At least %(limit)s."),
        "max": gettext_lazy("At most %(limit)s."),
    }

    def __init__(self, *, min_fen: int = 0, max_fen: int = MAX_FEN, **kwargs) -> None:
        self.min_fen, self.max_fen = min_fen, max_fen
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return yuan(value).lstrip("¥").replace(",", "") if isinstance(value, int) else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            fen = parse_yuan(value)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if fen < self.min_fen:
            raise forms.ValidationError(self.error_messages["min"], "min", {"limit": yuan(self.min_fen)})
        if fen > self.max_fen:
            raise forms.ValidationError(self.error_messages["max"], "max", {"limit": yuan(self.max_fen)})
        return fen


def share_out(total: int, weights: list[int]) -> list[int]:
    """Split `total` fen by `weights` so that the parts add up exactly (largest remainder method)."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError(_("Nothing to share by."))
    parts = [total * w // whole for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
