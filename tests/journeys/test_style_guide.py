"""The components in a real browser: accessible in both themes, and doing what they promise."""

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.core.ui_urls")]
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture
def guide(enter, settings):
    """guide(size, …): the style guide in a browser."""
    settings.DEMO = True

    def open_guide(size=PHONE, **options):
        page = enter(None, size, service_workers="block", **options)
        page.goto("/styleguide/")
        page.wait_for_function("() => window.ui !== undefined")
        return page

    return open_guide


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_everybody_can_use_it(guide, size, theme):
    page = guide(size, color_scheme=theme, reduced_motion="reduce")
    page.evaluate(AXE)  # as an expression: the policy lets no script tag in
    found = page.evaluate("levels => axe.run(document, {runOnly: levels})", LEVELS)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0


def test_a_sheet_keeps_the_focus_and_gives_it_back(guide):
    page = guide()
    page.click("[data-sheet-open=sample]")
    assert page.is_visible("#sample")
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('sample').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert page.is_hidden("#sample")
    assert page.evaluate("document.activeElement.dataset.sheetOpen") == "sample"


@pytest.fixture
def slide(guide):
    """The first slide of the guide; its form answers."""
    page = guide()
    page.evaluate(
        """() => {
        const form = document.querySelector('[data-slide]').closest('form');
        form.action = '/answer/';
        form.querySelector('button').name = 'step';
        form.querySelector('button').value = 'arrived';
    }"""
    )
    page.wait_for_load_state("networkidle")  # slide.js comes when a page has a slide
    return page.locator("[data-slide]").first


def test_a_slide_confirms_at_its_end_only(slide):
    slide.scroll_into_view_if_needed()
    box = slide.bounding_box()
    mouse, middle = slide.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 28, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, middle, steps=4)
    mouse.up()
    assert slide.get_attribute("aria-valuenow") == "0"
    assert "pressed" not in slide.page.url
    mouse.move(box["x"] + 28, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"], middle, steps=8)
    mouse.up()
    slide.page.wait_for_url("**/styleguide/?pressed=arrived")


def test_a_slide_works_by_keyboard(slide):
    slide.focus()
    for _ in range(5):
        slide.page.keyboard.press("ArrowRight")
    slide.page.wait_for_url("**/styleguide/?pressed=arrived")


def test_without_a_network_orders_and_money_wait(guide):
    page = guide()
    page.context.set_offline(True)
    page.wait_for_selector(".offline-bar", state="visible")
    waiting = "[data-needs-net]:disabled, [data-needs-net][aria-disabled=true]"
    assert page.locator(waiting).count() == page.locator("[data-needs-net]").count() > 0
    page.context.set_offline(False)
    page.wait_for_selector(".offline-bar", state="hidden")
    assert page.locator(waiting).count() == 0


def test_a_form_is_sent_once_however_often_one_presses(slide):
    page, sent = slide.page, []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        "() => { const button = document.querySelector('.slide-row button'); button.click(); button.click(); }"
    )
    page.wait_for_url("**/styleguide/?pressed=arrived")
    assert len(sent) == 1


# -- Broadcasts --------------------------------------------------------------------------------------------


