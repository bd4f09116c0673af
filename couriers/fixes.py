"""What a phone says of where it is: {"lat", "lon", "acc"} in degrees (WGS-84) and metres, or several of them {"fixes":
[{"lat", "lon", "acc", "ago"}…]} with their age in seconds. Judged in one place, without a form: it comes hundreds of
times a second."""

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

MOST = 50  # what a phone gathers while it has no network
OLDEST = 3600
# What is less exact than this (metres) tells nothing more than that.
LEAST_ACCURATE_M = 10_000
# Metres of a fix's own inaccuracy that count for the courier wherever distances are compared.
MOST_DOUBT_M = 150


class Position(NamedTuple):
    """Where a phone was: degrees (WGS-84), the metres within which that is true with 68 %, and how long ago."""

    lat: float
    lon: float
    accuracy_m: float = 0.0
    age: timedelta = timedelta()


class Reading(NamedTuple):
    """One position as a phone sends it: degrees, its age in seconds, and its accuracy in metres if the phone knows it."""

    lat: float
    lon: float
    ago: float
    accuracy_m: int | None


@dataclass(frozen=True)
class Fix:
    """Where a courier was, and when. `accuracy_m`: None where the phone does not know."""

    courier: int
    at: datetime
    lat: float
    lon: float
    accuracy_m: int | None = None


def accuracy(metres: float | None) -> int | None:
    """Whole metres, rounded up and bounded; None for what no phone means: nobody knows their place to nothing."""
    return min(math.ceil(metres), LEAST_ACCURATE_M) if metres else None


def parse(body: bytes) -> list[Reading] | None:
    """What was sent; None for what is no position."""
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


def fixes_of(courier: int, readings: list[Reading], now: datetime) -> list[Fix]:
    """What a courier's phone sent at `now`, as fixes in time."""
    return [
        Fix(courier, now - timedelta(seconds=one.ago), one.lat, one.lon, one.accuracy_m) for one in readings
    ]


def _fix(row) -> Reading | None:
    if not isinstance(row, dict):
        return None
    lat, lon, ago, acc = row.get("lat"), row.get("lon"), row.get("ago") or 0, row.get("acc") or 0
    # Not isinstance: true is an int. Compared before they are made floats, which the longest ints cannot be.
    if not {type(lat), type(lon), type(ago), type(acc)} <= {int, float}:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= ago <= OLDEST and acc >= 0):
        return None
    return Reading(float(lat), float(lon), float(ago), accuracy(min(acc, LEAST_ACCURATE_M)))


def _no_number(name: str):
    raise ValueError(name)
