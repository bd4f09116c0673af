"""The inbox in a real browser: it renews itself under the eyes of who reads it."""

import pytest

from notifications.services import notify
from tests import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def lin(world):
    return factories.UserFactory(name="林晓", campus=world, language="zh-hans")


def test_what_is_open_stays_open_when_news_come(enter, lin):
    for title in ("骑手已接单", "已取件"):
        notify(user=lin, kind="orders.accepted", title=title, link="/o/K7Q2M9X1AB/", about="K7Q2M9X1AB")
    page = enter(lin)
    page.goto("/inbox/")
    page.wait_for_selector("html[data-live=on]", state="attached")
    page.click(".earlier summary")
    page.wait_for_selector(".earlier li:has-text('骑手已接单')")

    notify(user=lin, kind="orders.accepted", title="已送达", link="/o/K7Q2M9X1AB/", about="K7Q2M9X1AB")

    page.wait_for_selector(".item-title:has-text('已送达')")
    page.wait_for_selector(".earlier li:has-text('已取件')")
    page.click(".earlier summary")
    page.wait_for_selector(".earlier li", state="hidden")
