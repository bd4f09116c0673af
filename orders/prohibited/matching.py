"""Finding what may not be ordered in free text. Pure: rules and texts in, a verdict out.

Chinese words are found whatever stands between their characters (blanks, dots, emoji), in full width, half width and
traditional characters; words in Latin letters only as whole words. A phrase that a rule allows ("酒精棉片") hides the word
in it ("酒").
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The traditional characters that words of the shipped list are written with, and what stands in for others to slip by.
_VARIANTS = str.maketrans("煙藥槍簽課試電彈賭證酒菸葯仟侓", "烟药枪签课试电弹赌证酒烟药签律")
_GONE = "\0"


class Rule(Protocol):
    """What matching needs of a rule: words that are refused at once, words that a person looks at, phrases that are fine."""

    clear_words: Any  # of str, each
    unsure_words: Any
    allowed_words: Any


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Verdict(Generic[R]):
    """The rule and the word of it that was found; `is_clear`: refused without asking anybody."""

    rule: R
    word: str
    is_clear: bool


class _Text:
    """A text in the two forms in which words are looked for."""

    def __init__(self, text: str) -> None:
        plain = unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS)
        self.spaced = " ".join(re.findall(r"[^\W_]+", plain))
        self.dense = "".join(char for char in plain if char.isalnum())

    def without(self, phrases: Iterable[str]) -> "_Text":
        rest = _Text("")
        rest.spaced, rest.dense = self.spaced, self.dense
        for phrase in phrases:
            hidden = _Text(phrase)
            if hidden.dense and _CHINESE.search(hidden.dense):
                rest.dense = rest.dense.replace(hidden.dense, _GONE)
            elif hidden.spaced:
                rest.spaced = re.sub(rf"\b{re.escape(hidden.spaced)}\b", _GONE, rest.spaced)
        return rest

    def has(self, word: str) -> bool:
        wanted = _Text(word)
        if not wanted.dense:
            return False
        if _CHINESE.search(wanted.dense):
            return wanted.dense in self.dense
        return re.search(rf"\b{re.escape(wanted.spaced)}\b", self.spaced) is not None


def judge(rules: Sequence[R], texts: Iterable[str]) -> Verdict[R] | None:
    """The gravest thing that is found in these texts, each read by itself; None when there is nothing."""
    unsure = None
    read = [_Text(text) for text in texts if text]
    for rule in rules:
        for text in read:
            rest = text.without(rule.allowed_words)
            if word := next((word for word in rule.clear_words if rest.has(word)), None):
                return Verdict(rule, word, True)
            if unsure is None and (
                word := next((word for word in rule.unsure_words if rest.has(word)), None)
            ):
                unsure = Verdict(rule, word, False)
    return unsure
