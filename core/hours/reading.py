"""Hours of the week from and to the words of people.

A line names days and then times: "Mon–Fri 08:00–12:00, 14:00–18:00", "周六、周日 18:00–次日02:00", "every day 24h",
"节假日 休息". Lines end with a semicolon or a line break; a line without days means every day. Several lines about one day
add up; "closed" empties it.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.hours.week import DAY, HOLIDAY, Block, WeeklyHours, block

LONGEST = 600  # characters

_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE = "一二三四五六日"
_DAY_NAMES = [
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
]

_EVERY, _WORK, _END = range(1, 8), range(1, 6), range(6, 8)
# What names several days, or a holiday; longer names first.
_GROUPS: list[tuple[str, tuple[int, ...]]] = [
    (r"法定节假日|公共假日|节假日|节日|假日|public holidays?|holidays?|ph\b", (HOLIDAY,)),
    (r"工作日|平日|weekdays?|workdays?|working days?", tuple(_WORK)),
    (r"周末|weekends?", tuple(_END)),
    (r"每天|每日|天天|全周|every ?day|daily|all week", tuple(_EVERY)),
]
_DAY = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天])|(mon|tue|wed|thu|fri|sat|sun|mo|tu|we|th|fr|sa|su)[a-z]*\.?"
)
_DIGITS = re.compile(r"([1-7])\s*-\s*([1-7])(?=\s)|([1-8]+)(?=\s)")
_TIME = re.compile(
    r"(?P<next>次日|翌日|第二天|隔天|next day)?\s*(?P<half>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|晚)?\s*"
    r"(?P<hour>\d{1,2})(?:\s*(?::|点|时|h)\s*(?:(?P<minute>\d{2})\s*分?|(?P<thirty>半))?整?)?\s*(?P<m>[ap]\.?m\.?)?"
)
_ALL_DAY = re.compile(r"24 ?小时|全天|24 ?(?:hours|hrs?|h)\b|all day|24/7")
_CLOSED = re.compile(r"休息|关闭|关门|不营业|不开放|not open|closed|off")
_TO = re.compile(r"\s*(?:-|~|至|到|\bto\b|\buntil\b)\s*")
_AND = re.compile(r"[\s,、:及和与]+|and\b|&")
_PM = ("下午", "傍晚", "晚上", "夜里", "晚")


def read(text: str) -> WeeklyHours:
    """The hours that `text` means. Raises ValidationError with a sentence in the active language."""
    if len(text) > LONGEST:
        raise ValidationError(_("That is too long for hours of a week."), code="hours")
    return _read(_normal(text))


def _normal(text: str) -> str:
    """One width, one dash, lower case: "１８：００～２：００" is "18:00-2:00"."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[‐-―−─〜～]+|--+", "-", text)
    return text.replace("；", ";").replace("。", ";")


def _read(text: str) -> WeeklyHours:
    days: dict[int, list[Block]] = {}
    for line in re.split(r"[;\n]+", text):
        if line.strip():
            rows, blocks = _line(line.strip())
            for row in rows:
                days[row] = [*days.get(row, []), *blocks] if blocks else []
    hours = WeeklyHours(
        tuple(_day(days.get(row, [])) for row in _EVERY), _day(days[HOLIDAY]) if HOLIDAY in days else None
    )
    if hours.is_never:
        raise ValidationError(_("It is never open like that: give at least one time."), code="hours")
    return hours