class Bell:
    """A page whose socket is ours."""

    def __init__(self, page):
        self.page, self.sockets, self.refuse, self.pings, self.deaf = page, [], 0, 0, False
        page.clock.install()
        page.route_web_socket("**/ws/live/**", self._open)
        page.route("**/styleguide/", self._with_meta)
        page.goto("/styleguide/")
        page.evaluate(
            """() => { window.heard = []; for (const name of ['order', 'order:A1', 'pos', 'resync'])
            document.body.addEventListener('live:' + name, () => heard.push(name)); }"""
        )
        self.pass_time(1000)

    def _with_meta(self, route):
        answer = route.fetch()
        meta = f'<head><meta name="live" content="/ws/live/?t={len(self.sockets)}">'
        route.fulfill(response=answer, body=answer.text().replace("<head>", meta))

    def _open(self, socket):
        self.sockets.append(socket)
        if self.refuse:
            socket.close(code=self.refuse)
            return
        socket.on_message(lambda text: self._answer(socket, text))

    def _answer(self, socket, text):
        self.pings += json.loads(text) == {"t": "ping"}
        if not self.deaf:
            socket.send('{"t":"pong"}')

    def ring(self, **frame):
        self.sockets[-1].send(json.dumps(frame))

    def pass_time(self, ms):
        self.page.clock.run_for(ms)

    def state(self, expected):
        self.page.wait_for_selector(f"html[data-live={expected}]", state="attached")

    def heard(self, until=None):
        """What was heard since the last call; waits until `until` is among it."""
        if until:
            self.page.wait_for_function("name => heard.includes(name)", arg=until)
        return self.page.evaluate("heard.splice(0)")


@pytest.fixture
def bell(enter, settings):
    settings.DEMO = True
    bell = Bell(enter(None, PHONE, service_workers="block"))
    bell.state("on")
    bell.pass_time(100)
    bell.heard()
    return bell


def test_a_ring_is_heard_by_kind_and_by_id(bell):
    bell.ring(t="order", id="A1", v=3)
    assert bell.heard("order:A1") == ["order", "order:A1"]


def test_a_stale_frame_is_silent_and_a_missed_one_is_noticed(bell):
    bell.ring(t="order", id="A1", v=3)
    bell.heard("order:A1")
    bell.ring(t="order", id="A1", v=3)
    bell.ring(t="order", id="A1", v=2)
    bell.ring(t="pos", id="A1", v=1)  # comes after the stale ones
    assert bell.heard("pos") == ["pos"]
    bell.ring(t="order", id="A1", v=6)
    assert bell.heard("resync") == ["order", "order:A1", "resync"]


def test_what_was_missed_is_fetched_once_when_the_fetch_under_way_has_come(bell):
    bell.page.evaluate(
        """() => { window.underWay = new EventTarget(); document.dispatchEvent(
            new CustomEvent('htmx:beforeSend', { detail: { xhr: underWay } })); }"""
    )
    bell.ring(t="resync")
    bell.ring(t="pos", id="A1", v=1)
    assert bell.heard("pos") == ["pos"]
    bell.page.evaluate("underWay.dispatchEvent(new Event('loadend'))")
    bell.pass_time(100)
    assert bell.heard("resync") == ["resync"]


def test_a_cut_socket_comes_back_and_everything_catches_up(bell):
    bell.sockets[-1].close(code=1011)
    bell.state("retry")
    bell.pass_time(2000)
    bell.state("on")
    bell.pass_time(100)
    assert "resync" in bell.heard("resync")
    assert len(bell.sockets) == 2


def test_a_connection_that_died_silently_is_given_up(bell):
    bell.deaf = True
    bell.pass_time(26_000)
    bell.deaf = False
    bell.pass_time(12_000)
    bell.state("on")
    assert bell.pings >= 1
    assert len(bell.sockets) == 2


def test_without_a_socket_the_page_polls_every_20_seconds(bell):
    bell.refuse = 4503
    bell.sockets[-1].close(code=1011)
    bell.state("retry")
    bell.heard()
    for _ in range(3):
        bell.pass_time(20_000)
        bell.heard("resync")


def test_a_refused_token_is_fetched_anew_once_and_then_left(bell):
    bell.sockets[-1].close(code=4403)
    bell.heard("resync")
    bell.state("on")
    assert len(bell.sockets) == 2
    bell.refuse = 4403
    before = len(bell.sockets)
    bell.sockets[-1].close(code=4403)
    bell.state("retry")
    bell.heard()
    bell.pass_time(60_000)
    assert len(bell.sockets) <= before + 1
    assert "resync" in bell.heard("resync")
