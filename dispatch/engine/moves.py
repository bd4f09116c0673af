"""The plan of all routes, and changing it: legs out, legs in, and back. Compiled; all inside the arrays of a `Search`."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dispatch.engine.routes import INFINITE, best_place, delivery_cost, share_cost, told_cost, walk

TOUR = np.dtype(
    [
        ("n", "i8"),  # stops
        ("whole", "f8"),  # cost without pay
        ("paid", "f8"),  # pay of its legs
        ("value", "f8"),  # cost with pay
        ("saved_at", "i8"),  # the step in which it was saved
        ("saved_n", "i8"),
        ("best_n", "i8"),
    ]
)
LOT = np.dtype(
    [
        ("courier", "i8"),  # whose route it is in, or -1
        ("ready", "f8"),  # when it can be picked up in this plan, by what is known of the leg before it
        ("follower", "i8"),  # the leg that waits for it, or -1
        ("saved_ready", "f8"),
    ]
)
TALLY = np.dtype(
    [
        ("total", "f8"),  # cost of the plan
        ("out", "f8"),  # legs that are in no route, by `absence`
        ("best_total", "f8"),
        ("best_out", "f8"),
        ("step", "i8"),
        ("touched", "i8"),  # routes saved in this step
        ("chance", "u8"),  # state of the random numbers
    ]
)


class Search(NamedTuple):
    """The current plan, the best one so far, and what both are found with. C couriers, L legs."""

    stops: np.ndarray  # (C, MOST_STOPS) the routes
    track: np.ndarray  # (C, MOST_STOPS + 1) of TRACK
    tours: np.ndarray  # (C,) of TOUR
    lots: np.ndarray  # (L,) of LOT
    near: np.ndarray  # (L, K) the couriers who could have it first, -1 where there are no more
    alike: np.ndarray  # (L, A) the legs most like it, most alike first
    saved: np.ndarray  # (C, MOST_STOPS)
    best: np.ndarray  # (C, MOST_STOPS)
    touched: np.ndarray  # (C,) couriers whose routes were saved in this step
    tally: np.ndarray  # (1,) of TALLY


@njit(cache=True)
def uniform(s):
    """Next random number, 0 ≤ x < 1 (xorshift64*, Vigna 2016)."""
    x = s.tally[0].chance
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    s.tally[0].chance = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def below(s, n):
    return int(uniform(s) * n)


# -- Changing routes ------------------------------------------------------------------------------------------


@njit(cache=True)
def begin_step(s):
    s.tally[0].touched = 0
    s.tally[0].step += 1
    for leg in range(s.lots.shape[0]):
        s.lots[leg].saved_ready = s.lots[leg].ready


@njit(cache=True)
def save(s, c):
    """Keep the route as it was before this step."""
    tour, tally = s.tours[c], s.tally[0]
    if tour.saved_at != tally.step:
        tour.saved_at = tally.step
        tour.saved_n = tour.n
        s.touched[tally.touched] = c
        tally.touched += 1
        for k in range(tour.n):
            s.saved[c, k] = s.stops[c, k]


@njit(cache=True)
def work_out(p, w, s, c):
    """One route anew; False if it cannot be gone."""
    tour = s.tours[c]
    cost = walk(p, w, c, s.stops[c], tour.n, s.track[c], -1, -1, -1, 0, s.lots, INFINITE, True)
    if cost == INFINITE:
        return False
    pay, told = 0.0, 0.0
    for k in range(tour.n):
        if s.stops[c, k] & 1:
            leg = s.stops[c, k] >> 1
            pay += p.legs[leg].pay
            told += told_cost(p, w, c, leg)
    value = cost + told + share_cost(p, w, c, pay)
    s.tally[0].total += value - tour.value
    tour.whole, tour.paid, tour.value = cost, pay, value
    return True


@njit(cache=True)
def refresh(p, w, s, c):
    """Work out a route and, behind its relays, those that wait for it; False if they cannot be gone.

    Two routes that wait for each other push each other back for ever: that is what the limit is for.
    """
    if not work_out(p, w, s, c):
        return False
    queue = [c]
    worked_out = 0
    while len(queue) > 0:
        c = queue.pop()
        for k in range(s.tours[c].n):
            stop = s.stops[c, k]
            second = s.lots[stop >> 1].follower
            if stop & 1 == 0 or second < 0:
                continue
            ready = max(p.legs[second].ready_at, s.track[c, k + 1].left)
            if ready == s.lots[second].ready:
                continue
            s.lots[second].ready = ready
            other = s.lots[second].courier
            if other >= 0:
                save(s, other)
                worked_out += 1
                if worked_out > 200 or not work_out(p, w, s, other):
                    return False
                queue.append(other)
    return True


@njit(cache=True)
def absence(p, leg):
    """How much it counts that nobody carries a leg; hardly, where it weighs less than one: it is only expected."""
    weight = p.legs[leg].weight
    return weight if weight >= 1.0 else 1e-5 * weight


@njit(cache=True)
def take_out(p, s, leg):
    """Out of its route, which is not worked out anew."""
    c = s.lots[leg].courier
    save(s, c)
    kept = 0
    for k in range(s.tours[c].n):
        if s.stops[c, k] >> 1 != leg:
            s.stops[c, kept] = s.stops[c, k]
            kept += 1
    s.tours[c].n = kept
    s.lots[leg].courier = -1
    s.tally[0].out += absence(p, leg)


@njit(cache=True)
def soonest(p, c, leg):
    """Before this moment courier `c` cannot pick the leg up, whatever the plan."""
    who, it = p.couriers[c], p.legs[leg]
    if it.taken:
        return who.free_at
    return who.free_at + p.travel[who.vehicle, who.place, it.pickup] + 0.5 * it.take


@njit(cache=True)
def least(p, w, s, c, leg):
    """What putting the leg into any route of courier `c` costs at least."""
    it, ready = p.legs[leg], s.lots[leg].ready
    moment = max(soonest(p, c, leg), ready) + 0.5 * it.give
    if not it.taken:
        moment += 0.5 * it.take + p.travel[p.couriers[c].vehicle, it.pickup, it.dropoff]
    return delivery_cost(p, w, leg, ready, moment)


@njit(cache=True)
def price(p, w, s, leg, c, limit):
    """(added cost, a, b) of the leg in the route of courier `c`, pay and surprise included; below `limit`."""
    it, paid = p.legs[leg], s.tours[c].paid
    extra = told_cost(p, w, c, leg) + share_cost(p, w, c, paid + it.pay) - share_cost(p, w, c, paid)
    if extra >= limit:
        return INFINITE, -1, -1
    cost, a, b = best_place(
        p, w, c, leg, s.stops[c], s.tours[c].n, s.track[c], s.tours[c].whole, s.lots, limit - extra
    )
    return cost + extra, a, b


@njit(cache=True)
def squeeze(p, s, leg, c, a, b):
    """Put the leg's stops into the route of courier `c`, which is not worked out anew."""
    save(s, c)
    stops = s.stops[c]
    q = s.tours[c].n - 1
    s.tours[c].n += 1 if a < 0 else 2
    for k in range(s.tours[c].n - 1, -1, -1):
        if k == b:
            stops[k] = 2 * leg + 1
        elif k == a:
            stops[k] = 2 * leg
        else:
            stops[k] = stops[q]
            q -= 1
    s.lots[leg].courier = c
    s.tally[0].out -= absence(p, leg)


