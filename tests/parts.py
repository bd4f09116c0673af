"""Which tests run where: `pytest --part NAME`. `script/test` runs the parts one after the other.

    unit                tests that touch no database: once
    postgres            all others, on PostgreSQL with Redis: what a real installation has
    sqlite              once more on SQLite without Redis, what the demo has, but for what ONCE names
    journeys-sqlite     the browser's tests, on SQLite
    journeys-postgres   once more on PostgreSQL with Redis, but for what ONCE names

Both is the default, for a new folder too; what runs once is named below with its reason. That no module which knows
the kinds of databases apart is tested once only, tests/house/test_parts.py sees to.
"""

from collections.abc import Collection
from pathlib import Path

import pytest

PARTS = ("unit", "sqlite", "postgres", "journeys-sqlite", "journeys-postgres")
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
# Touches no database, but what it tests depends on whether there is a Redis: cache, broadcasts, attempts.
WITH_AND_WITHOUT_REDIS = ("tests/core/",)

PLAIN = "the ORM's plain queries; what is below them, orders and payments, runs on both"
PAGES = "pages and permissions; the walk over every page meets the same queries on SQLite"
ONCE = {
    "tests/accounts/": PAGES,
    "tests/analytics/": PAGES,
    "tests/campus/": PLAIN,
    "tests/chat/": PLAIN,
    "tests/delivery/": PLAIN,
    "tests/dispatch/": PLAIN,
    "tests/exceptions/actions/": PLAIN,
    "tests/exceptions/audit/": PLAIN,
    "tests/exceptions/console/": PAGES,
    "tests/exceptions/library/": PLAIN,
    "tests/exceptions/test_admin.py": PAGES,
    "tests/house/test_admin_lookups.py": PAGES,
    "tests/house/test_authorisation.py": PAGES,
    "tests/notifications/": PLAIN,
    "tests/orders/test_admin_orders.py": PAGES,
    "tests/orders/test_page_actions.py": PAGES,
    "tests/orders/test_page_home.py": PAGES,
    "tests/orders/test_page_tracking.py": PAGES,
    "tests/orders/test_page_wizard.py": PAGES,
    "tests/payments/test_admin.py": PAGES,
    "tests/payments/test_pages.py": PAGES,
    "tests/payments/test_withdraw_pages.py": PAGES,
    "tests/personal_data/": PAGES,
    "tests/telephony/": PLAIN,
    "tests/journeys/test_console.py": "looks, keys and dialogs; that an alert comes by Redis, test_main_story.py sees",
    "tests/journeys/test_every_page.py": "looks, words and access; the slowest journey",
    "tests/journeys/test_large_text.py": "sizes and bars; the other slow journey",
    "tests/journeys/test_style_guide.py": "no database in it",
}


def parts_of(path: str, markers: Collection[str], fixtures: Collection[str]) -> set[str]:
    """The parts in which a test of this file (from the root) runs."""
    if "browser" in markers:
        first, second = "journeys-sqlite", "journeys-postgres"
    elif "django_db" in markers or DATABASE & {*fixtures} or path.startswith(WITH_AND_WITHOUT_REDIS):
        first, second = "postgres", "sqlite"
    else:
        first = second = "unit"
    if {"postgres", "redis"} & {*markers}:
        return {"journeys-postgres" if "browser" in markers else "postgres"}
    return {first} if path.startswith(tuple(ONCE)) else {first, second}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=PARTS, help="only the tests of this part (tests/parts.py)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not of this part; what takes longest begins first, so that no process waits for another."""
    total, chosen = len(items), config.getoption("part", None)
    if chosen:
        here = {
            item
            for item in items
            if chosen in parts_of(
                Path(item.path).relative_to(config.rootpath).as_posix(),
                {marker.name for marker in item.iter_markers()},
                item.fixturenames,
            )
        }  # fmt: skip
        config.hook.pytest_deselected(items=[item for item in items if item not in here])
        items[:] = [item for item in items if item in here]
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    config.stash[COUNTS] = (len(items), total)


COUNTS = pytest.StashKey[tuple[int, int]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counts"] = session.config.stash.get(COUNTS, None)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    """A process of a parallel run has ended: all of them have collected the same."""
    if counts := node.workeroutput.get("counts"):
        node.config.stash[COUNTS] = tuple(counts)


def pytest_terminal_summary(terminalreporter) -> None:
    config = terminalreporter.config
    if config.getoption("part", None) and (counts := config.stash.get(COUNTS, None)):
        here, total = counts
        terminalreporter.write_line(f"part {config.getoption('part')}: {here} of {total} tests")
