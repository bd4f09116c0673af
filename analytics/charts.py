"""Geometry of the server-drawn charts: numbers in, coordinates out. Colours and type are the style sheet's."""

from dataclasses import dataclass

from analytics.selectors import Heat, HourRow

# The drawing of the hours: units of its viewBox.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 300, 34, 26, 14
LEVELS = 5


@dataclass(frozen=True)
class Column:
    """One hour: the bar of its orders (x, y, width, height) and the dot of its on-time rate (None without any)."""

    hour: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    dot: float | None
    row: HourRow


@dataclass(frozen=True)
class Columns:
    width: int
    height: int
    columns: list[Column]
    grid: list[tuple[float, int]]  # (y, orders) of the lines
    line: str  # points of the on-time line
    base: int


def columns(rows: list[HourRow]) -> Columns:
    """Orders as bars on the left scale, the on-time rate as a line from 0 to 100 %."""
    most = nice(max((row.placed for row in rows), default=0))
    base = HEIGHT - BOTTOM
    step = (WIDTH - LEFT) / max(len(rows), 1)
    width = min(step * 0.56, 30)

    def up(part: float) -> float:
        return round(base - part * (base - TOP), 1)

    found = []
    for number, row in enumerate(rows):
        middle = LEFT + step * (number + 0.5)
        top = up(row.placed / most)
        found.append(
            Column(
                row.hour,
                round(middle - width / 2, 1),
                top,
                round(width, 1),
                round(base - top, 1),
                round(middle, 1),
                None if row.rate is None else up(row.rate / 100),
                row,
            )
        )
    line = " ".join(f"{column.middle},{column.dot}" for column in found if column.dot is not None)
    grid = [(up(part / 4), round(most * part / 4)) for part in range(0, 5, 2)]
    return Columns(WIDTH, HEIGHT, found, grid, line, base)


def nice(value: int) -> int:
    """The end of a scale: at least 4, and a multiple of 4, so that its middle is whole."""
    step = 4
    while step * 5 < value:
        step *= 5 if str(step).startswith("4") else 2
    return max(4, -(-value // step) * step)


@dataclass(frozen=True)
class Cell:
    hour: int
    count: int
    level: int  # 0 for none, up to LEVELS


def cells(heat: Heat) -> list[tuple[str, list[Cell]]]:
    """The rows of the heat map."""
    return [
        (
            label,
            [
                Cell(hour, count, level(count, heat.most))
                for hour, count in zip(heat.hours, counts, strict=True)
            ],
        )
        for label, counts in heat.rows
    ]


def level(count: int, most: int) -> int:
    """How dark a cell is."""
    return -(-count * LEVELS // most) if count and most else 0
