"""What a phone says of where it is: {"lat", "lon"} in degrees (WGS-84), or several of them {"fixes": [{"lat", "lon",
"ago"}…]} with their age in seconds. Judged in one place, without a form: it comes hundreds of times a second."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

MOST = 50  # what a phone gathers while it has no network
OLDEST = 3600


class Position(NamedTuple):
    """Where a phone was: degrees (WGS-84), the metres within which that is true with 68 %, and how long ago."""

    lat: float
    lon: float
    accuracy_m: float = 0.0
    age: timedelta = timedelta()


@dataclass(frozen=True)
class Fix:
    """Where a courier was, and when."""

    courier: int
    at: datetime
    lat: float
    lon: float


def parse(body: bytes) -> list[tuple[float, float, float]] | None:
    """(latitude, longitude, age in seconds) of each; None for what is no position."""
    try:
        data = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):  # UnicodeDecodeError, numbers without end and NaN are ValueErrors
        return None
    if not isinstance(data, dict):
        return None
    rows = data.get("fixes", [data])
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        return None
    found = [_fix(row) for row in rows]
    return None if None in found else found


def _fix(row) -> tuple[float, float, float] | None:
    if not isinstance(row, dict):
        return None
    lat, lon, ago = row.get("lat"), row.get("lon"), row.get("ago") or 0
    # Not isinstance: true is an int. Compared before they are made floats, which the longest ints cannot be.
    if not {type(lat), type(lon), type(ago)} <= {int, float}:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= ago <= OLDEST):
        return None
    return float(lat), float(lon), float(ago)


def _no_number(name: str):
    raise ValueError(name)
