"""Every write to a courier."""

from couriers.services.applications import (
    accept_applicant,
    ask_for_better_photo,
    delete_documents,
    forget_courier,
    refuse_applicant,
    resign,
    submit_application,
)
from couriers.services.duty import change_credit, keep_rest, reinstate, set_duty, stop_banned, suspend
from couriers.services.passes import grant as grant_pass
from couriers.services.positions import flush_positions, forget_trails, report_position, report_positions
from couriers.services.profile import update_profile
from couriers.services.shifts import give_shift_back, publish_shifts, take_shift, watch_shifts
from couriers.services.training import answer_quiz, begin_training, draft_course, publish_course

__all__ = [
    "accept_applicant",
    "answer_quiz",
    "ask_for_better_photo",
    "begin_training",
    "change_credit",
    "delete_documents",
    "draft_course",
    "flush_positions",
    "forget_courier",
    "forget_trails",
    "give_shift_back",
    "grant_pass",
    "keep_rest",
    "publish_course",
    "publish_shifts",
    "refuse_applicant",
    "reinstate",
    "report_position",
    "report_positions",
    "resign",
    "set_duty",
    "stop_banned",
    "submit_application",
    "suspend",
    "take_shift",
    "update_profile",
    "watch_shifts",
]
