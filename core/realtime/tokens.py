"""Signed permissions to listen: which groups the socket of a page may hear, and how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest

from core import clock
from core.realtime.publish import broadcast

TOKEN_SECONDS = 12 * 3600
_SALT = "core.live"
SESSION_REF = "ref"  # in the session: what it is called where its key must not be told
END = '{"t":"end",'  # how a frame begins that closes sockets; pages do not see it

Claim = tuple[int, str, int]  # person, session, epoch


@dataclass(frozen=True)
class Token:
    """Who may listen to what. `claim` is what must still hold when a socket is opened; None for the platform's own
    tools, which hold the key that signs. `made_at` is when the page was (Unix time)."""

    user_id: int
    groups: list[str]
    claim: Claim | None
    made_at: float


def live_token(user_id: int, groups: Iterable[str] = (), session: str = "", epoch: int = 0) -> str:
    """A signed permission to listen for twelve hours to `groups` and to the person's own group.

    With a session it ends when that session does, or when the person's epoch goes on.
    """
    data = {"u": user_id, "g": sorted({f"user.{user_id}", *groups}), "t": round(clock.now().timestamp(), 3)}
    return signing.dumps(data | ({"s": session, "e": epoch} if session else {}), salt=_SALT)


def page_token(request: HttpRequest, groups: Iterable[str] = ()) -> str:
    """The token of a page of somebody who is logged in: it ends with their session."""
    user: Any = request.user  # a layer above
    return live_token(user.pk, groups, request.session.get(SESSION_REF) or "none", user.epoch)


def check_token(token: str) -> Token | None:
    """What a token that is genuine and fresh says, else None. Asks no database: whether its claim still holds is for
    `core.realtime.claims` to find out."""
    try:
        data = signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    claim = (data["u"], data["s"], data["e"]) if "s" in data else None
    return Token(data["u"], data["g"], claim, data["t"])


def end_pages(user_id: int, session: str = "") -> None:
    """Close the sockets of the person's open pages after the commit: of one session, or of all."""
    broadcast(f"user.{user_id}", "end", id=session)
