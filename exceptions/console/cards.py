"""What the parts of a ticket's page are made of."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import is_operator
from campus.network import route
from core import clock
from dispatch.models import CARRIED, Courier, Leg, LegStatus
from exceptions.actions import STEPS
from exceptions.console import candidates as suggest
from exceptions.console import permissions
from exceptions.models import Ticket, TicketStatus
from exceptions.tickets.services import CARRIER
from messaging.chat import selectors as chat
from messaging.models import CallRole, Line

# A silent phone is normal for a while; after this the position is called old.
STALE = timedelta(minutes=3)
# What a party is usually given to answer: the ring's full circle.
ASK_MINUTES = 5
KEYS = {
    "extend_promise": "e",
    "reassign": "r",
    "compensate": "c",
    "refund": "f",
    "warn": "w",
    "ask_party": "q",
    "resolve": "d",
    "reopen": "o",
}
ICONS = {
    "extend_promise": "more_time",
    "reassign": "swap_horiz",
    "refund": "currency_exchange",
    "compensate": "volunteer_activism",
    "warn": "report",
    "ask_party": "contact_support",
    "resolve": "task_alt",
    "dismiss": "notifications_off",
    "reopen": "restart_alt",
    "cancel_order": "block",
    "return_goods": "keyboard_return",
    "found": "inventory",
    "write_off": "production_quantity_limits",
}


def new_key() -> str:
    """Names one press of a button, so that pressing it twice is once."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Clock:
    """The ring: what is left of the clock that runs out next, out of how much. Seconds."""

    label: str
    due: datetime
    total: int

    @classmethod
    def of(cls, ticket: Ticket) -> "Clock | None":
        due = ticket.next_due
        if due is None:
            return None
        if ticket.status == TicketStatus.WAITING_PARTY:
            label, minutes = _("reply"), ASK_MINUTES
        elif ticket.responded_at:
            label, minutes = _("solve"), ticket.type.resolve_minutes
        else:
            label, minutes = _("respond"), ticket.type.respond_minutes
        return cls(label, due, max(minutes, 1) * 60)


@dataclass(frozen=True)
class Map:
    """Pins and route for static/js/map.js. `seen`: how old the courier's position is, in words; empty for less than a
    minute."""

    pins: list[dict]
    route: object = None
    seen: str = ""
    stale: bool = False
    courier: str = ""


def map_of(ticket: Ticket, leg: Leg | None) -> Map:
    """Pickup, drop-off, and the courier who has the goods or is on the way to them."""
    order = ticket.order
    pins = []
    if order.pickup:
        pins.append(_pin("pickup", order.pickup.position, order.pickup.label))
    pins.append(_pin("dropoff", order.dropoff.position, order.dropoff.label))
    courier = carrier(leg)
    start = order.pickup
    seen, stale = "", False
    if courier and courier.lat is not None and courier.located_at:
        age = clock.now() - courier.located_at
        seen, stale = _old(age), age > STALE
        note = _("seen %(age)s ago") % {"age": seen} if seen else _("seen just now")
        pins.append(_pin("courier", (courier.lat, courier.lon), note=f"{courier.user.display_name} · {note}"))
        if leg.status in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF):
            start = (courier.lat, courier.lon)
    way = None
    if order.is_live and start and start != order.dropoff:
        way = route(order.campus, start, order.dropoff, courier.vehicle if courier else "foot")
    return Map(pins, way, seen, stale, courier.user.display_name if courier else "")