@njit(cache=True)
def put_in(p, w, s, leg, blink):
    """Into the route where it costs least; False if there is none, or (then it is in) if it jams the relays."""
    it = p.legs[leg]
    not_by = -1
    if it.after >= 0:
        not_by = s.lots[it.after].courier
        if not_by < 0:
            return False
    best, at_c, at_a, at_b = INFINITE, -1, -1, -1
    known = s.near.shape[1]
    for everybody in range(2):
        for i in range(p.couriers.shape[0] if everybody else known):
            c = i if everybody else s.near[leg, i]
            if c < 0:
                break
            if c == not_by or not p.allowed[c, leg] or (it.keeper >= 0 and it.keeper != c):
                continue
            if least(p, w, s, c, leg) >= best or (blink > 0.0 and uniform(s) < blink):
                continue
            cost, a, b = price(p, w, s, leg, c, best)
            if cost < best:
                best, at_c, at_a, at_b = cost, c, a, b
        # The others are asked only where none of the near can.
        if at_c >= 0 or s.near[leg, known - 1] < 0:
            break
    if at_c < 0:
        return False
    squeeze(p, s, leg, at_c, at_a, at_b)
    return refresh(p, w, s, at_c)


@njit(cache=True)
def undo(p, w, s):
    """Back to how it was before this step."""
    tally = s.tally[0]
    for leg in range(s.lots.shape[0]):
        s.lots[leg].ready = s.lots[leg].saved_ready
    for i in range(tally.touched):
        c = s.touched[i]
        for k in range(s.tours[c].n):
            leg = s.stops[c, k] >> 1
            if s.lots[leg].courier == c:
                s.lots[leg].courier = -1
                tally.out += absence(p, leg)
    for i in range(tally.touched):
        c = s.touched[i]
        s.tours[c].n = s.tours[c].saved_n
        for k in range(s.tours[c].n):
            s.stops[c, k] = s.saved[c, k]
            leg = s.stops[c, k] >> 1
            if s.lots[leg].courier != c:
                s.lots[leg].courier = c
                tally.out -= absence(p, leg)
        work_out(p, w, s, c)


