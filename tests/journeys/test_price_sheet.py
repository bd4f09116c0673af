"""A supervisor changes prices in a sheet: downloads it, uploads it edited, reads what would change, keeps and publishes it."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from orders.models import PriceRule
from orders.price_sheets.comparing import columns
from tests import factories
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture
def sun(world):
    user = factories.UserFactory(name="孙主管", campus=world, is_staff=True, language="zh-hans")
    factories.StaffRoleFactory(user=user, campus=world, role="supervisor")
    return user


def accessible(page) -> None:
    page.evaluate(AXE)
    found = page.evaluate(
        "async levels => (await axe.run({include: [['.oc-pauses']]}, {runOnly: levels, resultTypes: ['violations']}))"
        ".violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))",
        LEVELS,
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def edited(data: bytes, **figures) -> dict:
    book, file = load_workbook(io.BytesIO(data)), io.BytesIO()
    keys = [column.key for column in columns()]
    for name, value in figures.items():
        book.active.cell(2, keys.index(name) + 1).value = value
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "价格.xlsx", "mimeType": kind, "buffer": file.getvalue()}


@pytest.mark.parametrize("size, theme", [(DESK, "light"), (PHONE, "dark")])
def test_prices_go_out_and_come_back_as_a_sheet(enter, world, sun, size, theme):
    page = enter(sun, size, color_scheme=theme, reduced_motion="reduce")
    page.goto("/admin/orders/pricerule/")
    if size == DESK:
        page.click("text=用表格编辑")
    else:
        page.goto("/admin/orders/pricerule/sheet/")
    accessible(page)
    with page.expect_download() as download:
        page.click("text=Excel 表格")
    data = Path(download.value.path()).read_bytes()

    page.set_input_files("input[type=file]", edited(data, base_fen="贵", courier_percent=120))
    page.click("text=查看变化")
    page.wait_for_selector("text=有 2 处需要改正")
    assert "第 2 行，“起步费 (元)”" in page.inner_text(".oc-problems")
    accessible(page)

    page.set_input_files("input[type=file]", edited(data, base_fen=4.5))
    page.click("text=查看变化")
    page.wait_for_selector(".oc-changes")
    assert [cell.inner_text() for cell in page.query_selector_all(".oc-changes tbody td")] == ["¥3", "¥4.5"]
    accessible(page)
    page.fill("#sheet-reason", "冬季")
    page.click("text=存为草稿")
    page.wait_for_url("**/pricerule/?versions=drafts")
    assert PriceRule.objects.live().get(campus=world, kind="parcel").base_fen == 300

    page.goto(f"/admin/orders/pricerule/{PriceRule.objects.get(status='draft').pk}/change/")
    if size == PHONE:
        page.click("text=more_horiz")
    page.click("text=发布")
    page.click("#modal-content button[type=submit]")
    page.wait_for_selector("text=版已生效")
    rule = PriceRule.objects.live().get(campus=world, kind="parcel")
    assert (rule.base_fen, rule.reason) == (450, "冬季")