def _old(age: timedelta) -> str:
    """In minutes up to two hours, then in hours; empty for less than one minute."""
    minutes = int(age.total_seconds() // 60)
    if minutes >= 120:
        return _("%(n)s hours") % {"n": minutes // 60}
    return _("%(n)s min") % {"n": minutes} if minutes else ""


def _pin(kind: str, at: tuple[float, float], label: str = "", note: str = "") -> dict:
    return {"kind": kind, "lat": round(at[0], 6), "lon": round(at[1], 6), "label": label, "note": note}


@dataclass(frozen=True)
class Button:
    """One action on the ticket. `reason` says why it cannot be pressed now."""

    name: str
    label: str
    icon: str
    url: str
    key: str = ""
    reason: str = ""
    primary: bool = False
    place: str = "more"  # on the bar, in its menu, or at its end


def carrier(leg: Leg | None) -> Courier | None:
    """Who has the goods or is on the way to them now: another one than whom the ticket is about, after it was given on."""
    return leg.courier if leg and leg.status in CARRIED else None


def callable_parties(ticket: Ticket, leg: Leg | None) -> list[str]:
    """Whom an operator may call about it: CallRoles, "courier" being whom the ticket is about, and CARRIER."""
    found = [CallRole.CUSTOMER]
    if ticket.order.has_other_receiver:
        found.append(CallRole.RECEIVER)
    if ticket.courier:
        found.append(CallRole.COURIER)
    present = carrier(leg)
    if present and present.pk != ticket.courier_id:
        found.append(CARRIER)
    return found


# What makes somebody whole usually ends the ticket.
SETTLING = ("compensate", "refund")
# After these there is more to come: they do not offer to end it.
GOING_ON = ("ask_party", "reassign", "note", "resolve")
# What is reached for most stands on the bar, as far as it can be done now.
ON_THE_BAR = ("reassign", "extend_promise", "compensate", "found", "write_off")


def buttons(ticket: Ticket, user) -> list[Button]:
    """The steps in the library's order, the suggested one in front; then what ends the ticket."""
    found = []
    for name, step in STEPS.items():
        if name == "note":  # has its own line under the timeline
            continue
        if not is_operator(user, ticket.campus_id, *step.roles):
            continue
        reason = step.available(ticket, user) or ""
        primary = name == ticket.type.suggested_step and not reason
        on_bar = not reason and (primary or name in ON_THE_BAR)
        found.append(
            Button(
                name,
                str(step.label),
                ICONS.get(name, "bolt"),
                reverse("exceptions:console_step", args=[ticket.no, name]),
                KEYS.get(name, ""),
                reason,
                primary,
                "end" if name == "resolve" else "bar" if on_bar else "more",
            )
        )
    return sorted(found, key=lambda button: (not button.primary, bool(button.reason)))


@dataclass(frozen=True)
class Suggestion:
    """The one fix that is offered: accepted with one press, its consequences written beside the button."""

    step: str
    title: str
    reasons: list[str]
    lines: list
    fields: list[tuple[str, str]]
    key: str
    others: list[suggest.Candidate] = field(default_factory=list)
    dialog: str = ""  # when more must be said than one press can


def suggestion(ticket: Ticket, leg: Leg | None, user) -> Suggestion | None:
    """The type's suggested step with the values that its form starts with; None when it does not fit any more."""
    if not ticket.is_unresolved or not permissions.may_act(user, ticket):
        return None
    name = ticket.type.suggested_step
    step = STEPS.get(name)
    if step is None or step.available(ticket, user) or not is_operator(user, ticket.campus_id, *step.roles):
        return None
    chosen = suggest.candidates(ticket, leg) if name == "reassign" else []
    values = initial(step.form(ticket))
    if chosen:
        values["courier"] = str(chosen[0].courier.pk)
    form = step.form(ticket, values)
    # How bad the damage is, no rule can know: there somebody has to look.
    is_clear = "grade" not in form.fields and form.is_valid()
    lines, dialog = [], ""
    if is_clear:
        lines = step.preview(ticket, form.cleaned_data).lines
    else:
        dialog = reverse("exceptions:console_step", args=[ticket.no, name])
    return Suggestion(
        step=name,
        title=_title(name, step, chosen),
        reasons=chosen[0].reasons if chosen else [],
        lines=lines,
        fields=list(values.items()),
        key=new_key(),
        others=chosen[1:],
        dialog=dialog,
    )


def initial(form) -> dict[str, str]:
    """What a form starts with, as a browser would send it."""
    values = {}
    for name, form_field in form.fields.items():
        value = form_field.prepare_value(form.get_initial_for_field(form_field, name))
        if value not in (None, "", False):
            values[name] = str(value)
    return values


def started(step, ticket: Ticket, form):
    """The step's form, filled in with what it starts with."""
    return step.form(ticket, initial(form))


def errors_by_field(form) -> list[tuple[str, list[str]]]:
    """What is wrong at each visible field while somebody types: that the others are still empty, they know."""
    return [
        (
            field.auto_id,
            [
                str(message)
                for error in form.errors.as_data().get(field.name, ())
                if error.code != "required"
                for message in error.messages
            ],
        )
        for field in form.visible_fields()
    ]


def _title(name: str, step, chosen: list[suggest.Candidate]) -> str:
    if chosen:
        best = chosen[0]
        return _("Give it to %(name)s: at the door in about %(minutes)s min") % {
            "name": best.courier.user.display_name,
            "minutes": best.minutes,
        }
    return _("Suggested: %(step)s") % {"step": step.label}


@dataclass(frozen=True)
class Picture:
    """A photo that says something about the case: what it is, by whom, and where it is shown."""

    label: str
    url: str


def photos(ticket: Ticket) -> list[Picture]:
    """What was reported with, and what came with the order: receipt, goods at the door, the chat. Three queries."""
    found = [
        Picture(
            _("Photo by %(name)s") % {"name": photo.by.display_name},
            reverse("exceptions:console_photo", args=[ticket.no, photo.pk]),
        )
        for photo in ticket.evidence.select_related("by")
    ]
    found += [
        Picture(
            f"{photo.get_purpose_display()} · {photo.by.display_name}",
            reverse("orders:photo", args=[ticket.order.no, photo.pk]),
        )
        for photo in ticket.order.photos.select_related("by")
    ]
    lines = chat.about([("order", ticket.order.no), ("ticket", ticket.no)])
    found += [
        Picture(
            _("From the chat, by %(name)s") % {"name": line.author.display_name},
            reverse("messaging:desk_photo", args=[line.thread.no, line.pk]),
        )
        for line in lines.filter(kind=Line.Kind.PHOTO, redacted_at=None)
    ]
    return found
