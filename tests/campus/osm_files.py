"""Small extracts for tests: a square campus of 640 m with one street through it, 20 – 21 – 22, and more as a test says."""

from pathlib import Path

from campus.osm.report import Reason

CASES = Path(__file__).parents[1] / "cases"
SOUTH, NORTH = (30.0005, 104.003), (30.0055, 104.003)  # the ends of the street, 556 m apart
POINTS = {
    1: (30.0, 104.0), 2: (30.0, 104.006), 3: (30.006, 104.006), 4: (30.006, 104.0),
    20: SOUTH, 21: (30.003, 104.003), 22: NORTH, 25: (30.0005, 104.005), 26: (30.0055, 104.005),
}  # fmt: skip
EDGE = {"amenity": "university", "name": "试验大学", "name:en": "Test University"}
STREET = {"highway": "service"}
DORM = {"building": "dormitory"}
AT = [(30.0008 + i * 0.0006, 104.001) for i in range(8)]  # where houses stand apart


def tags_of(tags: dict) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def node(number: int, at: tuple[float, float], more: str = "", /, **tags) -> str:
    return f'<node id="{number}" lat="{at[0]}" lon="{at[1]}"{more}>{tags_of(tags)}</node>'


def way(number: int, nodes: list[int], tags: dict | None = None, more: str = "") -> str:
    refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
    return f'<way id="{number}"{more}>{refs}{tags_of(tags or {})}</way>'


def relation(number: int, members: list[tuple[str, int]], tags: dict, more: str = "") -> str:
    parts = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for role, ref in members)
    return f'<relation id="{number}"{more}>{parts}{tags_of(tags)}</relation>'


def house(number: int, at: tuple[float, float], tags: dict, size: float = 0.0004) -> str:
    """A square building of about forty metres: its corners and its way. `at` is the south-west corner."""
    corners = [at, (at[0], at[1] + size), (at[0] + size, at[1] + size), (at[0] + size, at[1])]
    ids = [number * 10 + i for i in range(4)]
    nodes = "".join(node(i, corner) for i, corner in zip(ids, corners, strict=True))
    return nodes + way(number, [*ids, ids[0]], tags)


def extract(
    *parts: str, edge: dict | None = EDGE, street: dict | None = STREET, at_21: dict | None = None
) -> str:
    """The text of a file. `at_21` are the tags of the node in the middle of the street; with any there is a detour
    of 941 m by 25 and 26."""
    nodes = [node(n, at, **(at_21 or {})) if n == 21 else node(n, at) for n, at in POINTS.items()]
    ways = [way(100, [1, 2, 3, 4, 1], edge)] if edge is not None else []
    if street:
        ways.append(way(101, [20, 21, 22], street))
    if at_21:
        ways.append(way(102, [20, 25, 26, 22], STREET))
    return "<osm version='0.6'>" + "".join([*nodes, *ways, *parts]) + "</osm>"


def names(report) -> list[str]:
    """Of the campus's places."""
    return sorted(report.campus.places.values_list("name", flat=True))


def left_out(report) -> dict[str, Reason]:
    """{id of the object: why it became no place}."""
    return {item.id: item.reason for item in report.left_out}
