"""What a ticket says, in the active language: to operators, to the customer and to the courier.

Entries of the log keep facts (`TicketEvent.data`) and people's own words (`text`); sentences are made here.

Facts by kind:
  opened, rang, claimed, unassigned, rated {stars}, closed, answered, joined, note
  assigned {name} · silent {party} · delivered {minutes_late}
  resolved, dismissed, reopened {why?: a key of REASONS}
  extend_promise {minutes, promised_at, before, stage_before, cause} · reassign {bonus_fen, courier, before}
  refund {fen, source} · compensate {fen, courier_fen, merchant_fen, ruled_fen, grade, ruling} · charged {fen}
  warn {points, ruling} · ask_party {party, until} · cancel_order {refund_fen} · return_goods {place, courier} ·
  write_off {refund_fen, pay} · found {slot} · undone {kind}
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.money import yuan
from exceptions.models import Party, Ticket, TicketEvent, TicketStatus

# Why a promise is moved, as the customer is told.
CAUSES = {
    "shop": gettext_lazy("the shop is slow"),
    "peak": gettext_lazy("it is very busy just now"),
    "weather": gettext_lazy("the weather"),
    "entry": gettext_lazy("the building could not be entered"),
    "courier": gettext_lazy("another courier takes over"),
    "breakdown": gettext_lazy("the vehicle broke down"),
    "other": gettext_lazy("something unforeseen"),
}
# Why the platform itself ended a ticket. Stored in `resolution` behind "auto:".
REASONS = {
    "found_courier": gettext_lazy("A courier has taken it."),
    "looking_again": gettext_lazy("Another courier is being looked for."),
    "moved_on": gettext_lazy("The goods are on their way."),
    "delivered": gettext_lazy("It was delivered."),
    "found_again": gettext_lazy("It was found again."),
    "nothing_owed": gettext_lazy("It was delivered with a delay too short for compensation."),
    "cancelled": gettext_lazy("The order was cancelled."),
    "returned": gettext_lazy("The goods have been returned."),
}
AUTO = "auto:"


def clock_time(moment: datetime | str) -> str:
    """12:24 on the campus; with the date when it is not today."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    local, today = timezone.localtime(moment), timezone.localtime(clock.now())
    return local.strftime("%H:%M") if local.date() == today.date() else local.strftime("%m-%d %H:%M")


def resolution_text(ticket: Ticket) -> str:
    """What was done, as people read it."""
    code = ticket.resolution.removeprefix(AUTO)
    return str(REASONS[code]) if ticket.resolution.startswith(AUTO) and code in REASONS else ticket.resolution


# -- The log -----------------------------------------------------------------------------------------------


def event_text(event: TicketEvent, party: Party | None = None) -> str:
    """What an entry says, to a party or (None) to an operator. Own words (`event.text`) stand beside it."""
    make = _EVENTS.get(event.kind)
    return make(event, party) if make else event.kind


def _who(event: TicketEvent, party: Party | None) -> str:
    """Who did it: by name for operators, by part for the parties."""
    if party is not None and event.role == party:
        return _("You")
    if party is None and event.actor:
        return event.actor.display_name
    return {
        "customer": _("The customer"),
        "courier": _("The courier"),
        "operator": _("Customer service"),
        "system": _("The platform"),
    }.get(event.role, event.role)


def _by(sentence: str):
    """A sentence with only %(who)s in it. The msgid is marked where it is written."""
    return lambda event, party: str(sentence) % {"who": _who(event, party)}


def _opened(event: TicketEvent, party: Party | None) -> str:
    name = event.ticket.type.name
    if event.role == "system":
        return _("Found by itself: %(type)s") % {"type": name}
    return _("%(who)s reported: %(type)s") % {"who": _who(event, party), "type": name}


def _extended(event: TicketEvent, party: Party | None) -> str:
    data = event.data
    return _("New promised time %(time)s, %(minutes)s min later: %(cause)s") % {
        "time": clock_time(data["promised_at"]),
        "minutes": data["minutes"],
        "cause": CAUSES.get(data.get("cause"), CAUSES["other"]),
    }


