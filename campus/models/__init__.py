"""The ground that everything happens on, and the maps that it is made of."""

from campus.models.calendar import CalendarEntry, CalendarYear
from campus.models.ground import (
    Admits,
    BaseMap,
    CallProvider,
    Campus,
    Named,
    PathNetwork,
    PeakPeriod,
    Place,
    Vehicle,
    Weather,
    Zone,
)
from campus.models.imports import MapImport

__all__ = [
    "Admits",
    "BaseMap",
    "CalendarEntry",
    "CalendarYear",
    "CallProvider",
    "Campus",
    "MapImport",
    "Named",
    "PathNetwork",
    "PeakPeriod",
    "Place",
    "Vehicle",
    "Weather",
    "Zone",
]
