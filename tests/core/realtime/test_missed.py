"""A page catches up as its socket opens if something was sent meanwhile, and else does not ask for anything twice."""

import pytest

from core.realtime import live_token, missed
from core.realtime.hub import RESYNC
from tests.core.realtime.test_live import LIN, layer, listen, ring_from_a_thread, socket  # noqa: F401

RESYNC_FRAME = {"t": "resync"}


async def first_frame(page) -> dict:
    """What the page hears first; a frame sent now comes after all that was sent before."""
    await ring_from_a_thread(f"user.{LIN}", "notice", id=1)
    return await page.frame()


pytestmark = pytest.mark.usefixtures("simulated_clock")


async def test_what_came_before_the_page_was_made_is_in_it(layer, simulated_clock):  # noqa: F811
    await ring_from_a_thread("order.A", "order", id="A", v=2)
    simulated_clock.advance(seconds=missed.MARGIN_SECONDS + 1)
    page = await listen(LIN, "order.A")
    assert (await first_frame(page))["t"] == "notice"
    await page.disconnect()


async def test_what_came_while_the_socket_opened_is_caught_up(layer):  # noqa: F811
    token = live_token(LIN, ["order.A"])
    await ring_from_a_thread("order.A", "order", id="A", v=2)
    page = socket(token)
    assert await page.connect()
    assert await first_frame(page) == RESYNC_FRAME
    await page.disconnect()


async def test_what_came_just_before_is_caught_up_too(layer):  # noqa: F811
    """The page's queries may be older than its token, and hosts' clocks differ."""
    await ring_from_a_thread("order.A", "order", id="A", v=2)
    page = await listen(LIN, "order.A")
    assert await first_frame(page) == RESYNC_FRAME
    await page.disconnect()


async def test_what_others_hear_is_nothing_missed(layer):  # noqa: F811
    await ring_from_a_thread("order.B", "order", id="B", v=2)
    page = await listen(LIN, "order.A")
    assert (await first_frame(page))["t"] == "notice"
    await page.disconnect()


async def test_a_position_is_made_up_for_by_the_next(layer):  # noqa: F811
    await ring_from_a_thread("order.A", "pos", id="A", lat=1, lon=2)
    page = await listen(LIN, "order.A")
    assert (await first_frame(page))["t"] == "notice"
    await page.disconnect()


async def test_a_page_that_was_made_long_ago_catches_up(layer, simulated_clock):  # noqa: F811
    token = live_token(LIN, ["order.A"])
    simulated_clock.advance(seconds=missed.KEPT_SECONDS)
    page = socket(token)
    assert await page.connect()
    assert await page.frame() == RESYNC_FRAME
    await page.disconnect()


async def test_who_cannot_be_told_catches_up(layer, monkeypatch):  # noqa: F811
    def away(groups):
        raise ConnectionError("no Redis")

    monkeypatch.setattr(missed, "_last_broadcasts", away)
    page = await listen(LIN, "order.A")
    assert await page.frame() == RESYNC_FRAME
    assert '"resync"' in RESYNC["text"]
    await page.disconnect()


async def test_what_was_noted_is_forgotten_after_a_minute(simulated_clock):
    missed._noted.clear()
    missed.note({"order.A"})
    simulated_clock.advance(seconds=missed.KEPT_SECONDS + 1)
    missed.note({"order.B"})
    assert set(missed._noted) == {"order.B"}
