"""Every read of dispatch that is more than a get."""

from dispatch.selectors.bidding import Wanted, bids_of, wanted, wanted_orders
from dispatch.selectors.board import Board, board
from dispatch.selectors.custody import chain, where_is
from dispatch.selectors.earnings import done_jobs, earnings
from dispatch.selectors.hall import (
    SORTS,
    Card,
    Hall,
    card,
    hall,
    kind_label,
    pickup_label,
    tags,
    waiting_for,
)
from dispatch.selectors.jobs import (
    had_job,
    job,
    job_map,
    job_page,
    jobs_of,
    next_stop,
    route_map,
    route_stops,
    today,
)
from dispatch.selectors.offers import OfferCard, offer_card, offers_paused, open_offer
from dispatch.selectors.shelf import item_of, shelf, stations_of
from dispatch.selectors.shifts import shifts_page
from dispatch.selectors.tracking import CourierCard, courier_card, leg_of, map_data, trail
from dispatch.selectors.training import courses_of, has_passed, joining_steps
from dispatch.selectors.waivers import photo_waiver, waivers_asked
from dispatch.selectors.ways import Ways, in_hall, kinds_with, ways

__all__ = [
    "SORTS",
    "Board",
    "Card",
    "CourierCard",
    "Hall",
    "OfferCard",
    "Wanted",
    "Ways",
    "bids_of",
    "board",
    "card",
    "chain",
    "courier_card",
    "courses_of",
    "done_jobs",
    "earnings",
    "had_job",
    "hall",
    "has_passed",
    "in_hall",
    "item_of",
    "job",
    "job_map",
    "job_page",
    "jobs_of",
    "joining_steps",
    "kind_label",
    "kinds_with",
    "leg_of",
    "map_data",
    "next_stop",
    "offer_card",
    "offers_paused",
    "open_offer",
    "photo_waiver",
    "pickup_label",
    "route_map",
    "route_stops",
    "shelf",
    "shifts_page",
    "stations_of",
    "tags",
    "today",
    "trail",
    "waiting_for",
    "waivers_asked",
    "wanted",
    "wanted_orders",
    "ways",
    "where_is",
]