@njit(cache=True)
def keep_best(s):
    for c in range(s.tours.shape[0]):
        s.tours[c].best_n = s.tours[c].n
        for k in range(s.tours[c].n):
            s.best[c, k] = s.stops[c, k]
    s.tally[0].best_total, s.tally[0].best_out = s.tally[0].total, s.tally[0].out


@njit(cache=True)
def adopt(p, w, s, stops, n):
    """Make these routes the plan; False if they cannot be gone."""
    begin_step(s)
    tally = s.tally[0]
    tally.total, tally.out = 0.0, 0.0
    for leg in range(s.lots.shape[0]):
        tally.out += absence(p, leg)
        s.lots[leg].courier = -1
        s.lots[leg].ready = p.legs[leg].ready_at
    for c in range(s.tours.shape[0]):
        s.tours[c].n, s.tours[c].value = n[c], 0.0
        for k in range(n[c]):
            s.stops[c, k] = stops[c, k]
            if stops[c, k] & 1:
                s.lots[stops[c, k] >> 1].courier = c
                tally.out -= absence(p, stops[c, k] >> 1)
    fine = True
    for c in range(s.tours.shape[0]):
        fine = fine and refresh(p, w, s, c)
    for leg in range(s.lots.shape[0]):
        first = p.legs[leg].after
        if s.lots[leg].courier >= 0 and first >= 0 and s.lots[first].courier < 0:
            fine = False
    return fine


# -- Preparing it --------------------------------------------------------------------------------------------


@njit(cache=True)
def nearest(p, near):
    """Fill `near`: for each leg the couriers who may carry it, soonest there first, ties by the shorter way."""
    couriers, size = p.couriers.shape[0], near.shape[1]
    keys = np.empty(couriers)
    for leg in range(near.shape[0]):
        near[leg, :] = -1
        it = p.legs[leg]
        found = 0
        for c in range(couriers):
            if p.allowed[c, leg] and (it.keeper < 0 or it.keeper == c):
                way = p.travel[p.couriers[c].vehicle, p.couriers[c].place, it.pickup]
                keys[c] = max(soonest(p, c, leg), it.ready_at) + 1e-3 * way
                found += 1
            else:
                keys[c] = INFINITE
        for i in range(min(size, found)):
            c = np.argmin(keys)
            near[leg, i] = c
            keys[c] = INFINITE


@njit(cache=True)
def likeness(p, alike):
    """Fill `alike`: for each leg the others that could share a trip with it, by places and readiness."""
    legs, size = alike.shape
    keys = np.empty(legs)
    for leg in range(legs):
        it = p.legs[leg]
        for other in range(legs):
            keys[other] = (
                p.travel[0, it.pickup, p.legs[other].pickup]
                + 0.5 * p.travel[0, it.dropoff, p.legs[other].dropoff]
                + 0.5 * abs(it.ready_at - p.legs[other].ready_at)
            )
        keys[leg] = INFINITE
        for i in range(size):
            other = np.argmin(keys)
            alike[leg, i] = other
            keys[other] = INFINITE
