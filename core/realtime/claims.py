"""Whether the sessions that live pages come from still hold: asked of the database, many pages at a time."""

from collections.abc import Callable, Collection

from channels.db import database_sync_to_async

from core.realtime.gathering import Gathered
from core.realtime.tokens import Claim

Checker = Callable[[Collection[Claim]], set[Claim]]
_checkers: list[Checker] = []  # the one that the app of people and their sessions brings


def claim_checker(check: Checker) -> Checker:
    """Decorator: the function that says which of many claims are valid now. It is asked in a thread."""
    _checkers[:] = [check]
    return check


async def valid_claims(claims: Collection[Claim]) -> set[Claim]:
    """Those of these claims whose sessions go on, unchanged in what they may do."""
    [check] = _checkers
    return await database_sync_to_async(check)(claims)


async def _all_hold(claims: Collection[Claim]) -> dict[Claim, bool]:
    valid = await valid_claims(claims)
    return {claim: claim in valid for claim in claims}


_gathered = Gathered(_all_hold)


async def claim_holds(claim: Claim) -> bool:
    """Whether this one does. Raises what the database raises when it is away."""
    return await _gathered.ask(claim)
