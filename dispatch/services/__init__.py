"""Every write that gives a job to a courier."""

from dispatch.services.bidding import choose_bid, give_to_chosen, place_bid, withdraw_bid
from dispatch.services.board import assign_leg, swap_assignments, unassign_leg
from dispatch.services.demand import measure_demand
from dispatch.services.offers import accept as accept_offer
from dispatch.services.offers import expire as expire_offers
from dispatch.services.offers import make as make_offer
from dispatch.services.offers import refuse as refuse_offer
from dispatch.services.offers import resume as resume_offers
from dispatch.services.offers import withdraw as withdraw_offer
from dispatch.services.people import add_favourite, ask_favourite, block, remove_favourite, unblock
from dispatch.services.rescuing import rescue
from dispatch.services.rounds import plan_round
from dispatch.services.scanning import claim_by_scan, process_scan
from dispatch.services.taking import grab, reassign

__all__ = [
    "accept_offer",
    "add_favourite",
    "ask_favourite",
    "assign_leg",
    "block",
    "choose_bid",
    "claim_by_scan",
    "expire_offers",
    "give_to_chosen",
    "grab",
    "make_offer",
    "measure_demand",
    "place_bid",
    "plan_round",
    "process_scan",
    "reassign",
    "refuse_offer",
    "remove_favourite",
    "rescue",
    "resume_offers",
    "swap_assignments",
    "unassign_leg",
    "unblock",
    "withdraw_bid",
    "withdraw_offer",
]
