"""Signed requests to Alibaba Cloud's RPC interfaces (signature version 3, ACS3-HMAC-SHA256).

The rules: help.aliyun.com, "V3 request structure and signature". What is signed is the method, the path, the sorted
query, every ``x-acs-`` header with the host, and the SHA-256 of the body, which is empty here: the parameters travel
in the query.
"""

import hashlib
import hmac
from datetime import UTC
from urllib.parse import quote, urlsplit
from uuid import uuid4

from core import clock, outside

ALGORITHM = "ACS3-HMAC-SHA256"
_EMPTY = hashlib.sha256(b"").hexdigest()


def call(url: str, action: str, version: str, params: dict[str, str], *, key: str, secret: str) -> dict:
    """The answer's JSON. Raises as `core.outside.post` and `answer`; what the answer says is for the caller to judge.

    `key` and `secret` are the AccessKey's two halves; `url` is the endpoint without a path.
    """
    query = canonical_query(params)
    headers = {
        "host": urlsplit(url).netloc,
        "x-acs-action": action,
        "x-acs-content-sha256": _EMPTY,
        "x-acs-date": clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": version,
    }
    headers["Authorization"] = authorization("POST", query, headers, key=key, secret=secret)
    return outside.answer(outside.post(f"{url.rstrip('/')}/?{query}", headers=headers))


def canonical_query(params: dict[str, str]) -> str:
    """Sorted by name, encoded as RFC 3986 has it."""
    return "&".join(
        f"{quote(name, safe='~')}={quote(str(params[name]), safe='~')}" for name in sorted(params)
    )


def authorization(method: str, query: str, headers: dict[str, str], *, key: str, secret: str) -> str:
    """The Authorization header for a request to "/" with these headers (lower-case names) and an empty body."""
    names = sorted(headers)
    signed = ";".join(names)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = "\n".join([method, "/", query, lines, signed, headers["x-acs-content-sha256"]])
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key},SignedHeaders={signed},Signature={signature}"
