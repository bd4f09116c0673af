"""Ids that people see: short, unguessable, easy to read out on the phone."""

import secrets

# Crockford's base 32: no I, L, O or U, so that nothing is misread. https://www.crockford.com/base32.html
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_no(prefix: str = "", length: int = 10) -> str:
    """A random id of `length` characters (50 bits at ten) behind `prefix`."""
    raw = int.from_bytes(secrets.token_bytes(length), "big")
    return prefix + "".join(ALPHABET[(raw >> (5 * i)) & 31] for i in range(length))


def as_pk(text: str) -> int | None:
    """A row's number as a browser sends it; None for anything that no row's number can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def new_code(digits: int = 4) -> str:
    """A numeric code to be spoken at the door."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"
