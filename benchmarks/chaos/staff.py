"""Operators: support takes tickets and answers at the desk, finance approves withdrawals, and one listens to the console."""

import asyncio
import contextlib
import json
import re
import threading
from datetime import UTC, datetime, timedelta

from benchmarks.chaos.browser import shrugging
from benchmarks.chaos.world import Person
from core.ids import new_no


class Operator(Person):
    """A member of staff; the page's script is what presses."""

    pause = (1.5, 4)

    def press(self, path: str, **data) -> bool:
        headers = {"X-CSRFToken": self.browser.token()}
        return self.browser.insist("POST", path, data=data, headers=headers).accepted


class SupportAtWork(Operator):
    """Claims tickets, leaves notes, answers those who wait at the desk."""

    def act(self) -> None:
        with shrugging():
            self.rng.choice([self.take_ticket, self.answer])()

    def take_ticket(self) -> None:
        page = self.browser.get("/admin/console/")
        nos = list(dict.fromkeys(re.findall(r"[?&]t=([0-9A-Z]{8,12})\b", page.text)))
        if nos:
            no = self.rng.choice(nos[:5])
            done = self.press(f"/admin/console/t/{no}/claim/")
            self.record.count("claims", done)
            if done:
                noted = self.press(f"/admin/console/t/{no}/note/", text="已经联系骑手")
                self.record.count("notes", noted)

    def answer(self) -> None:
        page = self.browser.get("/admin/desk/?tab=waiting")
        nos = list(dict.fromkeys(re.findall(r'data-no="(\w+)"', page.text)))
        if not nos:
            return
        no, client = self.rng.choice(nos[:3]), new_no(length=20)
        headers = {"X-CSRFToken": self.browser.token(), "Accept": "application/json"}
        said = self.browser.insist(
            "POST", f"/admin/desk/{no}/say/", data={"client": client, "text": "马上处理"}, headers=headers
        )
        self.record.count("chat_lines", said.status == 200)
        if said.status == 200:
            self.record.lines[client] = (self.user.pk, False)


class FinanceAtWork(Operator):
    """Approves what couriers ask for."""

    def act(self) -> None:
        with shrugging():
            page = self.browser.get("/admin/payments/withdrawal/?status__exact=requested")
            for pk in dict.fromkeys(re.findall(r"/admin/payments/withdrawal/(\d+)/change/", page.text)):
                if self.press(f"/admin/payments/withdrawal/{pk}/approve/do/"):
                    self.record.approvals.add(int(pk))
                    self.record.count("approvals")


class Listener(threading.Thread):
    """The socket of an operator's console: comes back when it is cut, and knows when it was listening."""

    def __init__(self, operator: SupportAtWork) -> None:
        super().__init__(daemon=True)
        self.operator, self.heard = operator, set()
        self.listening: list[list[datetime]] = []  # [from, to]

    def run(self) -> None:
        asyncio.run(self._listen())

    def _address(self) -> str:
        with shrugging():
            page = self.operator.browser.get("/admin/console/")
            if found := re.search(r'name="live" content="([^"]+)"', page.text):
                return self.operator.world.site.replace("http:", "ws:") + found[1].replace("&amp;", "&")
        return ""

    async def _listen(self) -> None:
        import websockets

        over, origin = self.operator.world.over, self.operator.world.site
        while not over.is_set():
            address = await asyncio.to_thread(self._address)
            try:
                async with websockets.connect(address, origin=origin, open_timeout=5) as page:
                    now = datetime.now(UTC)
                    self.listening.append([now, now])
                    while not over.is_set():
                        with contextlib.suppress(TimeoutError):
                            frame = json.loads(await asyncio.wait_for(page.recv(), 0.5))
                            if frame["t"] == "ticket":
                                self.heard.add(frame["id"])
                        self.listening[-1][1] = datetime.now(UTC)
            except (OSError, ValueError, TimeoutError, websockets.WebSocketException):
                await asyncio.sleep(0.5)

    def unheard(self, tickets: list[tuple[str, datetime]], quiet: list[tuple[float, float]]) -> list[str]:
        """Tickets opened well within a time of listening that were not heard: a page fetches the others itself.

        `quiet` are the times (Unix seconds) in which a fault kept frames away: Redis or a process was gone.
        """
        before, after = timedelta(seconds=2), timedelta(seconds=15)
        return [
            no
            for no, at in tickets
            if no not in self.heard
            and any(start + before < at < end - after for start, end in self.listening)
            and not any(start - 2 < at.timestamp() < end + 15 for start, end in quiet)
        ]
