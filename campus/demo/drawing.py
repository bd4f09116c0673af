"""Drawing in metres: smooth lines, the outlines of buildings, rows of trees, and where lines meet."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from campus.geo import XY, inside, on_segment

Line = list[XY]


def smooth(points: Sequence[XY], step: float = 14.0) -> Line:
    """A Catmull-Rom curve through the points, one corner each `step` metres. Closed when the ends are the same."""
    closed = points[0] == points[-1]
    if len(points) < 3:
        return list(points)
    if closed:
        padded = [points[-2], *points, points[1]]
    else:
        padded = [_mirrored(points[1], points[0]), *points, _mirrored(points[-2], points[-1])]
    line: Line = [points[0]]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces = max(1, round(math.dist(p1, p2) / step))
        for i in range(1, pieces):
            line.append(_between(p0, p1, p2, p3, i / pieces))
        line.append(p2)
    return line


def _between(p0: XY, p1: XY, p2: XY, p3: XY, t: float) -> XY:
    def axis(i):
        return 0.5 * (
            2 * p1[i]
            + (p2[i] - p0[i]) * t
            + (2 * p0[i] - 5 * p1[i] + 4 * p2[i] - p3[i]) * t * t
            + (3 * p1[i] - p0[i] - 3 * p2[i] + p3[i]) * t**3
        )

    return axis(0), axis(1)


def _mirrored(p: XY, at: XY) -> XY:
    return 2 * at[0] - p[0], 2 * at[1] - p[1]


def blob(points: Sequence[XY], step: float = 10.0) -> Line:
    """A closed smooth outline through the points."""
    return smooth([*points, points[0]], step)


def circle(x: float, y: float, radius: float, corners: int = 40) -> Line:
    return ellipse(x, y, radius, radius, corners)


def ellipse(x: float, y: float, rx: float, ry: float, corners: int = 40) -> Line:
    turn = 2 * math.pi / corners
    return [(x + rx * math.cos(i * turn), y + ry * math.sin(i * turn)) for i in range(corners)]


def track(x: float, y: float, width: float, height: float) -> Line:
    """An upright running track: two straights and two half circles."""
    r, half = width / 2, height / 2 - width / 2
    arc = [math.pi * i / 16 for i in range(17)]
    top = [(x + r * math.cos(a), y + half + r * math.sin(a)) for a in arc]
    return top + [(2 * x - px, 2 * y - py) for px, py in top]


def placed(outline: Sequence[XY], centre: XY, degrees: float) -> Line:
    """An outline about the origin, turned and moved to `centre`."""
    a = math.radians(degrees)
    cos, sin = math.cos(a), math.sin(a)
    return [(centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in outline]


def building(shape: str, size: tuple[float, float]) -> tuple[Line, list[Line]]:
    """The outline of a building about the origin, and its courtyards. The front faces south."""
    w, h = size[0] / 2, size[1] / 2
    box = [(-w, -h), (w, -h), (w, h), (-w, h)]
    t = min(17.0, h * 0.8)
    if shape == "U":
        return [
            (-w, -h),
            (-w + t, -h),
            (-w + t, h - t),
            (w - t, h - t),
            (w - t, -h),
            (w, -h),
            (w, h),
            (-w, h),
        ], []
    if shape == "L":
        return [(-w, -h), (w, -h), (w, -h + t), (-w + t, -h + t), (-w + t, h), (-w, h)], []
    if shape == "O":
        return box, [[(-w + t, -h + t), (w - t, -h + t), (w - t, h - t), (-w + t, h - t)]]
    if shape == "E":
        wing = w * 0.32
        spine = h - t
        return [
            (-w, -h), (-w + wing, -h), (-w + wing, spine), (-wing / 2, spine), (-wing / 2, -h), (wing / 2, -h),
            (wing / 2, spine), (w - wing, spine), (w - wing, -h), (w, -h), (w, h), (-w, h),
        ], []  # fmt: skip
    if shape == "H":
        wing, bar = w * 0.34, t / 2
        return [
            (-w, -h), (-w + wing, -h), (-w + wing, -bar), (w - wing, -bar), (w - wing, -h), (w, -h),
            (w, h), (w - wing, h), (w - wing, bar), (-w + wing, bar), (-w + wing, h), (-w, h),
        ], []  # fmt: skip
    if shape == "T":
        return [
            (-w, -h * 0.4), (-w * 0.3, -h * 0.4), (-w * 0.3, -h), (w * 0.3, -h), (w * 0.3, -h * 0.4), (w, -h * 0.4),
            (w, h), (-w, h),
        ], []  # fmt: skip
    if shape == "hall":
        return [(-w, -h * 0.7), (-w * 0.7, -h), (w * 0.7, -h), (w, -h * 0.7), (w, h), (w * 0.4, h), (w * 0.4, h * 0.7),
                (-w * 0.4, h * 0.7), (-w * 0.4, h), (-w, h)], []  # fmt: skip
    if shape == "fan":
        # A round front to the west, over the water.
        arc = [math.pi * (0.62 + 0.76 * i / 14) for i in range(15)]
        return [
            (w, -h * 0.9),
            (w, h * 0.9),
            *[(w * 0.25 + 1.25 * w * math.cos(a), h * math.sin(a)) for a in arc],
        ], []
    if shape == "library":
        cut = w * 0.36
        outline = [(-w + cut, -h), (w - cut, -h), (w, -h + cut), (w, h - cut), (w - cut, h), (-w + cut, h), (-w, h - cut),
                   (-w, -h + cut)]  # fmt: skip
        return outline, [[(x * 0.34, y * 0.34) for x, y in outline]]
    if shape == "oval":
        return [(x, y) for x, y in ellipse(0, 0, w, h, 36)], []
    return box, []


def tree_row(line: Line, offset: float, step: float = 15.0) -> Line:
    """Points on both sides of a line."""
    trees, along, due = [], 0.0, step / 2
    for a, b in pairwise(line):
        size = math.dist(a, b)
        while size and due <= along + size:
            t = (due - along) / size
            x, y = a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
            nx, ny = -(b[1] - a[1]) / size, (b[0] - a[0]) / size
            trees += [(x + nx * offset, y + ny * offset), (x - nx * offset, y - ny * offset)]
            due += step
        along += size
    return trees


def scattered(ring: Line, spacing: float, seed: int) -> Line:
    """Points strewn in an area, the same each time: a grid, shaken."""
    chance = random.Random(seed)
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    found, y = [], min(ys)
    while y < max(ys):
        x = min(xs)
        while x < max(xs):
            p = (x + chance.uniform(-0.4, 0.4) * spacing, y + chance.uniform(-0.4, 0.4) * spacing)
            if inside(p, ring):
                found.append(p)
            x += spacing
        y += spacing
    return found


def distance_to(line: Line, p: XY) -> float:
    return math.dist(p, nearest_on(line, p)[1])


def nearest_on(line: Line, p: XY) -> tuple[int, XY]:
    """The piece (its first corner's number) and the point of a line that are nearest to `p`."""
    best = (0, line[0])
    for i, (a, b) in enumerate(pairwise(line)):
        t = on_segment(p, a, b)
        q = (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
        if math.dist(p, q) < math.dist(p, best[1]):
            best = (i, q)
    return best


def joined(lines: list[Line], reach: float = 16.0) -> list[Line]:
    """The lines with a common corner wherever two meet: loose ends are drawn to the nearest other line within
    `reach` metres, and crossings get a corner in both."""
    lines = [list(line) for line in lines]
    for number, line in enumerate(lines):
        if line[0] == line[-1]:
            continue
        for end in (0, -1):
            options = [
                (other, *nearest_on(lines[other], line[end]))
                for other in range(len(lines))
                if other != number
            ]
            other, piece, point = min(options, key=lambda option: math.dist(option[2], line[end]))
            if math.dist(point, line[end]) <= reach:
                line[end] = point
                if point not in lines[other]:
                    lines[other].insert(piece + 1, point)
    corners: dict[tuple[int, int], list[tuple[float, XY]]] = {}
    pieces = [(n, i, a, b) for n, line in enumerate(lines) for i, (a, b) in enumerate(pairwise(line))]
    for k, (n, i, a, b) in enumerate(pieces):
        for m, j, c, d in pieces[k + 1 :]:
            if n == m or max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
                continue
            hit = _crossing(a, b, c, d)
            if hit:
                t, u, point = hit
                corners.setdefault((n, i), []).append((t, point))
                corners.setdefault((m, j), []).append((u, point))
    result = []
    for n, line in enumerate(lines):
        whole = [line[0]]
        for i, (_a, b) in enumerate(pairwise(line)):
            whole += [point for _t, point in sorted(corners.get((n, i), []))]
            whole.append(b)
        result.append([p for k, p in enumerate(whole) if k == 0 or p != whole[k - 1]])
    return result


def _crossing(a: XY, b: XY, c: XY, d: XY) -> tuple[float, float, XY] | None:
    """Where two pieces cross inside both: (share of a–b, share of c–d, point). A shared corner is no crossing."""
    rx, ry, sx, sy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = rx * sy - ry * sx
    if abs(cross) < 1e-9:
        return None
    t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
    u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross
    edge = 1e-6
    if not (-edge <= t <= 1 + edge and -edge <= u <= 1 + edge):
        return None
    for p in (a, b):
        if p in (c, d):
            return None
    point = a if t < edge else b if t > 1 - edge else c if u < edge else d if u > 1 - edge else None
    return t, u, point or (a[0] + t * rx, a[1] + t * ry)
