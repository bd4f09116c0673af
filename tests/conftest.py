"""Shared by all tests.

**Commits.** In a test with `db` (one transaction, rolled back at the end) nothing ever commits, so Django would
keep every `on_commit` for ever. Here the outermost `atomic` of the code under test counts as a commit: what it left
for `on_commit` (the outbox drain, broadcasts) runs when it ends, as in life. No test needs
`django_capture_on_commit_callbacks`. To look at events that nobody has handled yet, work inside `core.outbox.deferred_delivery()`.
With `transactional_db` commits are real.

**Parts.** `--part NAME` runs one part of all tests: see tests/parts.py.

**Services.** `@pytest.mark.postgres`, `redis`, `browser` and `extract` name what a test cannot do without. Where it is missing the
test is skipped and the end of the run says so; with CI=true it fails instead (a run that is meant to go without
says `-m "not postgres and not redis"`).

**People.** Named actors with known rights: students Lin and Mei, courier Zhao (a man) and Qian (a woman), operators
Wang (support), Sun (supervisor) and Li (finance). They read English, so that tests do.

**Time.** `simulated_clock` stands at Tuesday 2026-11-24 10:00 in Shanghai until the test moves it.
"""

import os
import shutil
from collections import Counter
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection, transaction
from django.http import FileResponse
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

from accounts.models import Gender, StaffRole
from core import clock
from core.breaker import redis_breaker
from tests import databases, factories, parts, raises_type
from tests.browsers import Browsers, closing_anyway

CI = os.environ.get("CI") == "true"

settings.register_profile(
    "quick", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("ci", settings.get_profile("quick"), max_examples=150, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if CI else "quick"))


def pytest_addoption(pluginmanager):
    pluginmanager.register(parts)
    pluginmanager.register(raises_type)


# -- What is missing ---------------------------------------------------------------------------------------


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def _redis_answers() -> bool:
    if not django_settings.REDIS_URL:
        return False
    import redis

    try:
        return redis.Redis.from_url(django_settings.REDIS_URL, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return False


EXTRACT = Path(os.environ.get("OSM_EXTRACT") or Path(__file__).parents[2] / "shared" / "data" / "campus.osm")
SERVICES = {
    "postgres": ("PostgreSQL (DATABASE_URL=postgres://…)", lambda: connection.vendor == "postgresql"),
    "redis": ("Redis (REDIS_URL=redis://…)", _redis_answers),
    "extract": (f"a real extract of OpenStreetMap (OSM_EXTRACT=…, or {EXTRACT})", EXTRACT.exists),
    "browser": ("Chromium (in the PATH, or CHROMIUM=…)", lambda: bool(_chromium())),
}
_answers: dict[str, bool] = {}
WANT = "skipped for want of: "


def pytest_runtest_setup(item):
    for name, (title, answers) in SERVICES.items():
        if item.get_closest_marker(name) is None:
            continue
        if name not in _answers:
            _answers[name] = answers()
        if not _answers[name]:
            if CI:
                pytest.fail(f"{title} is missing, and in CI nothing may be", pytrace=False)
            pytest.skip(WANT + title)


def pytest_terminal_summary(terminalreporter):
    wanting = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if WANT in reason:
            wanting[reason.partition(WANT)[2]] += 1
    for title, number in sorted(wanting.items()):
        terminalreporter.write_line(f"{WANT}{title}: {number} tests", yellow=True)


@pytest.fixture
def chromium() -> str:
    """The path of the browser; mark the test with `browser`."""
    return _chromium() or ""


@pytest.fixture(scope="session")
def browsers():
    """One Chromium for the run.

    Playwright's loop lives in this thread as long as the browser does: asyncio tests cannot run after it in the same
    process (script/test runs the browser's tests apart), and Django's ORM has to be told that it is welcome.
    """
    with sync_playwright() as playwright:
        browsers = Browsers(playwright, _chromium())
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield browsers
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        with closing_anyway():
            browsers.get().close()


@pytest.fixture
def chrome(browsers):
    """The browser; mark the test with `browser`."""
    return browsers.get()


# -- Every test --------------------------------------------------------------------------------------------

_runs = count()


@pytest.fixture(autouse=True)
def fresh_cache(worker_id):
    """A cache of its own for each test, without emptying one that another worker uses."""
    prefix = f"test-{worker_id}-{next(_runs)}"
    for alias in django_settings.CACHES:
        django_settings.CACHES[alias]["KEY_PREFIX"] = prefix  # for threads that connect later
        caches[alias].key_prefix = prefix
    redis_breaker.reset()  # an outage that an earlier test played


@pytest.fixture(autouse=True)
def english():
    """What is said outside of a request is said in English (the site's own language is Chinese)."""
    with translation.override("en"):
        yield


def _is_transactional(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    names = {"transactional_db", "live_server"}
    return bool(names & set(request.fixturenames)) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def commits(request, monkeypatch):
    """See the top: the outermost atomic of the code under test counts as a commit."""
    uses_db = "db" in request.fixturenames or request.node.get_closest_marker("django_db")
    if not uses_db or _is_transactional(request):
        return
    request.getfixturevalue("db")
    own = transaction.get_connection()
    base = len(own.savepoint_ids)
    leave, register = transaction.Atomic.__exit__, type(own).on_commit

    def run_due():
        while len(own.savepoint_ids) == base and own.run_on_commit and not own.needs_rollback:
            _, function, robust = own.run_on_commit.pop(0)
            try:
                function()
            except Exception:
                if not robust:
                    raise
                raise AssertionError(
                    f"on_commit of {function} failed, which real life would only log"
                ) from None

    def leave_and_run(self, *error):
        result = leave(self, *error)
        if transaction.get_connection(self.using) is own:
            run_due()
        return result

    def register_and_run(self, function, robust=False):
        register(self, function, robust)
        if self is own:
            run_due()

    monkeypatch.setattr(transaction.Atomic, "__exit__", leave_and_run)
    monkeypatch.setattr(type(own), "on_commit", register_and_run)


# -- The database ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """This process's database: a copy of the migrated one. Tests that commit leave it empty."""
    kept_in = request.config.cache.mkdir("databases")
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        databases.own_database(connection, kept_in),
        django_db_blocker.block(),
    ):
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: databases.empty(connection))
        yield


