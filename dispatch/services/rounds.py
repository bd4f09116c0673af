"""A round of planning: the open jobs of a campus and its couriers go to the engine, and its answer becomes offers.

One round of a campus at a time (`core.db.try_advisory_lock`). Offers are written a batch at a time, the most urgent first, each
batch in a transaction of its own: a round that is killed, or whose time is up, leaves the batches that it has written and
nothing half done, and the next one goes on from its plan, in the world as it is then.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING

from django.core.cache import cache

from campus.models import Campus
from core import clock, realtime
from core.db import try_advisory_lock
from core.errors import DomainError
from dispatch.models import Offer, Planning
from dispatch.selectors.channels import PLAN_HOLDS, dispatch_channels
from dispatch.services import offers

# Every process imports this module, and only one that makes a plan needs the engine with its arrays: `plan_round` loads
# them.
if TYPE_CHECKING:
    from dispatch.engine import Reasons
    from dispatch.selectors.snapshot import PlanningSnapshot

logger = logging.getLogger(__name__)

# So long a round writes offers, after so many seconds of planning as the campus has set; so many offers at once, which is
# how long a courier who taps one of these jobs may have to wait.
WRITING_SECONDS, BATCH = 0.8, 25


@dataclass
class Round:
    """What a round did. `due`: offers that the plan wanted now; `left`: open jobs that nobody could be found for."""

    legs: int = 0
    couriers: int = 0
    due: int = 0
    offers: int = 0
    left: int = 0
    seconds: float = 0.0


def plan_round(*, campus: Campus, now: datetime | None = None, steps: int | None = None) -> Round | None:
    """Plan the campus once and offer what is due. None when another round of this campus is under way, or the engine is
    just being compiled.

    `steps` instead of the campus's seconds makes the same plan of the same world (tests).
    """
    from dispatch import engine
    from dispatch.engine.jit_warmup import is_warming
    from dispatch.selectors.snapshot import PlanningSnapshot

    now = now or clock.now()
    with try_advisory_lock(f"dispatch-round-{campus.pk}") as free:
        if not free or is_warming():
            return None
        began = perf_counter()
        planning = Planning.objects.get_or_create(campus=campus)[0]
        snapshot = PlanningSnapshot.read(campus, now)
        done = Round(legs=len(snapshot.free), couriers=len(snapshot.couriers))
        rest = [snapshot.legs[row].pk for row in snapshot.free]
        if snapshot.free and snapshot.couriers:
            weights = engine.Weights(
                late=planning.late, broken=planning.broken, travel=planning.travel, share=planning.share
            )
            given = snapshot.problem()
            found = engine.plan(
                given, weights, seconds=None if steps else planning.seconds, steps=steps,
                start=snapshot.start(given, cache.get(f"dispatch-plan-{campus.pk}", {})),
            )  # fmt: skip
            # The next round goes on from here, so that the search is not begun anew every twenty seconds.
            cache.set(f"dispatch-plan-{campus.pk}", snapshot.routes(found), PLAN_HOLDS.total_seconds())
            done.left = int(sum(found.courier[row] == engine.NOBODY for row in snapshot.free))
            on_time = found.given_at <= given.legs["due_at"]  # never where nobody was found
            rest = [snapshot.legs[row].pk for row in snapshot.free if not on_time[row]]
            reasons = engine.Reasons(given, weights, found)
            # The most urgent first: what is not written when the time is up is planned again in the next round.
            due = sorted(snapshot.due(given, found), key=lambda one: found.picked_at[one[1][0]])
            done.due = len(due)
            for i in range(0, len(due), BATCH):
                if steps is None and perf_counter() - began > planning.seconds + WRITING_SECONDS:
                    break
                done.offers += _offer(snapshot, reasons, due[i : i + BATCH], now)
        done.seconds = round(perf_counter() - began, 3)
        entered = set(rest).difference(planning.rest)
        planning.planned_at, planning.figures, planning.rest = now, vars(done), rest
        planning.save(update_fields=["planned_at", "figures", "rest"])
        if entered and any(channel.hall_rest for channel in dispatch_channels(campus.pk, now).values()):
            realtime.broadcast(f"hall.{campus.pk}", "jobs", id=campus.pk)
        realtime.broadcast(f"console.{campus.pk}", "round", id=campus.pk)
    return done


def _offer(snapshot: "PlanningSnapshot", reasons: "Reasons", batch, now: datetime) -> int:
    """How many offers came of a batch of (row of a courier, rows of legs)."""
    proposals = [
        offers.Proposal(
            snapshot.couriers[row],
            [snapshot.legs[i] for i in bundle],
            explain(snapshot, reasons, row, bundle, now),
        )
        for row, bundle in batch
    ]
    answers = offers.make_all(proposals=proposals)
    for one, answer in zip(proposals, answers, strict=True):
        if isinstance(answer, DomainError):  # the world has moved on while it was planned
            logger.info("no offer to courier %s: %s", one.courier.pk, answer)
    return sum(isinstance(answer, Offer) for answer in answers)


def explain(
    snapshot: "PlanningSnapshot", reasons: "Reasons", row: int, bundle: list[int], now: datetime
) -> dict:
    """Why this courier, as kept with the offer:

    {"route": [{"place": pk, "take": bool, "at": ISO time, "leg": no}], "legs": {no: {"picked_at", "given_at": ISO times,
     "late": seconds}}, "others": [{"courier": pk, "given_at": ISO time, "cost": seconds more than the chosen one}]}
    """
    found, rows = reasons.found, reasons.given.legs

    def at(seconds: float) -> str:
        return (now + timedelta(seconds=float(seconds))).isoformat(timespec="seconds")

    route = []
    for stop, moment in zip(found.stops[row].tolist(), found.at[row], strict=True):
        leg = snapshot.legs[stop >> 1]
        place = leg.dropoff_id if stop & 1 or leg.pickup_id is None else leg.pickup_id
        route.append({"place": place, "take": not stop & 1, "at": at(moment), "leg": leg.no})
    legs, others = {}, []
    for i in bundle:
        legs[snapshot.legs[i].no] = {
            "picked_at": at(found.picked_at[i]),
            "given_at": at(found.given_at[i]),
            "late": max(0, round(float(found.given_at[i] - rows["due_at"][i]))),
        }
    chosen, *rest = reasons.alternatives(bundle[0])
    for other in rest:
        others.append(
            {
                "courier": snapshot.couriers[other.courier].pk,
                "given_at": at(other.given_at),
                "cost": round(other.cost - chosen.cost) if isfinite(chosen.cost) else None,
            }
        )
    return {"route": route, "legs": legs, "others": others}