def _day(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks of a day in order, each once; those that overlap are a slip that only people can mend."""
    found = sorted(set(blocks))
    for before, after in pairwise(found):
        if after.start < before.end:
            raise ValidationError(
                _("%(one)s and %(other)s of the same day overlap."),
                code="hours",
                params={"one": str(before), "other": str(after)},
            )
    return tuple(found)


def _line(line: str) -> tuple[list[int], list[Block]]:
    """The rows and blocks of one line; no blocks: closed."""
    rows, at = _rows(line)
    rest = line[at:].strip(" ,:")
    if not rest:
        raise ValidationError(
            _("Which hours? There is no time behind “%(days)s”."), code="hours", params={"days": line}
        )
    if _CLOSED.fullmatch(rest):
        return rows or list(_EVERY), []
    blocks, at = [], 0
    while at < len(rest):
        if found := _ALL_DAY.match(rest, at):
            blocks.append(Block(0, DAY))
            at = found.end()
        else:
            piece, at = _block(line, rest, at)
            blocks.append(piece)
        while found := _AND.match(rest, at):
            at = found.end()
    return rows or list(_EVERY), blocks


def _rows(line: str) -> tuple[list[int], int]:
    """The rows that a line begins with, and where its times begin."""
    rows: list[int] = []
    at, to = 0, False
    if found := _DIGITS.match(line):
        first, last, each = found.groups()
        return (list(range(int(first), int(last) + 1)) if first else sorted({*map(int, each)})), found.end()
    if line.startswith("24/7"):
        return rows, 0
    while at < len(line):
        named, end = _named(line, at)
        if not named:
            break
        if to and rows and len(named) == 1:
            day = rows[-1]
            while day != named[0]:  # Saturday to Monday goes round
                day = day % 7 + 1
                rows.append(day)
        else:
            rows.extend(named)
        at, to = end, False
        if found := _TO.match(line, at):
            at, to = found.end(), True
        else:
            while found := _AND.match(line, at):
                at = found.end()
    return sorted(set(rows)), at


def _named(line: str, at: int) -> tuple[tuple[int, ...], int]:
    for pattern, rows in _GROUPS:
        if found := re.compile(pattern).match(line, at):
            return rows, found.end()
    if found := _DAY.match(line, at):
        chinese, english = found.groups()
        day = (
            _CHINESE.index("日" if chinese == "天" else chinese)
            if chinese
            else next(n for n, name in enumerate(_ENGLISH) if name.startswith(english))
        )
        return (day + 1,), found.end()
    return (), at


def _block(line: str, rest: str, at: int) -> tuple[Block, int]:
    start, at = _time(line, rest, at)
    between = _TO.match(rest, at)
    if start >= DAY or not between:
        raise _unknown(line)
    end, at = _time(line, rest, between.end())
    if end == start or (end - DAY >= start and (start, end) != (0, DAY)):
        raise ValidationError(
            _("%(time)s ends when it begins, or later than a day after. For all day write 00:00–24:00."),
            code="hours",
            params={"time": rest},
        )
    return block(start, end), at


def _time(line: str, rest: str, at: int) -> tuple[int, int]:
    """A time in minutes after midnight, on the next day above 1440, and where it ends."""
    found = _TIME.match(rest, at)
    if not found:
        raise _unknown(line)
    hour, minute = int(found["hour"]), int(found["minute"] or (30 if found["thirty"] else 0))
    half, m = found["half"], (found["m"] or "").replace(".", "")
    if found.end() == found.end("hour") and not half:  # "8-12" could be days, months or hours
        raise _unknown(line)
    if (m == "pm" or half in _PM or (half == "中午" and hour < 3)) and hour < 12:
        hour += 12
    elif hour == 12 and (m == "am" or half == "凌晨"):
        hour = 0
    elif hour == 12 and half in ("晚上", "夜里", "晚"):
        hour = 24
    minutes = hour * 60 + minute
    if minute > 59 or minutes > 2 * DAY - 1 or (m and int(found["hour"]) > 12):
        raise ValidationError(
            _("There is no time %(time)s."), code="hours", params={"time": found[0].strip()}
        )
    if found["next"]:
        minutes += DAY
    return minutes, found.end()


def _unknown(line: str) -> ValidationError:
    return ValidationError(
        _(
            "“%(line)s” is not understood. Write for example: Mon–Fri 08:00–12:00, 14:00–18:00; Sat 18:00–02:00."
        ),
        code="hours",
        params={"line": line},
    )


@lru_cache(maxsize=1024)
def stored(text: str) -> WeeklyHours:
    """The hours that a column holds: as `str(hours)` wrote it, or as a default of the source says it."""
    return read(text)


def write(hours: WeeklyHours, *, short: bool = False) -> str:
    """Lines in the active language, which `read` understands; `short`: one line, "every day" unsaid."""
    groups: dict[tuple[Block, ...], list[int]] = {}
    for row in _EVERY:
        if hours.blocks(row):
            groups.setdefault(hours.blocks(row), []).append(row)
    lines = [f"{_days(rows)} {_times(blocks)}" for blocks, rows in groups.items()]
    if hours.holiday is not None:
        lines.append(f"{_('holidays')} {_times(hours.holiday)}")
    if short:
        return "; ".join(line.removeprefix(f"{_('every day')} ") for line in lines)
    return "\n".join(lines)


def _days(rows: list[int]) -> str:
    if len(rows) == 7:
        return _("every day")
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    names = [str(_DAY_NAMES[row - 1]) for run in runs for row in run[:1]]
    for n, run in enumerate(runs):
        if len(run) > 1:
            names[n] += ("–" if len(run) > 2 else ", ") + str(_DAY_NAMES[run[-1] - 1])
    return ", ".join(names)


def _times(blocks: tuple[Block, ...]) -> str:
    if not blocks:
        return _("not open")
    if blocks == (Block(0, DAY),):
        return _("24 hours")
    return ", ".join(map(str, blocks))
