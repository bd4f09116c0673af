"""Asking a service outside for something, and what may have come of it.

An answer that never came is not a refusal. Who sends something that must not arrive twice needs to know which of the
three it was: retryable (not taken, ask again later), permanent (refused, never ask again), or outcome unknown.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

import requests
from requests.exceptions import ConnectionError as Lost
from requests.exceptions import ConnectTimeout, ProxyError, RequestException, SSLError
from urllib3.exceptions import LocationParseError, NewConnectionError
from urllib3.util import parse_url

# An address whose host every parser reads alike: no user, no brackets, no escapes before the path.
_PLAIN = re.compile(r"(?P<origin>https?://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?)(/[!-~]*)?")

TIMEOUT = (3, 10)  # seconds: to connect, to answer


class RetryableError(Exception):
    """Certainly not taken; asked again it may be. `after`: seconds that the service wants to be left alone."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class ServiceUnavailable(RetryableError):
    """Not taken, and the fault is the service's (or that of our account with it): the next request fares no better."""


class PermanentError(Exception):
    """It will never take this one: no such number, not wanted, not allowed."""


class OutcomeUnknown(Exception):
    """The request had left and no readable answer came: it may have been taken."""


def post(url: str, **request) -> requests.Response:
    """One POST that follows no redirect. Raises ServiceUnavailable when nothing was sent, OutcomeUnknown when an answer
    is missing."""
    return _send("POST", url, **request)


def get(url: str, **request) -> requests.Response:
    """One GET, as `post`."""
    return _send("GET", url, **request)


def _send(method: str, url: str, **request) -> requests.Response:
    try:
        return requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **request)
    except (ConnectTimeout, ProxyError, SSLError) as error:
        raise ServiceUnavailable(_told(error)) from error
    except Lost as error:
        never_sent = isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
        raise (ServiceUnavailable if never_sent else OutcomeUnknown)(_told(error)) from error
    except RequestException as error:
        raise OutcomeUnknown(_told(error)) from error


class NoRedirects(requests.Session):
    """A session for libraries that post by themselves: a redirect is the answer, and nobody goes where it points."""

    def request(self, method, url, *args, **kwargs) -> requests.Response:
        return super().request(method, url, *args, **(kwargs | {"allow_redirects": False}))


def is_known_address(url: str, origins: Iterable[str]) -> bool:
    """Whether a request to `url`, which a person gave us, goes to one of `origins` ("https://*.push.apple.com").

    Guards against server-side request forgery. A `*` stands for subdomains. A port is allowed only where the origin
    names one. The host is read by the parser of the library that sends (urllib3, within requests) as well as by us:
    where the two differ, the address is refused.
    """
    plain = _PLAIN.fullmatch(url)
    if plain is None:
        return False
    try:
        sent_to = parse_url(requests.Request("POST", url).prepare().url or "")
    except (requests.RequestException, LocationParseError):
        return False
    return sent_to.host == plain["host"] and any(fnmatchcase(plain["origin"], known) for known in origins)


def answer(response: requests.Response) -> dict:
    """The JSON object of an answer. Without one: ServiceUnavailable when the status says that it was not taken, else
    OutcomeUnknown."""
    try:
        found = response.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    if response.status_code in (429, 502, 503):
        raise ServiceUnavailable(f"HTTP {response.status_code}")
    raise OutcomeUnknown(f"HTTP {response.status_code}, not readable")


def _told(error: Exception) -> str:
    """What went wrong, without the address: its query may hold what is private."""
    return type(error).__name__