def _reassigned(event: TicketEvent, party: Party | None) -> str:
    data = event.data
    if party == Party.COURIER:
        return _("The job was given to another courier.")
    if data.get("courier"):
        return _("%(name)s takes over") % {"name": data["courier"]}
    if data.get("bonus_fen") and party is None:
        return _("Looking for another courier, with a bonus of %(bonus)s") % {
            "bonus": yuan(data["bonus_fen"])
        }
    return _("Looking for another courier, at the head of the queue")


def _compensated(event: TicketEvent, party: Party | None) -> str:
    text = _("%(fen)s compensation paid into the wallet") % {"fen": yuan(event.data["fen"])}
    if party is None and event.data.get("courier_fen"):
        text += _(" (%(fen)s of it by the courier)") % {"fen": yuan(event.data["courier_fen"])}
    if party is None and event.data.get("merchant_fen"):
        text += _(" (%(fen)s of it by the merchant)") % {"fen": yuan(event.data["merchant_fen"])}
    return text


def _warned(event: TicketEvent, party: Party | None) -> str:
    points = event.data.get("points", 0)
    if not points:
        return _("A warning: the first one, it costs nothing")
    return ngettext("%(n)s credit point taken", "%(n)s credit points taken", points) % {"n": points}


def _asked(event: TicketEvent, party: Party | None) -> str:
    until = clock_time(event.data["until"])
    if party == event.data["party"]:
        return _("We ask you for an answer by %(time)s") % {"time": until}
    if event.data["party"] == Party.COURIER:
        return _("The courier was asked, answer by %(time)s") % {"time": until}
    return _("The customer was asked, answer by %(time)s") % {"time": until}


def _ended(event: TicketEvent, party: Party | None) -> str:
    why = event.data.get("why")
    if why in REASONS:
        return str(REASONS[why])
    return _("Resolved") if event.kind == "resolved" else _("Closed: nothing was wrong")


def _delivered(event: TicketEvent, party: Party | None) -> str:
    late = event.data.get("minutes_late", 0)
    return ngettext("Delivered, %(n)s min late", "Delivered, %(n)s min late", late) % {"n": late}


_EVENTS = {
    "opened": _opened,
    "joined": _by(gettext_lazy("%(who)s reported it too")),
    "rang": lambda e, p: _("The alarm rang again: still not done"),
    "claimed": _by(gettext_lazy("%(who)s is handling it")),
    "assigned": lambda e, p: _("Given to %(name)s") % {"name": e.data.get("name", "")},
    "unassigned": _by(gettext_lazy("%(who)s put it back into the queue")),
    "note": lambda e, p: (
        _("%(who)s noted") % {"who": _who(e, p)} if p is None else _("A word from customer service")
    ),
    "answered": _by(gettext_lazy("%(who)s answered")),
    "said": _by(gettext_lazy("%(who)s added")),
    "silent": lambda e, p: _("No answer came in time; we go on without it"),
    "delivered": _delivered,
    "resolved": _ended,
    "dismissed": _ended,
    "reopened": _by(gettext_lazy("%(who)s opened it again")),
    "rated": lambda e, p: _("Rated the handling: %(stars)s of 5") % {"stars": e.data.get("stars", "")},
    "closed": lambda e, p: _("Closed"),
    "extend_promise": _extended,
    "reassign": _reassigned,
    "refund": lambda e, p: _("%(fen)s refunded") % {"fen": yuan(e.data["fen"])},
    "compensate": _compensated,
    "charged": lambda e, p: (
        _("%(fen)s of the compensation is taken from the pay of this job") % {"fen": yuan(e.data["fen"])}
    ),
    "warn": _warned,
    "ask_party": _asked,
    "cancel_order": lambda e, p: (
        _("The order was cancelled; %(fen)s comes back") % {"fen": yuan(e.data["refund_fen"])}
    ),
    "return_goods": lambda e, p: _("It goes back to %(place)s") % {"place": e.data["place"]},
    "write_off": lambda e, p: (
        _("The goods are gone. The order has ended; %(fen)s comes back") % {"fen": yuan(e.data["refund_fen"])}
        if p != Party.COURIER
        else _("The goods are gone. The order has ended.")
    ),
    "found": lambda e, p: _("It is found, and carried on"),
    "undone": lambda e, p: _("Taken back: %(what)s") % {"what": STEP_NAMES.get(e.data.get("kind"), "")},
}
STEP_NAMES = {
    "extend_promise": gettext_lazy("the new promised time"),
    "warn": gettext_lazy("the warning"),
}


