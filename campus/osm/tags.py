"""What OpenStreetMap's tags mean to us. https://wiki.openstreetmap.org/wiki/Map_features"""

import re

from campus.models import Place
from campus.osm.reader import Tags
from campus.paths import BICYCLE, EBIKE, FOOT

Kind = Place.Kind

# ---- Ways ----------------------------------------------------------------------------------------------------
# highway=…: width on the drawn map in metres. Motorways and trunk roads are drawn but nobody walks on them.
ROAD_WIDTH = {
    "motorway": 16, "trunk": 16, "primary": 14, "secondary": 12, "tertiary": 10, "unclassified": 7, "residential": 7,
    "living_street": 6, "service": 5, "road": 6, "motorway_link": 8, "trunk_link": 8, "primary_link": 8,
    "secondary_link": 8, "tertiary_link": 7,
}  # fmt: skip
FOOTWAYS = {"footway", "path", "pedestrian", "steps", "cycleway", "track", "corridor"}
NOT_FOR_US = {"motorway", "motorway_link", "trunk", "trunk_link"}
FEET_ONLY = {"footway", "pedestrian", "steps", "corridor"}
ALLOWED, FORBIDDEN = {"yes", "designated", "permissive", "destination"}, {"no", "private"}
ONE_WAY = {"yes", "true", "1"}


def vehicles(tags: Tags, *, on_campus: bool) -> tuple[str, str] | None:
    """Who may go along a way and who against it, as the letters of `campus.paths`; None where nobody may."""
    highway = tags.get("highway", "")
    if highway in NOT_FOR_US or highway not in ROAD_WIDTH.keys() | FOOTWAYS:
        return None
    general = tags.get("access", "yes")
    if general == "private" and on_campus and "bus" not in tags:
        general = "yes"  # private to the university, and our couriers are its members
    may_walk = tags.get("foot", general) not in FORBIDDEN
    wheels = "no" if highway in FEET_ONLY else general
    may_ride = tags.get("bicycle", wheels) in ALLOWED
    riders = BICYCLE * may_ride + EBIKE * (may_ride and tags.get("electric_bicycle", "yes") not in FORBIDDEN)
    walkers = FOOT * may_walk
    go, back = walkers + riders, walkers + riders
    if tags.get("oneway:bicycle") != "no" and not tags.get("cycleway", "").startswith("opposite"):
        if tags.get("oneway") in ONE_WAY or tags.get("junction") == "roundabout":
            back = walkers
        elif tags.get("oneway") == "-1":
            go = walkers
    return (go, back) if go or back else None


def is_shut(tags: Tags) -> bool:
    """Whether a barrier on a way lets nobody through."""
    if "barrier" not in tags or tags.get("foot") in ALLOWED:
        return False
    return tags.get("locked") == "yes" or tags.get("access") == "no"


# ---- Places --------------------------------------------------------------------------------------------------
CANTEEN_NAME = re.compile(r"食堂|餐厅|canteen|cafeteria|dining hall", re.I)
PARCEL_NAME = re.compile(r"快递|驿站|菜鸟|parcel", re.I)
TEACHING_NAME = re.compile(r"教学楼|教室|实验|讲堂|teaching|lecture|laborator", re.I)
OFFICE_NAME = re.compile(r"行政|办公|综合楼|服务中心|后勤|保卫|administration", re.I)
OTHER_AMENITIES = {
    "hospital",
    "clinic",
    "doctors",
    "bank",
    "theatre",
    "cinema",
    "studio",
    "public_bath",
    "bus_station",
}
SPORT_LEISURE = {"stadium", "sports_centre", "swimming_pool", "sports_hall"}


def name(tags: Tags) -> str:
    """The Chinese name, else the local one, else the English one."""
    return tags.get("name:zh") or tags.get("name") or tags.get("name:en", "")


def place_kind(tags: Tags) -> str | None:
    """The kind of place that something named is; None when people do not order from or to it."""
    names, amenity = f"{name(tags)} {tags.get('name:en', '')}", tags.get("amenity", "")
    building, leisure = tags.get("building", ""), tags.get("leisure", "")
    if not name(tags) or "highway" in tags or "railway" in tags or "public_transport" in tags:
        return None
    if tags.get("barrier") == "gate":
        return Kind.GATE
    if "dormitory" in building.split(";") or amenity == "student_accommodation":
        return Kind.DORM
    if CANTEEN_NAME.search(names) or amenity in ("canteen", "food_court"):
        return Kind.CANTEEN
    if PARCEL_NAME.search(names) or amenity in ("post_office", "parcel_locker"):
        return Kind.PARCEL_STATION
    if amenity == "library":
        return Kind.LIBRARY
    if "shop" in tags or amenity in ("restaurant", "fast_food", "cafe") or building == "retail":
        return Kind.SHOP
    if leisure in SPORT_LEISURE or (leisure == "pitch" and building):
        return Kind.SPORT
    if OFFICE_NAME.search(names) or tags.get("office") == "government":
        return Kind.OFFICE
    if (
        building in ("university", "school", "college")
        or tags.get("office") == "research"
        or (building and TEACHING_NAME.search(names))
    ):
        return Kind.TEACHING
    return Kind.OTHER if amenity in OTHER_AMENITIES or building == "hospital" else None


def floors(tags: Tags, kind: str) -> int:
    """Storeys; where nobody has counted them, what is usual."""
    levels = re.match(r"\d+", tags.get("building:levels", ""))
    return (
        min(int(levels[0]), 99)
        if levels and int(levels[0])
        else {Kind.DORM: 6, Kind.TEACHING: 5}.get(kind, 1)
    )


DORM_NUMBER = re.compile(r"[\s第#]*\d+\s*(号楼|号|栋|幢|舍|楼|#)?\s*$")
DORM_NUMBER_EN = re.compile(r"\s*(building|block|no\.?|dormitory)?\s*#?\d+\s*$", re.I)


def dorm_cluster(tags: Tags) -> tuple[str, str]:
    """What a dorm's name has in common with its neighbours': 天佑斋3号楼 → (天佑斋, Tianyouzhai)."""
    return DORM_NUMBER.sub("", name(tags)), DORM_NUMBER_EN.sub("", tags.get("name:en", ""))


# ---- The drawn map -------------------------------------------------------------------------------------------
GREEN = {
    ("landuse", "grass"), ("landuse", "meadow"), ("landuse", "flowerbed"), ("landuse", "village_green"),
    ("landuse", "recreation_ground"), ("leisure", "park"), ("leisure", "garden"), ("natural", "grassland"),
    ("natural", "scrub"), ("leisure", "stadium"),
}  # fmt: skip
WOOD = {("landuse", "forest"), ("natural", "wood")}
WATERWAY_WIDTH = {"river": 14, "canal": 7, "stream": 3}
FIELDS = {"soccer": "field", "running": "track", "athletics": "track"}


def ground(tags: Tags) -> tuple[str, str] | None:
    """(kind, type) on the drawn map of an area that is not a building."""
    pairs = set(tags.items())
    if tags.get("natural") == "water" or tags.get("leisure") == "swimming_pool":
        return "water", ""
    if tags.get("leisure") == "track":
        return "pitch", "track"
    if tags.get("leisure") == "pitch":
        sport = tags.get("sport", "").split(";")[0]
        return "pitch", FIELDS.get(sport, sport)
    if pairs & WOOD:
        return "wood", ""
    if pairs & GREEN:
        return "green", ""
    if tags.get("place") == "square" or (tags.get("highway") == "pedestrian" and tags.get("area") == "yes"):
        return "plaza", ""
    return None
