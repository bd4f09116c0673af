"""Whom to send when an order needs another courier."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import compress

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campus.network import Spot, travel
from core import clock
from couriers.models import Courier
from couriers.selectors.positions import FRESH, accuracy_note, position_note
from delivery.models import CARRIED, UNFINISHED, Leg, LegStatus
from dispatch.admission import admitted
from exceptions.models import Ticket

# Handing over at the pickup and at the door, besides the way; and each job that they carry already.
HAND_OVER_MINUTES = 4
EACH_JOB_MINUTES = 6


@dataclass(frozen=True)
class Candidate:
    """A courier who may take the leg: `metres` to the pickup (or, of a rescue, to the goods), and when those would be at the
    door."""

    courier: Courier
    metres: int | None
    minutes: int
    carried: int
    on_time: int | None
    rescues: bool = False

    @property
    def reasons(self) -> list[str]:
        """Why this one, in short sentences."""
        found = []
        if self.metres is not None:
            text = _("%(metres)s m from the goods") if self.rescues else _("%(metres)s m from the pickup")
            text %= {"metres": self.metres}
            exact = accuracy_note(self.courier)
            found.append(f"{text} ({exact})" if exact else text)
        elif note := position_note(self.courier):
            found.append(note)
        if self.carried:
            found.append(
                ngettext("%(n)s job in hand", "%(n)s jobs in hand", self.carried) % {"n": self.carried}
            )
        else:
            found.append(_("hands free"))
        if self.on_time is not None:
            found.append(_("on time %(percent)s%% in 30 days") % {"percent": self.on_time})
        return found


def unfinished_leg(ticket: Ticket) -> Leg | None:
    """The order's leg that is in the hall or in somebody's hands, with its courier."""
    return (
        Leg.objects.filter(order=ticket.order_id, status__in=UNFINISHED)
        .select_related("courier__user", "pickup", "dropoff")
        .order_by("-sequence", "-pk")
        .first()
    )


def candidates(ticket: Ticket, leg: Leg | None, limit: int = 3) -> list[Candidate]:
    """Couriers who may take the leg now, the one who would be at the door first in front. Constant queries."""
    if leg is None or leg.status not in (
        LegStatus.OPEN,
        LegStatus.OFFERED,
        LegStatus.ASSIGNED,
        LegStatus.AT_PICKUP,
    ):
        return []
    excluded = set(leg.excluded.values_list("pk", flat=True)) | {leg.courier_id}
    return _ranked(ticket, leg, leg.pickup or leg.dropoff, excluded - {None})[:limit]


def rescuers(ticket: Ticket, giver: Leg, where: Spot) -> list[Candidate]:
    """Couriers who may fetch the goods of this leg at `where` and bring them on, in the same order. Constant queries."""
    return _ranked(ticket, giver, where, {giver.courier_id}, rescues=True)


def _ranked(
    ticket: Ticket, leg: Leg, take: Spot, excluded: set[int], *, rescues: bool = False
) -> list[Candidate]:
    leg.order = ticket.order
    now = clock.now()
    couriers = list(
        Courier.objects.filter(Courier.MAY_WORK, campus=ticket.campus_id, on_duty=True)
        .exclude(pk__in=excluded)
        .select_related("user")
        .annotate(carried=Count("legs", filter=Q(legs__status__in=CARRIED)))
    )
    campus = ticket.order.campus
    found = []
    for courier in compress(couriers, admitted(couriers, [leg])[:, 0]):
        known = courier.located_at and now - courier.located_at <= FRESH and courier.lat is not None
        there = travel(campus, (courier.lat, courier.lon), take, courier.vehicle) if known else None
        trip = travel(campus, take, leg.dropoff, courier.vehicle)
        seconds = (there.seconds if there else 600) + trip.seconds
        minutes = round(seconds / 60) + HAND_OVER_MINUTES + EACH_JOB_MINUTES * courier.carried
        found.append((not known, minutes, courier.pk, courier, there.distance_m if there else None))
    found.sort(key=lambda entry: entry[:3])
    punctual = _on_time([entry[3].pk for entry in found])
    return [
        Candidate(courier, metres, minutes, courier.carried, punctual.get(courier.pk), rescues)
        for _unknown, minutes, _pk, courier, metres in found
    ]


def _on_time(couriers: list[int]) -> dict[int, int]:
    """Percent of each courier's jobs of thirty days that kept the promise."""
    if not couriers:
        return {}
    rows = (
        Leg.objects.filter(
            courier__in=couriers, status=LegStatus.DONE, ended_at__gte=clock.now() - timedelta(days=30)
        )
        .values("courier")
        .annotate(all=Count("pk"), good=Count("pk", filter=Q(ended_at__lte=F("order__late_from"))))
    )
    return {row["courier"]: round(100 * row["good"] / row["all"]) for row in rows}
