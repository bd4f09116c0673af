"""Every write to a courier or a leg."""

from dispatch.services.applications import (
    accept_applicant,
    apply,
    ask_for_better_photo,
    delete_documents,
    forget_courier,
    leave,
    refuse_applicant,
)
from dispatch.services.bidding import choose_bid, give_to_chosen, place_bid, withdraw_bid
from dispatch.services.board import put, swap, take_back
from dispatch.services.calling import call_courier, call_customer
from dispatch.services.carrying import (
    arrive_at_dropoff,
    arrive_at_pickup,
    buy_goods,
    deliver,
    give_back,
    pick_up,
    take_back_arrival,
)
from dispatch.services.codes import poster, show
from dispatch.services.codes import tidy as tidy_codes
from dispatch.services.demand import measure_demand
from dispatch.services.duty import change_credit, keep_rest, reinstate, set_duty, stop_barred, suspend
from dispatch.services.etas import renew_etas
from dispatch.services.losing import in_hand, quote_write_off, write_off
from dispatch.services.offers import accept as accept_offer
from dispatch.services.offers import expire as expire_offers
from dispatch.services.offers import make as make_offer
from dispatch.services.offers import refuse as refuse_offer
from dispatch.services.offers import resume as resume_offers
from dispatch.services.offers import withdraw as withdraw_offer
from dispatch.services.opening import cancel_legs, follow_order, open_leg, split, split_waiting
from dispatch.services.passes import grant as grant_pass
from dispatch.services.positions import flush_positions, forget_trails, report_position, report_positions
from dispatch.services.profile import update_profile
from dispatch.services.returning import bring_back, on_the_way_back, send_back
from dispatch.services.rounds import plan_round
from dispatch.services.scanning import scan, scan_at_station, take_here
from dispatch.services.shelving import (
    photograph_on_shelf,
    put_on_shelf,
    report_found,
    report_missing,
    take_from_shelf,
)
from dispatch.services.shifts import give_shift_back, publish_shifts, take_shift, watch_shifts
from dispatch.services.taking import grab, reassign
from dispatch.services.training import answer_quiz, begin_training, draft_course, publish_course
from dispatch.services.waiving import allow_without_photo, ask_without_photo

__all__ = [
    "accept_applicant",
    "accept_offer",
    "allow_without_photo",
    "answer_quiz",
    "apply",
    "arrive_at_dropoff",
    "arrive_at_pickup",
    "ask_for_better_photo",
    "ask_without_photo",
    "begin_training",
    "bring_back",
    "buy_goods",
    "call_courier",
    "call_customer",
    "cancel_legs",
    "change_credit",
    "choose_bid",
    "delete_documents",
    "deliver",
    "draft_course",
    "expire_offers",
    "flush_positions",
    "follow_order",
    "forget_courier",
    "forget_trails",
    "give_back",
    "give_shift_back",
    "give_to_chosen",
    "grab",
    "grant_pass",
    "in_hand",
    "keep_rest",
    "leave",
    "make_offer",
    "measure_demand",
    "on_the_way_back",
    "open_leg",
    "photograph_on_shelf",
    "pick_up",
    "place_bid",
    "plan_round",
    "poster",
    "publish_course",
    "publish_shifts",
    "put",
    "put_on_shelf",
    "quote_write_off",
    "reassign",
    "refuse_applicant",
    "refuse_offer",
    "reinstate",
    "renew_etas",
    "report_found",
    "report_missing",
    "report_position",
    "report_positions",
    "resume_offers",
    "scan",
    "scan_at_station",
    "send_back",
    "set_duty",
    "show",
    "split",
    "split_waiting",
    "stop_barred",
    "suspend",
    "swap",
    "take_back",
    "take_back_arrival",
    "take_from_shelf",
    "take_here",
    "take_shift",
    "tidy_codes",
    "update_profile",
    "watch_shifts",
    "withdraw_bid",
    "withdraw_offer",
    "write_off",
]
