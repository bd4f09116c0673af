"""What it would cost if somebody else carried a leg. Compiled; asks a `Search` and leaves its plan as it is."""

import numpy as np

from dispatch.engine.compiling import njit
from dispatch.engine.moves import absence, begin_step, price, save, squeeze, take_out, undo, work_out
from dispatch.engine.routes import INFINITE


@njit(cache=True)
def compare(p, w, s, leg, who, figures):
    """Fill `who` with the courier who carries the leg, then the others, cheapest first, and -1 where there are no more;
    each row of `figures` with (added cost, picked up, given), NaN where that is not known. The plan stays as it is.

    Those are asked who could have it first, and everybody else only where none of them can: as in `put_in`.
    """
    who[:], figures[:] = -1, np.nan
    chosen, first = s.lots[leg].courier, p.legs[leg].after
    n = s.tours[chosen].n
    route = s.stops[chosen, :n].copy()
    begin_step(s)
    take_out(p, s, leg)
    work_out(p, w, s, chosen)
    who[0] = chosen
    figures[0] = attempt(p, w, s, leg, chosen)
    found = 1
    known = s.near.shape[1]
    for everybody in range(2):
        for k in range(s.tours.shape[0] if everybody else known):
            c = k if everybody else s.near[leg, k].courier
            if c < 0:
                break
            if c == chosen or not p.allowed[c, leg] or p.legs[leg].keeper >= 0:
                continue
            if first >= 0 and s.lots[first].courier == c:
                continue
            limit = INFINITE if found < len(who) else figures[found - 1, 0]
            cost, _a, _b = price(p, w, s, leg, c, limit)
            if cost == INFINITE:
                continue
            found = min(found + 1, len(who))
            i = found - 1
            while i > 1 and figures[i - 1, 0] > cost:
                who[i], figures[i, 0] = who[i - 1], figures[i - 1, 0]
                i -= 1
            who[i], figures[i, 0] = c, cost
        if found > 1 or s.near[leg, known - 1].courier < 0:
            break
    for i in range(1, found):
        figures[i] = attempt(p, w, s, leg, who[i])
    begin_step(s)
    save(s, chosen)
    s.tours[chosen].n = n
    s.stops[chosen, :n] = route
    s.lots[leg].courier = chosen
    s.tally[0].out -= absence(p, leg)
    work_out(p, w, s, chosen)


@njit(cache=True)
def attempt(p, w, s, leg, c):
    """(added cost, picked up, given) if courier `c` carried the leg; the plan stays as it is. NaN if they cannot."""
    cost, a, b = price(p, w, s, leg, c, INFINITE)
    if cost == INFINITE:
        return np.nan, np.nan, np.nan
    begin_step(s)
    squeeze(p, s, leg, c, a, b)
    work_out(p, w, s, c)
    picked_at = s.track[c, a + 1].at if a >= 0 else np.nan
    given_at = s.track[c, b + 1].at
    undo(p, w, s)
    return cost, picked_at, given_at
