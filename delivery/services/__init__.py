"""Every write to a leg that is carried."""

from delivery.services.calling import call_courier, call_customer, call_giver
from delivery.services.codes import issue_handover_code, place_qr_code
from delivery.services.codes import tidy as tidy_codes
from delivery.services.courier_actions import (
    arrive_at_dropoff,
    arrive_at_pickup,
    buy_goods,
    deliver,
    give_back,
    pick_up,
    take_back_arrival,
)
from delivery.services.etas import renew_etas
from delivery.services.forgetting import forget_places
from delivery.services.handovers import change_hands, scan_at_station
from delivery.services.hub_checkin import (
    photograph_on_shelf,
    put_on_shelf,
    report_found,
    report_missing,
    take_from_shelf,
)
from delivery.services.opening import cancel_legs, follow_order, open_leg, split, split_waiting
from delivery.services.rating import rate
from delivery.services.rescues import (
    begin_rescue,
    call_off_rescue,
    collect,
    decline_rescue,
    go_on_oneself,
    report_not_there,
    rescue_problem,
)
from delivery.services.returning import bring_back, on_the_way_back, send_back
from delivery.services.self_pickup import fetch_oneself
from delivery.services.waiving import allow_without_photo, ask_without_photo
from delivery.services.write_offs import in_hand, quote_write_off, write_off

__all__ = [
    "allow_without_photo",
    "arrive_at_dropoff",
    "arrive_at_pickup",
    "ask_without_photo",
    "begin_rescue",
    "bring_back",
    "buy_goods",
    "call_courier",
    "call_customer",
    "call_giver",
    "call_off_rescue",
    "cancel_legs",
    "change_hands",
    "collect",
    "decline_rescue",
    "deliver",
    "fetch_oneself",
    "follow_order",
    "forget_places",
    "give_back",
    "go_on_oneself",
    "in_hand",
    "issue_handover_code",
    "on_the_way_back",
    "open_leg",
    "photograph_on_shelf",
    "pick_up",
    "place_qr_code",
    "put_on_shelf",
    "quote_write_off",
    "rate",
    "renew_etas",
    "report_found",
    "report_missing",
    "report_not_there",
    "rescue_problem",
    "scan_at_station",
    "send_back",
    "split",
    "split_waiting",
    "take_back_arrival",
    "take_from_shelf",
    "tidy_codes",
    "write_off",
]
