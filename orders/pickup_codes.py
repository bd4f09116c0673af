"""Pickup codes as people paste them: alone, several, or with the whole SMS around them."""

import re
import unicodedata

MOST_LENGTH = 120  # of what an order keeps
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SEPARATORS = re.compile(r"[\s,，、;；]+")
_EDGE = r"0-9A-Za-z:\-"
# "12-3-4567", "A-12-3345"; not a time ("18:00-20:00").
_DASHED = rf"(?<![{_EDGE}])(?P<dashed>(?:[A-Za-z]{{1,2}}-?)?\d{{1,4}}(?:-\d{{1,6}}){{1,3}})(?![{_EDGE}])"
_NAMED = r"(?:取件码|取货码|提货码|提取码|自提码|取件密码|密码|凭)(?:为|是)?[:\s「“\"]*(?P<named>[0-9A-Za-z][0-9A-Za-z\-]{3,11})"
_CODE = re.compile(f"{_DASHED}|{_NAMED}")
_DATE = re.compile(r"(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?")


def pickup_codes(text: str) -> str:
    """The codes in `text`, with a blank between them: as they stand, or picked out of the sentences of an SMS.

    "【驿站】凭12-3-4567到店取件" → "12-3-4567". A sentence in which none is found stays as it was typed.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = [code for code in map(_code, _CODE.finditer(plain)) if code] if _CHINESE.search(plain) else []
    return " ".join(dict.fromkeys(found)) or " ".join(filter(None, _SEPARATORS.split(plain)))


def count_codes(codes: str) -> int:
    """How many parcels `codes` (as `pickup_codes` gives them) are for, at least one: "A 5521" is one code."""
    return max(sum(any(char.isdigit() for char in part) for part in codes.split()), 1)


def has_words(codes: str) -> bool:
    """Whether it was left as a sentence, so that the number of its codes is a guess."""
    return bool(_CHINESE.search(codes))


def _code(match: re.Match) -> str:
    code = match["dashed"] or match["named"]
    digits = sum(char.isdigit() for char in code)
    return "" if _DATE.fullmatch(code) or digits < 4 else code