# -- The parties' page -------------------------------------------------------------------------------------


def headline(ticket: Ticket, party: Party) -> tuple[str, str]:
    """What happened, and what it means for this person: a title and a sentence."""
    make = (_TO_CUSTOMER if party == Party.CUSTOMER else _TO_COURIER).get(ticket.type_id)
    if (
        ticket.type_id == "overdue"
        and party == Party.CUSTOMER
        and ticket.order.promised_at > ticket.opened_at
    ):
        make = _late_but_promised_anew
    facts = {
        "type": ticket.type.name,
        "time": clock_time(ticket.order.promised_at),
        "what": ticket.order.summary,
    }
    if make:
        title, body = make()
        return title % facts, body % facts
    if ticket.reporter_id is not None and ticket.source == party:
        return _("You reported: %(type)s") % facts, _("We look into it and tell you each step here.")
    if party == Party.CUSTOMER:
        return _("About your order: %(type)s") % facts, _("We look into it and tell you each step here.")
    return _("About a job of yours: %(type)s") % facts, _("If you know more, tell us: you are heard first.")


def _late_but_promised_anew() -> tuple[str, str]:
    return _("Your order is late, and we are on it"), _(
        "The new time is %(time)s. We are sorry for the wait."
    )


_TO_CUSTOMER = {
    "overdue": lambda: (
        _("Your order is late, and we are on it"),
        _("It was promised by %(time)s. We find out why and tell you the new time."),
    ),
    "stalled_unassigned": lambda: (
        _("No courier has taken it yet, we are helping"),
        _("Your order is moved to the head of the queue."),
    ),
    "stalled_pickup": lambda: (
        _("The pickup takes longer than it should"),
        _("We ask the courier what holds them up."),
    ),
    "stalled_delivery": lambda: (
        _("Your order has been on the way for long"),
        _("We ask the courier what holds them up."),
    ),
    "courier_cancelled": lambda: (
        _("Your courier could not come, another one is being looked for"),
        _("Your order is moved to the head of the queue."),
    ),
    "no_entry": lambda: (
        _("The courier cannot get into your building"),
        _("Please keep your phone at hand, we sort it out with both of you."),
    ),
    "customer_unreachable": lambda: (
        _("Your courier cannot reach you"),
        _("Please pick up the phone or answer here."),
    ),
    "over_budget": lambda: (
        _("It costs more than your budget"),
        _("Nothing is bought above your budget without your yes."),
    ),
}
_TO_COURIER = {
    "overdue": lambda: (
        _("A job of yours is late: %(what)s"),
        _("Tell us what holds you up. Being late never costs wages."),
    ),
    "stalled_pickup": lambda: (
        _("Not picked up yet: %(what)s"),
        _("Tell us what holds you up. Being late never costs wages."),
    ),
    "stalled_delivery": lambda: (
        _("On the way for long: %(what)s"),
        _("Tell us what holds you up. Being late never costs wages."),
    ),
    "courier_cancelled": lambda: (
        _("You gave a job back: %(what)s"),
        _("Tell us why. A good reason costs nothing."),
    ),
}


def doing(ticket: Ticket, party: Party) -> str:
    """What is being done right now."""
    status = ticket.status
    if status == TicketStatus.WAITING_PARTY:
        if ticket.asked_party == party:
            return _("We wait for your answer")
        if ticket.asked_party == Party.COURIER:
            return _("We have asked the courier and wait for the answer")
        return _("We have asked the customer and wait for the answer")
    return {
        TicketStatus.OPEN: _("Customer service has been alerted"),
        TicketStatus.REOPENED: _("Customer service looks at it again"),
        TicketStatus.WORKING: _("Customer service is handling it"),
        TicketStatus.PROPOSED: _("A solution is on the table"),
        TicketStatus.RESOLVED: _("Settled"),
        TicketStatus.CLOSED: _("Settled"),
        TicketStatus.MERGED: _("Handled together with another one"),
        TicketStatus.DISMISSED: _("Closed: nothing was wrong"),
    }[TicketStatus(status)]
