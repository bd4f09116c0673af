"""Places of one name: which are one thing that was mapped twice, and how the others are told apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from campus.geo import LatLon, inside, metres
from campus.osm import tags as meaning
from campus.osm.reader import Shape

# Two points of one name are one place within this many metres (the lanes of a gate), a point and an outline within that.
POINTS_M, OUTLINE_M = 40, 30


@dataclass
class Candidate:
    """Something on the map that becomes a place. `line` is its outline as positions; of a point only that."""

    shape: Shape
    kind: str
    at: LatLon
    line: list[LatLon]
    name: str
    name_en: str
    grounds: str = ""  # the name of the residential grounds that it stands in
    code: str = ""

    def number(self) -> str:
        return self.shape.tags.get("ref", "").strip() or self.shape.tags.get("addr:housenumber", "").strip()


def is_same_place(first: Candidate, second: Candidate) -> bool:
    """Whether two of one name and kind are one thing: a building and the point in it, two lanes of a gate."""
    if first.number() and second.number() and first.number() != second.number():
        return False
    first_is_area, second_is_area = first.shape.is_ring, second.shape.is_ring
    if first_is_area and second_is_area:
        return inside(second.at, first.line) or inside(first.at, second.line)
    if first_is_area or second_is_area:
        area, point = (first, second) if first_is_area else (second, first)
        return inside(point.at, area.line) or min(metres(point.at, p) for p in area.line) <= OUTLINE_M
    return metres(first.at, second.at) <= POINTS_M


def without_repeats(
    candidates: Iterable[Candidate],
) -> tuple[list[Candidate], list[tuple[Candidate, Candidate]]]:
    """Those that are places of their own, and (left out, the one that it is) of the rest. The first of two stays."""
    kept: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    repeats = []
    for candidate in candidates:
        group = kept[candidate.name, candidate.kind]
        known = next((other for other in group if is_same_place(other, candidate)), None)
        if known:
            repeats.append((candidate, known))
        else:
            group.append(candidate)
    return [candidate for group in kept.values() for candidate in group], repeats


def tell_apart(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Give places of one name names of their own: by number, branch, grounds, or the side on which they lie.

    Returns the groups that had one name.
    """
    groups = defaultdict(list)
    for candidate in candidates:
        groups[candidate.name].append(candidate)
    several = [group for group in groups.values() if len(group) > 1]
    for group in several:
        _distinguish(group, list(MARKS))
    return several


def _branch(candidate: Candidate) -> str:
    return candidate.shape.tags.get("branch", "").strip()


# What tells places apart, the best first.
MARKS: tuple[Callable[[Candidate], str], ...] = (
    Candidate.number,
    _branch,
    lambda candidate: candidate.grounds,
)


def _distinguish(group: list[Candidate], marks: list[Callable[[Candidate], str]]) -> None:
    if len(group) < 2:
        return
    if not marks:
        _by_position(group)
        return
    by_mark = defaultdict(list)
    for candidate in group:
        by_mark[marks[0](candidate)].append(candidate)
    if len(by_mark) > 1:
        for mark, members in by_mark.items():
            if mark:
                for candidate in members:
                    _rename(candidate, f" {mark}")
    for members in by_mark.values():
        _distinguish(members, marks[1:])


def _by_position(group: list[Candidate]) -> None:
    """East and west, north and south of two; of more, numbers from north to south."""
    if len(group) == 2:
        north = abs(group[0].at[0] - group[1].at[0]) > abs(group[0].at[1] - group[1].at[1])
        axis, sides = (
            (0, (("南", "south"), ("北", "north"))) if north else (1, (("西", "west"), ("东", "east")))
        )
        for candidate, (chinese, english) in zip(
            sorted(group, key=lambda candidate: candidate.at[axis]), sides, strict=True
        ):
            _rename(candidate, f"（{chinese}）", f" ({english})")
        return
    ordered = sorted(group, key=lambda candidate: (-candidate.at[0], candidate.at[1], candidate.shape.id))
    for i, candidate in enumerate(ordered, 1):
        _rename(candidate, f"（{i}）", f" ({i})")


def _rename(candidate: Candidate, mark: str, english: str = "") -> None:
    candidate.name += mark
    if candidate.name_en:
        candidate.name_en += english or mark


def candidate_of(shape: Shape, kind: str, at: LatLon, line: list[LatLon], grounds: str) -> Candidate:
    """A candidate by its own name."""
    name = meaning.place_name(shape.tags, kind)
    return Candidate(shape, kind, at, line, name, shape.tags.get("name:en", "").strip(), grounds, shape.id)
