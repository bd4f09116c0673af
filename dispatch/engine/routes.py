"""One route: what it costs, and the best place in it for one more leg. Compiled; no randomness, no memory.

A stop is a number: twice the row of its leg, plus one when the goods are given. `track` is the way a route was worked
out: row k is the state before its stop k, row k+1 the moment of that stop and the state behind it.
"""

import numpy as np

from dispatch.engine.compiling import njit

INFINITE = np.inf
# More stops than anybody is sent to in one plan.
MOST_STOPS = 64

TRACK = np.dtype([("at", "f8"), ("left", "f8"), ("cost", "f8"), ("load", "i8")])


@njit(cache=True)
def share_cost(p, w, c, pay):
    """What it costs that courier `c` gets `pay` in this plan: what lies beyond their share."""
    it = p.couriers[c]
    return w.share * (max(it.earned + pay - it.share, 0.0) - max(it.earned - it.share, 0.0))


@njit(cache=True)
def notified_cost(p, w, c, leg):
    return w.change if p.legs[leg].notified >= 0 and p.legs[leg].notified != c else 0.0


@njit(cache=True)
def delivery_cost(p, w, leg, ready, moment):
    """What the customer's waiting costs: since the goods were ready, and more behind the promise."""
    it = p.legs[leg]
    late = moment - it.due_at
    cost = w.waiting * max(moment - ready, 0.0)
    if late > 1e-6:
        cost += w.broken + w.late * late
    return it.weight * cost


@njit(cache=True)
def way_cost(w, t, ride, ends_at):
    """What it costs that a courier is under way from `t` on: the more while others could still have their time."""
    return w.travel * ride + w.busy * (min(t + ride, ends_at) - min(t, ends_at))


@njit(cache=True)
def walk(p, w, c, stops, n, track, leg, a, b, k, lots, limit, note):
    """Go along a route with `leg` put in (pickup as stop number `a`, drop-off as number `b`; -1 for not at all).

    Starts before stop `k`, at most min(a, b), in the state of `track[k]`. `lots`: when each leg is ready in this plan.
    Returns the cost of the whole route without pay, INFINITE where it cannot be gone or costs `limit` or more. With
    `note`, writes down the track.
    """
    matrix = p.travel[p.couriers[c].vehicle]
    capacity, ends_at = p.couriers[c].capacity, p.couriers[c].ends_at
    total = n + (1 if a >= 0 else 0) + (1 if b >= 0 else 0)
    q = k  # stops of the old route that were passed
    t, cost, load = track[k].left, track[k].cost, track[k].load
    node, picking = p.couriers[c].place, False
    if k > 0:
        last = stops[k - 1]
        picking = last & 1 == 0
        node = p.legs[last >> 1].pickup if picking else p.legs[last >> 1].dropoff
    while k < total:
        if k == a:
            stop = 2 * leg
        elif k == b:
            stop = 2 * leg + 1
        else:
            stop = stops[q]
            q += 1
        it = p.legs[stop >> 1]
        ready = lots[stop >> 1].ready
        if stop & 1 == 0:
            half = 0.5 * it.take
            if picking and it.pickup == node:  # taken in one go
                moment = max(t - half, ready)
            else:
                if p.one_place and load > 0:
                    return INFINITE
                ride = matrix[node, it.pickup]
                cost += way_cost(w, t, ride, ends_at)
                moment = max(t + ride + half, ready)
            load += 1
            if load > capacity or (moment > ends_at and it.keeper < 0):
                return INFINITE
            picking = True
            node = it.pickup
        else:
            half = 0.5 * it.give
            ride = matrix[node, it.dropoff]
            moment = t + ride + half
            cost += way_cost(w, t, ride, ends_at) + delivery_cost(p, w, stop >> 1, ready, moment)
            load -= 1
            picking = False
            node = it.dropoff
        t = moment + half
        if cost >= limit:
            return INFINITE
        k += 1
        if note:
            track[k].at, track[k].left, track[k].cost, track[k].load = moment, t, cost, load
    return cost if cost < limit else INFINITE


@njit(cache=True)
def best_place(p, w, c, leg, stops, n, track, whole, lots, limit):
    """(added cost, a, b) of the cheapest way to put `leg` into the route of courier `c`, below `limit`, else INFINITE.

    `whole`: what the route costs now, without pay.
    """
    best, best_a, best_b = INFINITE, -1, -1
    target = whole + limit
    if n + 2 > MOST_STOPS:
        return best, best_a, best_b
    if p.legs[leg].taken:
        for b in range(n + 1):
            cost = walk(p, w, c, stops, n, track, leg, -1, b, b, lots, target, False)
            if cost < target:
                target, best, best_a, best_b = cost, cost - whole, -1, b
        return best, best_a, best_b
    here, capacity = p.legs[leg].pickup, p.couriers[c].capacity
    for a in range(n + 1):
        if track[a].cost >= target:
            break
        if a > 0 and stops[a - 1] & 1 == 0 and p.legs[stops[a - 1] >> 1].pickup == here:
            continue  # the same as before the other
        if track[a].load >= capacity or (p.one_place and track[a].load > 0):
            continue
        joins = a < n and stops[a] & 1 == 0 and p.legs[stops[a] >> 1].pickup == here
        load = track[a].load + 1
        for b in range(a + 1, n + 2):
            if b > a + 1:  # between lie the stops a … b-2 of the old route
                passed = stops[b - 2]
                load += 1 if passed & 1 == 0 else -1
                if load > capacity:
                    break
                if p.one_place:
                    if passed & 1 == 0 and not (joins and p.legs[passed >> 1].pickup == here):
                        break
                    if b <= n and stops[b - 1] & 1 == 0 and load > 1 and passed & 1 == 0:
                        continue  # first everything is taken
            cost = walk(p, w, c, stops, n, track, leg, a, b, a, lots, target, False)
            if cost < target:
                target, best, best_a, best_b = cost, cost - whole, a, b
    return best, best_a, best_b
