"""What OpenStreetMap's tags mean to us. https://wiki.openstreetmap.org/wiki/Map_features"""

import re
from collections.abc import Iterable

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
FOOTWAYS = {"footway", "path", "pedestrian", "steps", "cycleway", "track", "corridor", "elevator"}
NOT_FOR_US = {"motorway", "motorway_link", "trunk", "trunk_link"}
FEET_ONLY = {"footway", "pedestrian", "steps", "corridor", "elevator"}
ALLOWED, FORBIDDEN = {"yes", "designated", "permissive", "destination"}, {"no", "private"}
ONE_WAY = {"yes", "true", "1"}
# From the specific to the general: the first of these tags that is there decides.
# https://wiki.openstreetmap.org/wiki/Key:access#Transport_mode_restrictions
WALKING, RIDING = ("foot", "access"), ("bicycle", "vehicle", "access")
WHEELS = BICYCLE + EBIKE


def _first(tags: Tags, keys: Iterable[str]) -> str:
    """The value of the first of `keys` that says something."""
    for key in keys:
        value = tags.get(key, "").split(";")[0].strip()
        if value not in ("", "unknown"):
            return value
    return ""


def is_way(tags: Tags) -> bool:
    """Whether it is a street or a path of a kind that couriers use, whoever may."""
    highway = tags.get("highway", "")
    if highway in NOT_FOR_US or (tags.get("motorroad") == "yes" and "foot" not in tags):
        return False
    return highway in ROAD_WIDTH or highway in FOOTWAYS


def vehicles(tags: Tags, *, on_campus: bool) -> tuple[str, str] | None:
    """Who may go along a way and who against it, as the letters of `campus.paths`; None where nobody may.

    Where one may walk and not ride, wheels are pushed (`campus.path_graph`): that needs no letter.
    """
    if not is_way(tags):
        return None
    highway = tags["highway"]
    # Private to the university, and our couriers are its members.
    members = on_campus and "bus" not in tags

    def access(*keys: str) -> str:
        value = _first(tags, keys) or "yes"
        return "yes" if value == "private" and members else value

    may_walk = access(*WALKING) not in FORBIDDEN
    if highway in FEET_ONLY:
        may_ride = bool(_first(tags, RIDING[:2])) and access(*RIDING[:2]) in ALLOWED
    else:
        may_ride = access(*RIDING) in ALLOWED
    electric = may_ride and tags.get("electric_bicycle", "yes") not in FORBIDDEN
    walkers, riders = FOOT * may_walk, BICYCLE * may_ride + EBIKE * electric
    go, back = walkers + riders, walkers + riders
    if tags.get("oneway:bicycle") != "no" and not tags.get("cycleway", "").startswith("opposite"):
        if tags.get("oneway") in ONE_WAY or tags.get("junction") == "roundabout":
            back = walkers
        elif tags.get("oneway") == "-1":
            go = walkers
    return (go, back) if go or back else None


def gets_through(tags: Tags) -> str:
    """Who gets through a barrier on a way, as the letters of `campus.paths`.

    `vehicle=no` keeps nobody from pushing a bicycle through; `bicycle=no` at a gate is a guard or a turnstile that does.
    """
    if "barrier" not in tags:
        return FOOT + WHEELS
    foot, bicycle, vehicle = (_first(tags, [key]) for key in ("foot", "bicycle", "vehicle"))
    is_open = tags.get("locked") != "yes" and tags.get("access") != "no"
    may_walk = foot != "no" if foot else is_open
    may_ride = bicycle != "no" if bicycle else may_walk or vehicle in ALLOWED
    return FOOT * may_walk + WHEELS * may_ride


def is_shut(tags: Tags) -> bool:
    """Whether a barrier on a way lets nobody through."""
    return not gets_through(tags)


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
DORM_NAME = re.compile(r"宿舍|学生公寓|dormitory|student residence", re.I)
# Buildings that one does not enter, or not yet, or no more.
NO_HOUSES = {"", "no", "roof", "construction", "ruins", "collapsed", "demolished", "proposed"}
THINGS = {
    "amenity", "building", "shop", "office", "leisure", "tourism", "healthcare", "craft", "barrier",
}  # fmt: skip
SPORT_LEISURE = {"stadium", "sports_centre", "swimming_pool", "sports_hall"}


NAMES = (
    "name:zh",
    "name:zh-Hans",
    "name",
    "name:en",
    "official_name",
    "short_name",
    "alt_name",
    "loc_name",
    "addr:housename",
)


def name(tags: Tags) -> str:
    """The Chinese name, else the local one, else the English one, else another that it is known by."""
    return next((text for key in NAMES if (text := tags.get(key, "").strip())), "")


NUMBER = re.compile(r"[A-Za-z]?\d+[A-Za-z]?")


def place_name(tags: Tags, kind: str) -> str:
    """What a place is called: by its name, or a building or gate without one by its number. "" where it has neither."""
    if name(tags) or not ("building" in tags or "barrier" in tags):
        return name(tags)
    number = tags.get("ref", "").strip()
    if kind in (Kind.DORM, Kind.TEACHING):
        number = number or tags.get("addr:housenumber", "").strip()
    if NUMBER.fullmatch(number):
        return f"{number}号门" if kind == Kind.GATE else f"{number}号楼"
    return number


def is_named_thing(tags: Tags) -> bool:
    """Whether somebody may look for it among the places, though it is of no kind that we know."""
    return bool(name(tags)) and not THINGS.isdisjoint(tags)


def place_kind(tags: Tags) -> str | None:
    """The kind of place that something is; None when people do not order from or to it."""
    names, amenity = f"{name(tags)} {tags.get('name:en', '')}", tags.get("amenity", "")
    building, leisure = tags.get("building", ""), tags.get("leisure", "")
    if "highway" in tags or "railway" in tags or "public_transport" in tags:
        return None
    if tags.get("barrier") == "gate":
        return Kind.GATE
    if "dormitory" in building.split(";") or amenity == "student_accommodation":
        return Kind.DORM
    if CANTEEN_NAME.search(names) or amenity in ("canteen", "food_court"):
        return Kind.CANTEEN
    if PARCEL_NAME.search(names) or amenity in ("post_office", "parcel_locker"):
        return Kind.PARCEL_STATION
    if building and DORM_NAME.search(names):
        return Kind.DORM
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
        or amenity
        in ("university", "college")  # a faculty or a department: the campus itself is none of its places
        or tags.get("office") == "research"
        or (building and TEACHING_NAME.search(names))
    ):
        return Kind.TEACHING
    is_house = building not in NO_HOUSES and name(tags)
    return Kind.OTHER if amenity in OTHER_AMENITIES or is_house else None


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
