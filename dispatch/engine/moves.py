"""The plan of all routes, and changing it: legs out, legs in, and back. Compiled; all inside the arrays of a `Search`."""

from typing import NamedTuple

import numpy as np

from dispatch.engine.compiling import njit
from dispatch.engine.routes import INFINITE, best_place, delivery_cost, notified_cost, share_cost, walk

TOUR = np.dtype(
    [
        ("n", "i8"),  # stops
        ("whole", "f8"),  # cost without pay
        ("paid", "f8"),  # pay of its legs
        ("value", "f8"),  # cost with pay
        ("saved_at", "i8"),  # the step in which it was saved
        ("saved_n", "i8"),
        ("best_n", "i8"),
        ("key", "u8"),  # of the route: its stops in their order, and when those are ready that come by relay
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
CANDIDATE = np.dtype(
    [
        ("courier", "i8"),  # or -1
        ("soonest", "f8"),  # before this moment they cannot pick the leg up, whatever the plan
        ("direct", "f8"),  # from picking up to handing over, at least
        ("key", "u8"),  # of the route, and the moment the leg is ready, for which the rest holds
        ("cost", "f8"),  # what the leg adds to the route where it costs least, if that is below `limit`
        ("limit", "f8"),
        ("a", "i8"),
        ("b", "i8"),
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
    near: np.ndarray  # (L, K) of CANDIDATE: who could have it first, and what was last found out about that
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
def mixed(key, number):
    """The key of what `key` tells apart and one number more (multiplied and folded, after splitmix64)."""
    key = (key ^ np.uint64(number)) * np.uint64(0x9E3779B97F4A7C15)
    return key ^ (key >> np.uint64(29))


@njit(cache=True)
def in_parts(moment):
    """A moment as a whole number, in parts of the unit of time so small that nobody minds."""
    return int(1024.0 * moment)


@njit(cache=True)
def work_out(p, w, s, c):
    """One route anew; False if it cannot be gone."""
    tour = s.tours[c]
    cost = walk(p, w, c, s.stops[c], tour.n, s.track[c], -1, -1, -1, 0, s.lots, INFINITE, True)
    if cost == INFINITE:
        return False
    pay, change, key = 0.0, 0.0, np.uint64(1)
    for k in range(tour.n):
        leg = s.stops[c, k] >> 1
        key = mixed(key, s.stops[c, k])
        if p.legs[leg].after >= 0:
            key = mixed(key, in_parts(s.lots[leg].ready))
        if s.stops[c, k] & 1:
            pay += p.legs[leg].pay
            change += notified_cost(p, w, c, leg)
    value = cost + change + share_cost(p, w, c, pay)
    s.tally[0].total += value - tour.value
    tour.whole, tour.paid, tour.value, tour.key = cost, pay, value, key
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
def price(p, w, s, leg, c, limit):
    """(added cost, a, b) of the leg in the route of courier `c`, pay and surprise included; below `limit`."""
    it, paid = p.legs[leg], s.tours[c].paid
    extra = notified_cost(p, w, c, leg) + share_cost(p, w, c, paid + it.pay) - share_cost(p, w, c, paid)
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
    ready = s.lots[leg].ready
    best, at_c, at_a, at_b = INFINITE, -1, -1, -1
    for one in s.near[leg]:
        c = one.courier
        if c < 0 or c == not_by:
            continue
        least = delivery_cost(p, w, leg, ready, max(one.soonest, ready) + one.direct)
        if least >= best or (blink > 0.0 and uniform(s) < blink):
            continue
        # Most routes are as they were when this was asked last. No function for it: calling one takes longer.
        key = mixed(s.tours[c].key, in_parts(ready))
        if one.key != key or (one.cost == INFINITE and one.limit < best):
            one.key, one.limit = key, 2.0 * best
            one.cost, one.a, one.b = price(p, w, s, leg, c, one.limit)
        if one.cost < best:
            best, at_c, at_a, at_b = one.cost, c, one.a, one.b
    if at_c < 0 and s.near[leg, -1].courier >= 0:  # none of the near can: all the others are asked
        for c in range(p.couriers.shape[0]):
            if c == not_by or not p.allowed[c, leg] or (it.keeper >= 0 and it.keeper != c):
                continue
            cost, a, b = price(p, w, s, leg, c, best)
            if cost < best:
                best, at_c, at_a, at_b = cost, c, a, b
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
    couriers = p.couriers.shape[0]
    keys, soonest = np.empty(couriers), np.empty(couriers)
    for leg in range(near.shape[0]):
        it = p.legs[leg]
        for c in range(couriers):
            keys[c] = INFINITE
            if p.allowed[c, leg] and (it.keeper < 0 or it.keeper == c):
                who = p.couriers[c]
                way = 0.0 if it.taken else p.travel[who.vehicle, who.place, it.pickup]
                soonest[c] = who.free_at + way + (0.0 if it.taken else 0.5 * it.take)
                keys[c] = max(soonest[c], it.ready_at) + 1e-3 * way
        for one in near[leg, :couriers]:  # none where there is nobody
            c = np.argmin(keys)
            one.courier = c if keys[c] < INFINITE else -1
            keys[c] = INFINITE
            one.soonest, one.direct = soonest[c], 0.5 * it.give
            if not it.taken:
                one.direct += 0.5 * it.take + p.travel[p.couriers[c].vehicle, it.pickup, it.dropoff]


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