# -- Time and place ----------------------------------------------------------------------------------------


@pytest.fixture
def simulated_clock():
    """`core.clock` stands at Tuesday 2026-11-24 10:00 in Shanghai; `.advance(minutes=5)` moves it."""
    with clock.simulated(datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Shanghai"))) as simulated:
        yield simulated


@pytest.fixture
def campus(db):
    return factories.make_campus()


@pytest.fixture
def other_campus(db):
    """Another campus, where nobody here has a role."""
    return factories.make_campus("hill")


@pytest.fixture
def places(campus):
    """places.dorm_north, dorm_women, canteen, parcel_station, print_shop, gate."""
    return factories.places_of(campus)


# -- People ------------------------------------------------------------------------------------------------


@pytest.fixture
def student_lin(campus):
    return factories.UserFactory(username="lin", name="林晓", campus=campus, gender=Gender.MALE)


@pytest.fixture
def student_mei(campus):
    return factories.UserFactory(username="mei", name="梅雨", campus=campus, gender=Gender.FEMALE)


@pytest.fixture
def courier_zhao(campus):
    """A Courier; the person is `courier_zhao.user`."""
    return factories.CourierFactory(user__username="zhao", user__name="赵强", campus=campus)


@pytest.fixture
def courier_qian(campus):
    return factories.CourierFactory(
        user__username="qian", user__name="钱悦", campus=campus, gender=Gender.FEMALE
    )


def _operator(username, name, campus, role):
    user = factories.UserFactory(username=username, name=name, campus=campus, is_staff=True)
    factories.StaffRoleFactory(user=user, campus=campus, role=role)
    return user


@pytest.fixture
def operator_wang(campus):
    return _operator("wang", "王客服", campus, StaffRole.Role.SUPPORT)


@pytest.fixture
def supervisor_sun(campus):
    return _operator("sun", "孙主管", campus, StaffRole.Role.SUPERVISOR)


@pytest.fixture
def finance_li(campus):
    return _operator("li", "李财务", campus, StaffRole.Role.FINANCE)


class ReadingClient(Client):
    """Reads the files that it is answered with to their end, as a browser does: Django closes them then. A test that looks
    at the status alone would leave them open."""

    def request(self, **request):
        answer = super().request(**request)
        if isinstance(answer, FileResponse):
            answer.streaming_content = [b"".join(answer.streaming_content)]
        return answer


@pytest.fixture
def client() -> Client:
    """A browser in which nobody is logged in."""
    return ReadingClient()


@pytest.fixture
def client_of(db):
    """client_of(person): a browser in which that person is logged in, in that person's language."""

    def make(user) -> Client:
        client = ReadingClient()
        user = getattr(user, "user", user)  # a Courier is also welcome
        client.force_login(user)
        client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = user.language
        return client

    return make


@pytest.fixture
def wallet_money(db):
    """wallet_money(person, fen): the money is there, as if topped up through the sandbox cashier."""

    def give(user, fen: int) -> None:
        from payments import services

        services.transfer(
            key=f"test-topup:{user.pk}:{next(_runs)}",
            reason="topup",
            ref="",
            moves=[
                (services.account("gateway", gateway="sandbox"), -fen),
                (services.account("wallet", user=user), fen),
            ],
        )

    return give


@pytest.fixture
def photo():
    """photo(): a small JPEG as a form would have cleaned it."""

    def make():
        from simulation.pictures import parcel

        return parcel()

    return make


@pytest.fixture(scope="session")
def s3_server():
    """The address of a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def s3(s3_server):
    """An empty bucket "photos": the options of core.storage.PrivateBucket to reach it."""
    import boto3

    options = {"endpoint_url": s3_server, "region_name": "us-east-1"}
    access = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    bucket = boto3.resource("s3", **access, **options).Bucket("photos")
    bucket.create()
    bucket.objects.all().delete()
    return options | {"access_key": "key", "secret_key": "secret", "addressing_style": "path"}
