"""A real site for real browsers: the product's own ASGI application in a thread, with a scanner that looks around.

Each person gets a browser of their own, in Chinese, on a phone or a desk.
"""

import socket
import threading
import time
from contextlib import closing

import pytest
import uvicorn
from django.conf import settings as django_settings
from django.db import close_old_connections, connections
from django.test import Client
from playwright.sync_api import expect

from core import clock, outbox
from payments.services import account, transfer
from tests import factories
from tests.browsers import closing_anyway

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# Two browsers, a server and a database on two busy cores: five seconds are not a fault yet.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def server():
    """The product on a free port of this machine: (its address, the server). One for all journeys of a process."""
    from campus_errand.asgi import application

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)  # who comes before the server runs waits for it
    server = uvicorn.Server(
        uvicorn.Config(application, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    )
    server.capture_signals = lambda: closing(_Nothing())
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield "http://{}:{}".format(*listener.getsockname()), server
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def site(server, transactional_db, settings):
    """The address of the product, scanned four times a second while the test runs."""
    address, running = server
    settings.ALLOWED_HOSTS = ["*"]
    stop, faults = threading.Event(), []
    beat = threading.Thread(target=_beat, args=(stop, faults), daemon=True)
    beat.start()
    yield address
    stop.set()
    beat.join(10)
    # The browsers are closed; what they asked for last may still be under way, and wants its rows to the end.
    deadline = time.monotonic() + 10
    while (running.server_state.tasks or running.server_state.connections) and time.monotonic() < deadline:
        time.sleep(0.02)
    connections.close_all()
    assert faults == []


class _Nothing:
    def close(self) -> None:
        """Signals stay with pytest."""


def _beat(stop: threading.Event, faults: list[str]) -> None:
    """What Celery's beat and worker do, from one thread."""
    from exceptions.detection import scanner

    while not stop.wait(0.25):
        close_old_connections()
        try:
            scanner.scan(clock.now())
            outbox.drain()
        except Exception as error:  # the next look is a quarter of a second away, as in life
            faults.append(repr(error))
    connections.close_all()


@pytest.fixture
def enter(site, chrome):
    """enter(person, size): a page of a browser in which that person is logged in. Errors of scripts fail the test."""
    contexts, errors = [], []

    def open_browser(user=None, size=PHONE, **options):
        context = chrome.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=site, **options
        )
        context.set_default_timeout(15_000)
        if user is not None:
            client = Client()
            client.force_login(getattr(user, "user", user))
            cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                errors.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        contexts.append(context)
        return page

    yield open_browser
    with closing_anyway():
        for context in contexts:
            context.close()
    assert errors == []


@pytest.fixture
def world(transactional_db):
    """The small campus with its rules and type library."""
    from exceptions.library.loading import load_library

    load_library()
    return factories.make_campus()


@pytest.fixture
def people(world):
    """Student Lin with money, courier Zhao on duty; both read Chinese."""
    lin = factories.UserFactory(username="lin", name="林晓", campus=world, language="zh-hans")
    transfer(
        key="pocket-money", reason="topup",
        moves=[(account("gateway", gateway="sandbox"), -9000), (account("wallet", user=lin), 9000)],
    )  # fmt: skip
    zhao = factories.CourierFactory(
        campus=world, user__username="zhao", user__name="赵强", user__language="zh-hans"
    )
    return lin, zhao
