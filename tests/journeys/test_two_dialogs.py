"""Two operators have the same dialog open: one payment, and the second one reads of it before deciding anew."""

import pytest

from exceptions.models import Ruling
from tests import factories
from tests.journeys.conftest import DESK
from tests.journeys.test_console import report, wang  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def zhou(world):
    user = factories.UserFactory(name="周敏", campus=world, is_staff=True, language="zh-hans")
    factories.StaffRoleFactory(user=user, campus=world, role="support")
    return user


def open_dialog(page, ticket):
    page.goto(f"/admin/console/?t={ticket.no}")
    page.wait_for_selector("html[data-live=on]", state="attached")
    page.keyboard.press("c")
    page.wait_for_selector("#oc-dialog[open] .oc-briefing")
    page.fill("#oc-dialog [name=amount_fen]", "2")
    page.fill("#oc-dialog [name=text]", "久等了")
    page.wait_for_selector("#oc-dialog .oc-preview:not(.is-waiting)")


def test_two_dialogs_one_payment(enter, report, wang, zhou):  # noqa: F811
    ticket = report()
    first, second = enter(wang, DESK), enter(zhou, DESK)
    for page in (first, second):
        open_dialog(page, ticket)
        assert "尚未给过" in page.inner_text("#oc-dialog .oc-briefing")
    first.uncheck("#oc-dialog [name=and_resolve]")
    first.click("#oc-dialog button[type=submit]")
    first.wait_for_selector("#oc-dialog", state="hidden")

    second.uncheck("#oc-dialog [name=and_resolve]")
    second.click("#oc-dialog button[type=submit]")
    second.wait_for_selector("#oc-dialog .oc-alert")
    assert "王客服刚刚给了 ¥2" in second.inner_text("#oc-dialog .oc-alert >> nth=0")
    assert "¥2 赔付 · 王客服" in second.inner_text("#oc-dialog .oc-briefing")
    assert Ruling.objects.count() == 1

    second.click("#oc-dialog button[type=submit]")  # the second yes, with open eyes
    second.wait_for_selector("#oc-dialog", state="hidden")
    assert Ruling.objects.count() == 2
