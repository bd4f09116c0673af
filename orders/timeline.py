"""An order's history in sentences, for the people concerned."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.money import yuan
from orders.models import History, Status
from orders.names import courier_name


@dataclass(frozen=True)
class Happening:
    """One line of a timeline: when, what in a sentence, who (a display name or empty), and the raw entry."""

    at: datetime
    text: str
    who: str
    entry: History


def timeline(entries) -> list[Happening]:
    """Sentences for history entries (with `actor` loaded), newest last. Entries without one are left out."""
    happenings = []
    for entry in entries:
        if text := sentence(entry):
            happenings.append(
                Happening(entry.at, text, entry.actor.display_name if entry.actor else "", entry)
            )
    return happenings


def sentence(entry: History) -> str:
    """What happened, in the active language; empty for what only machines care about."""
    make = _SENTENCES.get((entry.machine, entry.action))
    return make(entry) if make else ""


def _cancelled(entry: History) -> str:
    if entry.role == "system":
        return _("Nobody accepted it in time: cancelled, %(refund)s comes back") % {
            "refund": yuan(entry.data.get("refund_fen", 0))
        }
    fee = entry.data.get("fee_fen", 0)
    if fee:
        return _("Cancelled. %(refund)s comes back; the courier keeps %(fee)s for the way.") % {
            "refund": yuan(entry.data.get("refund_fen", 0)),
            "fee": yuan(fee),
        }
    return _("Cancelled")


_SENTENCES = {
    ("order", "create"): lambda e: _("Order submitted"),
    ("order", "accept_bid"): lambda e: (
        _("A courier's price was chosen: %(amount)s") % {"amount": yuan(e.data.get("fen", 0))}
    ),
    ("order", "undo_bid"): lambda e: _("The courier took the price back"),
    ("order", "pay"): lambda e: (
        _("Paid, an operator looks at it first") if e.data.get("held") else _("Paid, looking for a courier")
    ),
    ("order", "release"): lambda e: _("Now shown to couriers"),
    ("order", "expire"): lambda e: _("Not paid in time, the order was closed"),
    ("order", "accept"): lambda e: (
        _("%(name)s has accepted") % {"name": courier_name(e.actor) if e.actor else ""}
    ),
    ("order", "take_over"): lambda e: (
        _("%(name)s takes over") % {"name": courier_name(e.actor) if e.actor else ""}
    ),
    # Whoever else takes a job off a courier writes a leg's "release" beside it, which says the same.
    ("order", "unassign"): lambda e: _("Looking for another courier") if e.role == "courier" else "",
    ("order", "pick_up"): lambda e: (
        _("Fetched from the relay station, on the way to you")
        if e.source == Status.AT_RELAY
        else _("Picked up, on the way to the relay station")
        if e.data.get("to_station")
        else _("Picked up, on the way to you")
        if e.data.get("fetched", True)
        else ""  # its leg says that the courier is at the door
    ),
    ("order", "reach_relay"): lambda e: _("Arrived at the relay station"),
    ("order", "deliver"): lambda e: (
        _("Left at the door, as the courier says")
        if e.data.get("how") == "far"
        else _("Left at the door")
        if e.data.get("how") in ("photo", "waived")
        else _("Delivered")
    ),
    ("order", "collect"): lambda e: (
        _("Fetched from the relay station by the customer; %(back)s comes back")
        % {"back": yuan(e.data.get("refund_fen", 0))}
    ),
    ("order", "complete"): lambda e: _("Receipt confirmed") if e.actor_id else _("Completed by itself"),
    ("order", "cancel"): _cancelled,
    ("order", "write_off"): lambda e: (
        _("It could not be found again. %(refund)s comes back")
        % {"refund": yuan(e.data.get("refund_fen", 0))}
    ),
    ("order", "start_return"): lambda e: _("The goods are going back"),
    ("order", "finish_return"): lambda e: _("The goods have been returned"),
    ("order", "hold_for_review"): lambda e: _(
        "A courier thinks that it may not be carried; an operator looks at it"
    ),
    ("order", "approve_review"): lambda e: _("An operator has looked at it: it may be carried"),
    ("order", "tip"): lambda e: _("Tip of %(amount)s added") % {"amount": yuan(e.data.get("fen", 0))},
    ("order", "urge"): lambda e: _("Asked to hurry"),
    ("order", "set_patience"): lambda e: (
        _("Waits for %(n)s min more for somebody to accept") % {"n": e.data["minutes"]}
        if e.data.get("minutes")
        else _("Waits for as long as it takes")
    ),
    ("order", "change_address"): lambda e: _("New address: %(place)s") % {"place": e.data.get("to", "")},
    ("order", "extend"): lambda e: (
        _("Promised time moved by %(minutes)s min") % {"minutes": e.data.get("minutes", 0)}
    ),
    ("order", "goods_cost"): lambda e: (
        _("Goods bought for %(amount)s") % {"amount": yuan(e.data.get("fen", 0))}
    ),
    ("order", "ask_over_budget"): lambda e: (
        (
            _("%(amount)s above the budget, asked to raise it")
            if e.data.get("raises")
            else _("Dearer than the budget by %(amount)s, asked for consent")
        )
        % {"amount": yuan(e.data.get("extra_fen", 0))}
    ),
    ("order", "answer_over_budget"): lambda e: (
        _("Budget raised to %(amount)s") % {"amount": yuan(e.data.get("cost_fen", 0))}
        if e.data.get("raised")
        else _("Agreed to the higher price")
        if e.data.get("agreed")
        else _("Declined the higher price")
    ),
    ("leg", "arrive_at_pickup"): lambda e: _("The courier has arrived at the pickup"),
    ("leg", "arrive_at_shelf"): lambda e: _("The next courier has arrived at the relay station"),
    ("leg", "arrive_at_dropoff"): lambda e: _("The courier is at your door"),
    ("leg", "arrive_back"): lambda e: _("The courier is back where it was fetched"),
    ("leg", "await_rescue"): lambda e: _("Another courier was sent to fetch it from the first one"),
    ("leg", "arrive_at_rescue"): lambda e: _("The second courier is where it is to be fetched"),
    ("leg", "not_there"): lambda e: _("It was not where the second courier looked"),
    ("leg", "decline"): lambda e: _("The second courier could not come"),
    ("leg", "call_off"): lambda e: _("The first courier goes on with it"),
    ("leg", "take_back_arrival"): lambda e: _("The courier is not there yet after all"),
    ("leg", "ask_without_photo"): lambda e: _("The courier asks to leave it at the door without a photo"),
    ("leg", "allow_without_photo"): lambda e: _("Customer service allowed a delivery without a photo"),
    ("leg", "release"): lambda e: (
        _("The courier gave the job back") if e.role == "courier" else _("We are finding you another courier")
    ),
}
