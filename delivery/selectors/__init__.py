"""Every read of what is carried that is more than a get."""

from delivery.selectors.custody import chain, where_is
from delivery.selectors.earnings import done_jobs, earnings
from delivery.selectors.expectation import Expectation, expectation
from delivery.selectors.jobs import (
    had_job,
    handing_on,
    job,
    job_map,
    job_page,
    jobs_of,
    next_stop,
    route_map,
    route_stops,
    today,
)
from delivery.selectors.labels import pickup_label, tags
from delivery.selectors.ratings import rating_state, ratings_of
from delivery.selectors.shelf import item_of, shelf, stations_of, waits_in_station
from delivery.selectors.tracking import CourierCard, courier_card, leg_of, map_data, trail
from delivery.selectors.waivers import photo_waiver, waivers_asked

__all__ = [
    "CourierCard",
    "Expectation",
    "chain",
    "courier_card",
    "done_jobs",
    "earnings",
    "expectation",
    "had_job",
    "handing_on",
    "item_of",
    "job",
    "job_map",
    "job_page",
    "jobs_of",
    "leg_of",
    "map_data",
    "next_stop",
    "photo_waiver",
    "pickup_label",
    "rating_state",
    "ratings_of",
    "route_map",
    "route_stops",
    "shelf",
    "stations_of",
    "tags",
    "today",
    "trail",
    "waits_in_station",
    "waivers_asked",
    "where_is",
]
