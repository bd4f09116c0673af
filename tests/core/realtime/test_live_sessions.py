"""Live sockets end with the session that they come from; a person has a few of them, and they are no flood."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from accounts import services, sessions
from accounts.models import Session, StaffRole, User
from core.realtime import claims, live_token
from core.realtime.consumer import FRAMES_A_SECOND
from core.realtime.hub import PAGES_A_PERSON, STAY_CLOSED, TOO_MANY, TOO_OFTEN, TRY_LATER, present_hub
from tests.core.realtime.test_live import Page, layer, listen, socket  # noqa: F401  (a fixture)
from tests.factories import UserFactory, make_campus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def no_connection_left(transactional_db):
    """`sync_to_async` keeps one thread for the whole run: a connection that a test leaves there fails a later one that
    has no database."""
    yield
    await sync_to_async(connections.close_all)()


class Browser:
    """Somebody's browser: logged in, with the token that its pages carry."""

    def __init__(self, user: User) -> None:
        self.client, self.user = Client(), user
        self.client.force_login(user)

    def token(self, *groups: str) -> str:
        html = self.client.get("/me/").content.decode()
        assert 'name="live" content="/ws/live/?t=' in html
        session = Session.objects.get(session_key=self.client.session.session_key)
        return live_token(self.user.pk, groups, session.ref, User.objects.get(pk=self.user.pk).epoch)


@sync_to_async
def browser_of(staff: bool = False) -> Browser:
    campus = make_campus()
    user = UserFactory(campus=campus)
    if staff:
        services.grant_role(user=user, campus=campus, role=StaffRole.Role.SUPPORT, actor=user)
    return Browser(user)


async def open_page(browser: Browser, *groups: str) -> Page:
    page = socket(await sync_to_async(browser.token)(*groups))
    assert await page.connect()
    return page


async def closed_with(page: Page) -> int:
    """The code that the server closes with, whatever it said before."""
    while "code" not in (message := await page.receive_output(timeout=5)):
        pass
    return message["code"]


async def refused_with(token: str) -> int:
    page = socket(token)
    await page.connect()
    return await closed_with(page)


def _log_out(browser: Browser) -> None:
    browser.client.post("/accounts/logout/")


def _ban(browser: Browser) -> None:
    services.bar(user=browser.user, actor=browser.user)


def _end_from_the_list(browser: Browser) -> None:
    other = Browser(browser.user)
    ref = Session.objects.get(session_key=browser.client.session.session_key).ref
    other.client.post(f"/me/sessions/{ref}/end/")


def _lose_the_role(browser: Browser) -> None:
    services.revoke_role(staff_role=browser.user.staff_roles.get(), actor=browser.user)


@pytest.mark.parametrize("ends", [_log_out, _ban, _end_from_the_list, _lose_the_role])
async def test_what_ends_a_session_closes_its_sockets_and_its_tokens(layer, ends):  # noqa: F811
    browser = await browser_of(staff=ends is _lose_the_role)
    token = await sync_to_async(browser.token)("order.A")
    page = socket(token)
    assert await page.connect()
    await sync_to_async(ends)(browser)
    assert await closed_with(page) == STAY_CLOSED
    assert await refused_with(token) == STAY_CLOSED


async def test_another_session_of_the_person_goes_on(layer):  # noqa: F811
    browser = await browser_of()
    other = await sync_to_async(Browser)(browser.user)
    page, others = await open_page(browser), await open_page(other)
    await sync_to_async(_log_out)(browser)
    assert await closed_with(page) == STAY_CLOSED
    assert await others.receive_nothing()
    assert await sync_to_async(other.token)()
    await others.disconnect()


async def test_a_kept_session_asks_for_a_new_token(layer):  # noqa: F811
    """After an enrolment the page's token is of an older epoch; the one that the page is given now is good."""
    browser = await browser_of()
    old = await sync_to_async(browser.token)()
    await sync_to_async(sessions.end_sessions)(browser.user, keep=browser.client.session.session_key)
    assert await refused_with(old) == STAY_CLOSED
    page = await open_page(browser)
    await page.disconnect()


async def test_a_socket_that_was_not_told_is_found(layer, monkeypatch):  # noqa: F811
    browser = await browser_of()
    page = await open_page(browser)
    await sync_to_async(Session.objects.all().delete)()  # as by a process that could not reach Redis
    await present_hub().recheck()
    assert await closed_with(page) == STAY_CLOSED


async def test_the_recheck_leaves_the_others(layer):  # noqa: F811
    page, tools = await open_page(await browser_of()), await listen(7)
    await present_hub().recheck()
    assert await page.receive_nothing()
    assert await tools.receive_nothing()
    await page.disconnect()
    await tools.disconnect()


async def test_the_database_away_is_try_later(layer, monkeypatch):  # noqa: F811
    browser = await browser_of()
    token = await sync_to_async(browser.token)()

    def away(claims):
        raise OSError("no route to it")

    monkeypatch.setattr(claims, "_checkers", [away])
    assert await refused_with(token) == TRY_LATER


async def test_the_oldest_page_gives_way(layer):  # noqa: F811
    """The attack of trust.md, row 24: hundreds of sockets with one token."""
    browser = await browser_of()
    pages = [await open_page(browser) for _ in range(PAGES_A_PERSON + 1)]
    assert await closed_with(pages[0]) == TOO_MANY
    assert await pages[1].receive_nothing()
    for page in pages:
        await page.disconnect()
    assert present_hub().members == {}


async def test_a_flood_of_frames_closes_the_socket(layer):  # noqa: F811
    page = await open_page(await browser_of())
    for _ in range(FRAMES_A_SECOND * 3):
        await page.send('{"t":"ping"}')
    pongs, output = 0, await page.receive_output(timeout=5)
    while output["type"] == "websocket.send":
        pongs, output = pongs + 1, await page.receive_output(timeout=5)
    assert output["code"] == TOO_OFTEN
    assert pongs <= FRAMES_A_SECOND * 2  # a second may end meanwhile
    await page.disconnect()  # else the hub listens to Redis beyond this test's loop


async def test_many_that_reconnect_at_once_are_one_question(layer, monkeypatch):  # noqa: F811
    asked = []

    def check(those):
        asked.append(len(those))
        return sessions.valid_claims(those)

    monkeypatch.setattr(claims, "_checkers", [check])
    token = await sync_to_async((await browser_of()).token)()
    pages = [socket(token) for _ in range(8)]
    assert all(await asyncio.gather(*(page.connect() for page in pages)))
    assert len(asked) == 1
    for page in pages:
        await page.disconnect()
