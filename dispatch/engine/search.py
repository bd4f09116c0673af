"""Ruin and recreate, under simulated annealing. Compiled.

Some related legs are taken out of the plan and put back one by one where they cost least; the new plan is kept if it
is better, or little worse while the search is young (Schrimpf et al., Journal of Computational Physics 159, 2000;
Christiaens and Vanden Berghe, Transportation Science 54, 2020).
"""

import numpy as np

from dispatch.engine.compiling import njit
from dispatch.engine.moves import begin_step, below, keep_best, put_in, refresh, take_out, undo, uniform

# Legs taken out in one step, at most.
MOST_REMOVED = 12
# The choice of what is taken out: below the first whole routes, above the second any legs, between them like ones.
ROUTES, ANY = 0.25, 0.95
# A courier is overlooked with this chance when a leg is put back: what looks best now need not be best.
BLINK = 0.03
# What a leg costs that is in nobody's plan: more than any plan in which it is.
LEFT_OUT = 1e7


@njit(cache=True)
def construct(p, w, s, legs):
    """Put these legs in, in this order; those that nobody can carry stay out."""
    for leg in legs:
        begin_step(s)
        if s.lots[leg].courier < 0 and not put_in(p, w, s, leg, 0.0):
            undo(p, w, s)
    keep_best(s)


@njit(cache=True)
def add(s, leg, out, found):
    """Note a leg that comes out, with the one behind it; the new number. Each only once."""
    while leg >= 0 and found < out.shape[0]:
        for i in range(found):
            if out[i] == leg:
                return found
        out[found] = leg
        found += 1
        leg = s.lots[leg].follower
    return found


@njit(cache=True)
def choose(s, out):
    """Legs to take out: like each other, or those of whole routes, or any. Their number."""
    legs, size = s.lots.shape[0], s.alike.shape[1]
    wanted = 1 + below(s, min(MOST_REMOVED, legs))
    seed = below(s, legs)
    found = add(s, seed, out, 0)
    way = uniform(s)
    if way < ROUTES and s.lots[seed].courier >= 0:
        one = s.lots[seed].courier
        other = s.lots[s.alike[seed, below(s, size)]].courier if size > 0 and uniform(s) < 0.5 else -1
        for c in (one, other):
            if c >= 0:
                for k in range(s.tours[c].n):
                    if s.stops[c, k] & 1 and found < MOST_REMOVED:
                        found = add(s, s.stops[c, k] >> 1, out, found)
        return found
    for _ in range(4 * wanted):
        if found >= wanted:
            break
        if way > ANY or size == 0:
            leg = below(s, legs)
        else:
            u = uniform(s)
            leg = s.alike[out[below(s, found)], int(u * u * size)]
        found = add(s, leg, out, found)
    return found


@njit(cache=True)
def arrange(p, s, out, found):
    """The order in which they come back: by chance, by readiness, by promise, or the longest way first.

    The legs behind others come last.
    """
    way = below(s, 4)
    keys = np.empty(found)
    for i in range(found):
        it = p.legs[out[i]]
        if way == 0:
            keys[i] = uniform(s)
        elif way == 1:
            keys[i] = it.ready_at
        elif way == 2:
            keys[i] = it.due_at
        else:
            keys[i] = -p.travel[0, it.pickup, it.dropoff]
        if it.after >= 0:
            keys[i] += 1e12
    order = np.argsort(keys)
    out[:found] = out[:found][order]


@njit(cache=True)
def step(p, w, s, out, heat):
    """Take some legs out and put them back; keep the plan or undo it."""
    begin_step(s)
    tally = s.tally[0]
    before, before_out = tally.total, tally.out
    found = choose(s, out)
    for i in range(found):
        if s.lots[out[i]].courier >= 0:
            take_out(p, s, out[i])
    fine = True
    for i in range(tally.touched):
        fine = fine and refresh(p, w, s, s.touched[i])
    if before_out > 1e-9:  # what nobody carries yet has its chance too
        legs = s.lots.shape[0]
        start = below(s, legs)
        for i in range(legs):
            if found >= out.shape[0]:
                break
            if s.lots[(start + i) % legs].courier < 0:
                found = add(s, (start + i) % legs, out, found)
    arrange(p, s, out, found)
    for i in range(found):
        leg = out[i]
        if fine and s.lots[leg].courier < 0 and not put_in(p, w, s, leg, BLINK):
            fine = s.lots[leg].courier < 0 and p.legs[leg].keeper < 0
    worse = tally.total - before + LEFT_OUT * (tally.out - before_out)
    if not fine or worse > -heat * np.log(1.0 - uniform(s)):
        undo(p, w, s)
    elif LEFT_OUT * (tally.out - tally.best_out) + tally.total - tally.best_total < -1e-6:
        keep_best(s)


@njit(cache=True)
def improve(p, w, s, steps, hot, cold):
    """So many steps, while the temperature falls from `hot` to `cold` (both in the unit of cost)."""
    out = np.empty(MOST_REMOVED + 8, np.int64)
    for i in range(steps):
        step(p, w, s, out, hot * (cold / hot) ** (i / steps))
