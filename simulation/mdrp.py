"""Reads a public meal-delivery day (the `mdrplib` instances of Reyes, Erera, Savelsbergh, Sahasrabudhe and O'Neil).

Times are whole minutes from midnight, positions metres.
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

PICKUP_SERVICE, DROPOFF_SERVICE = 4, 4  # minutes, where the instance does not say


@dataclass(frozen=True)
class Spot:
    """A point in metres east and north of the instance's corner."""

    x: float
    y: float

    def minutes_to(self, other: "Spot", speed: float) -> int:
        """Whole minutes on the straight line at `speed` metres a minute, rounded up."""
        return math.ceil(math.hypot(self.x - other.x, self.y - other.y) / speed)


@dataclass(frozen=True)
class DayOrder:
    id: str
    door: Spot
    placed: int
    ready: int
    restaurant: str


@dataclass(frozen=True)
class Shift:
    id: str
    start: Spot
    on: int
    off: int


@dataclass(frozen=True)
class Day:
    """One instance: its orders by placement time, restaurants, shifts; speed in metres a minute."""

    name: str
    orders: list[DayOrder]
    restaurants: dict[str, Spot]
    shifts: list[Shift]
    speed: float
    pickup_service: int
    dropoff_service: int
    target: int  # minutes from click to door
    patience: int  # after so many minutes the customer gives up


def read_day(folder: Path) -> Day:
    """Read the folder of an instance. Raises FileNotFoundError or KeyError where it is not one."""
    parameters = _rows(folder / "instance_parameters.txt")[0]
    restaurants = {
        row["restaurant"]: Spot(float(row["x"]), float(row["y"])) for row in _rows(folder / "restaurants.txt")
    }
    orders = [
        DayOrder(
            row["order"],
            Spot(float(row["x"]), float(row["y"])),
            int(row["placement_time"]),
            int(row["ready_time"]),
            row["restaurant"],
        )
        for row in _rows(folder / "orders.txt")
    ]
    shifts = [
        Shift(
            row["courier"], Spot(float(row["x"]), float(row["y"])), int(row["on_time"]), int(row["off_time"])
        )
        for row in _rows(folder / "couriers.txt")
    ]
    return Day(
        name=folder.name,
        orders=sorted(orders, key=lambda order: (order.placed, order.id)),
        restaurants=restaurants,
        shifts=shifts,
        speed=float(parameters["meters_per_minute"]),
        pickup_service=int(parameters.get("pickup service minutes", PICKUP_SERVICE)),
        dropoff_service=int(parameters.get("dropoff service minutes", DROPOFF_SERVICE)),
        target=int(parameters.get("target click-to-door", 40)),
        patience=int(parameters.get("maximum click-to-door", 90)),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))
