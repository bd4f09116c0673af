"""One person's browser: cookies, forms as the pages have them, logging in again, and the patience to press again.

Every exchange is written down, also those that got no answer: `Exchange`.
"""

import base64
import contextlib
import hmac
import random
import struct
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

TIMEOUT = 30
PATIENCE = 240  # seconds in which a person presses again
NO_ANSWER = 0
LOGIN = "/accounts/login/"
PASSWORD = "seven ducks in the rain"


class GaveUp(Exception):
    """Nobody answered for so long that the person went away."""


@dataclass
class Exchange:
    """One request and what came back; `status` 0 is no answer."""

    method: str
    path: str
    began: float
    ended: float
    status: int
    retry_after: str = ""
    error: str = ""


@dataclass
class Answer:
    status: int
    text: str = ""
    location: str = ""
    page: str = ""  # the path that it is of

    @property
    def accepted(self) -> bool:
        return self.status < 400

    @property
    def forms(self) -> list["Form"]:
        return read_forms(self.text)


@dataclass
class Form:
    """A form with what it holds as it comes."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.now: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.now = Form(given.get("action") or "")
            self.forms.append(self.now)
        elif self.now is None:
            return
        elif tag == "textarea":
            self.area = name
            self.now.fields[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self.now.choices.setdefault(self.select, []).append(value)
            if "selected" in given or self.select not in self.now.fields:
                self.now.fields[self.select] = value
        elif tag == "input" and name:
            self._input(given.get("type", "text"), name, value, "checked" in given)

    def _input(self, kind: str, name: str, value: str, checked: bool) -> None:
        if kind in ("radio", "checkbox"):
            self.now.choices.setdefault(name, []).append(value)
            if checked:
                self.now.fields[name] = value or "on"
        elif kind not in ("file", "submit", "button"):
            self.now.fields[name] = value

    def handle_data(self, data: str) -> None:
        if self.area and self.now:
            self.now.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def read_forms(html: str) -> list[Form]:
    reader = _Forms()
    reader.feed(html)
    return reader.forms


class Diary:
    """All exchanges of all people, in any thread."""

    def __init__(self) -> None:
        self._lock, self.exchanges = threading.Lock(), []

    def write(self, exchange: Exchange) -> None:
        with self._lock:
            self.exchanges.append(exchange)


class Browser:
    """`secret`: of the person's authenticator app, for staff."""

    def __init__(self, site: str, phone: str, diary: Diary, rng: random.Random, secret: str = "") -> None:
        self.site, self.phone, self.secret = site, phone, secret
        self.diary, self.rng = diary, rng
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Origin"] = site

    # -- One exchange ------------------------------------------------------------------------------------------

    def once(self, method: str, path: str, **more) -> Answer | None:
        """One request. None when nobody answered, or only to say "later" or "broken"."""
        began, headers = time.time(), more.pop("headers", {})
        entry = Exchange(method, path.partition("?")[0], began, began, NO_ANSWER)
        try:
            found = self.session.request(
                method, self.site + path, timeout=TIMEOUT, allow_redirects=False, headers=headers, **more
            )
        except requests.RequestException as error:
            entry.error = type(error).__name__
            found = None
        else:
            entry.status, entry.retry_after = found.status_code, found.headers.get("Retry-After", "")
        entry.ended = time.time()
        self.diary.write(entry)
        if found is None or found.status_code >= 500 or found.status_code == 429:
            return None
        location = found.headers.get("Location", "").removeprefix(self.site)
        return Answer(found.status_code, found.text, location, path)

    def insist(self, method: str, path: str, **more) -> Answer:
        """The same again, as a person presses again, until there is an answer. GaveUp after `PATIENCE`."""
        until, pause = time.monotonic() + PATIENCE, 0.4
        while time.monotonic() < until:
            for upload in (more.get("files") or {}).values():
                upload[1].seek(0)
            answer = self.once(method, path, **more)
            if answer and not self._was_sent_away(answer):
                return answer
            time.sleep(self.rng.uniform(pause / 2, pause))
            pause = min(pause * 1.5, 3)
        raise GaveUp(f"{method} {path}")

    def _was_sent_away(self, answer: Answer) -> bool:
        """To log in, or to prove who they are: done, and the request is worth repeating."""
        if not answer.location.startswith("/accounts/") or answer.page.startswith("/accounts/"):
            return False
        self.enter(answer.location)
        return True

    # -- Logging in --------------------------------------------------------------------------------------------

    def enter(self, path: str = LOGIN) -> None:
        """Log in (or prove it once more) where the site asks for it."""
        for _ in range(4):
            page = self.once("GET", path)
            if page is None:
                return
            form = next((f for f in page.forms if {"password", "code"} & set(f.fields)), None)
            if form is None:
                path = page.location
            else:
                given = {"login": self.phone, "password": PASSWORD, "code": self._code()}
                filled = form.fields | {name: value for name, value in given.items() if name in form.fields}
                answer = self.once("POST", form.action or path, data=filled)
                path = answer.location if answer else ""
            if not path.startswith("/accounts/"):
                return

    def _code(self) -> str:
        return one_time_code(self.secret, time.time()) if self.secret else ""

    # -- What people do ----------------------------------------------------------------------------------------

    def get(self, path: str, **more) -> Answer:
        """A page, through redirects."""
        for _ in range(5):
            answer = self.insist("GET", path, **more)
            if not answer.location.startswith("/"):
                return answer
            path = answer.location
        return answer

    def submit(
        self, page: str, given: dict, *, action: str = "", files: dict | None = None, **more
    ) -> Answer:
        """Open the page, fill in its form (the one whose address ends with `action`, else the one with those fields)
        and press until it is answered: the same form, with the same key. Where the page's token has gone stale it is
        opened again, and the key stays."""
        key = ""
        for _ in range(5):
            shown = self.get(page)
            form = _choose(shown.forms, action, given)
            if form is None:
                return Answer(404, shown.text, page=page)
            filled = form.fields | given
            if "key" in filled:
                key = filled["key"] = key or filled["key"]
            answer = self.insist("POST", form.action or shown.page, data=filled, files=files, **more)
            if answer.status != 403 or "csrf" not in answer.text.lower():
                break
        answer.key = key
        return answer

    def token(self) -> str:
        """For requests that a page's script makes."""
        return next((c.value for c in self.session.cookies if c.name.endswith("csrftoken")), "")


def _choose(forms: list[Form], action: str, given: dict) -> Form | None:
    if action:
        return next((form for form in forms if form.action.endswith(action)), None)
    best = [form for form in forms if "csrfmiddlewaretoken" in form.fields]
    best.sort(key=lambda form: -len((set(form.fields) | set(form.choices)) & set(given)))
    return best[0] if best else None


def one_time_code(secret: str, at: float) -> str:
    """What an authenticator app shows at that moment (RFC 6238: SHA-1, 30 seconds, six digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // 30), "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06d}"


@contextlib.contextmanager
def shrugging():
    """Who has given up does something else."""
    with contextlib.suppress(GaveUp):
        yield
