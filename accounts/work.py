"""Work that a browser does for a try at logging in, where too many come from its network: cheap for one, dear for many.

The page carries a signed puzzle; its script looks for a number with which the SHA-256 of "puzzle:number" begins with
BITS zero bits. A solution counts once, for ten minutes, on that network. Nobody has to look at a picture.
"""

import hashlib
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from accounts.limits import key
from core import attempts
from core.http import client_network

BITS = 16  # some 65,000 hashes: a third of a second for a browser
LASTS = timedelta(minutes=10)
_signer = signing.TimestampSigner(salt="accounts.work")


def puzzle(request: HttpRequest) -> str:
    """A new puzzle for this network."""
    return _signer.sign_object({"n": client_network(request), "r": get_random_string(12)})


def is_done(request: HttpRequest, given: str, solution: str) -> bool:
    """Whether the puzzle is ours, fresh, of this network, solved, and was not used before."""
    try:
        said = _signer.unsign_object(given, max_age=LASTS)
    except signing.BadSignature:
        return False
    if said["n"] != client_network(request) or len(solution) > 20:
        return False
    digest = hashlib.sha256(f"{given}:{solution}".encode()).digest()
    solved = int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
    return solved and attempts.take(key("work", given), most=1, lasts=2 * LASTS)
