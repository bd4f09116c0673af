"""The console in a real browser: alive, usable by keyboard and by everybody, and asking no other host."""

from datetime import timedelta
from pathlib import Path

import pytest

from core import clock
from exceptions.tickets import services
from orders import services as orders
from orders.requests import ErrandRequest
from tests import factories
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PAGES = ["/admin/console/", "/admin/", "/admin/exceptions/ticket/", "/admin/exceptions/exceptiontype/"]


@pytest.fixture
def wang(world):
    user = factories.UserFactory(
        username="wang", name="王客服", campus=world, is_staff=True, language="zh-hans"
    )
    factories.StaffRoleFactory(user=user, campus=world, role="supervisor")
    return user


@pytest.fixture
def report(world, wang, wallet_money):
    """report(type): something is wrong with another order of Lin's."""
    lin = factories.UserFactory(username="lin", name="林晓", campus=world)
    places = factories.places_of(world)

    def make(code="stalled_unassigned", description=""):
        wallet_money(lin, 5000)
        order = orders.place_order(
            actor=lin,
            request=ErrandRequest(
                campus=world,
                kind="parcel",
                pickup=places.parcel_station,
                dropoff=places.dorm_north,
                what="取快递",
            ),
            gateway="wallet",
        )
        return services.report(order=order, type=code, source="event", description=description)

    return make


@pytest.fixture
def console(enter, wang):
    """console(): Wang's browser on the console, connected; other hosts are noted."""
    strangers = []

    def go(path="/admin/console/", size=DESK, **options):
        page = enter(wang, size, **options)
        page.on(
            "request",
            lambda request: (
                strangers.append(request.url)
                if not request.url.startswith((page.url[:16], "http://127.0.0.1", "data:", "blob:"))
                else None
            ),
        )
        page.goto(path)
        page.wait_for_selector("html[data-live=on]", state="attached")
        return page

    yield go
    assert strangers == []


def test_a_new_ticket_appears_and_is_claimed_from_its_toast(console, report):
    page = console()
    assert page.locator(".oc-row").count() == 0
    ticket = report()
    page.wait_for_selector(f".oc-toast[data-no='{ticket.no}']")
    page.wait_for_function("document.title.startsWith('(1)')")
    assert page.inner_text("#nav-sidebar-apps .oc-badge") == "1"
    page.click(f".oc-toast[data-no='{ticket.no}'] .oc-toast-go")
    page.wait_for_selector(f"#oc-ticket[data-no='{ticket.no}'] .oc-who.is-mine")
    ticket.refresh_from_db()
    assert ticket.assignee.username == "wang"


def test_a_new_row_stays_lit_while_the_list_is_fetched_again(console, report):
    page = console()
    page.clock.set_fixed_time(arrived := clock.now())  # the browser's, which decides how long a row is new
    row = f"#oc-row-{report().no}.is-new"
    page.wait_for_selector(row)
    page.clock.set_fixed_time(arrived + timedelta(seconds=2))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('oc:changed'))")
    page.wait_for_function("row => document.querySelector(row)?.style.animationDelay === '-2000ms'", arg=row)
    page.clock.set_fixed_time(arrived + timedelta(seconds=4))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('oc:changed'))")
    page.wait_for_selector(row, state="detached")


def test_the_toast_comes_on_every_page_of_the_admin_and_leads_to_the_ticket(console, report):
    page = console("/admin/exceptions/exceptiontype/")
    ticket = report()
    page.click(f".oc-toast[data-no='{ticket.no}'] .oc-toast-go")
    page.wait_for_url(f"**/admin/console/?t={ticket.no}")


def test_by_keyboard_alone(console, report):
    first, second = report(), report("other")
    page = console()
    page.wait_for_selector(f"#oc-ticket[data-no='{first.no}']")
    page.keyboard.press("j")
    page.wait_for_selector(f"#oc-ticket[data-no='{second.no}']")
    page.keyboard.press("k")
    page.wait_for_selector(f"#oc-ticket[data-no='{first.no}']")
    page.keyboard.press("a")
    page.wait_for_selector(".oc-who.is-mine")
    page.keyboard.press("e")
    page.wait_for_selector("#oc-dialog[open] .oc-preview")
    page.keyboard.press("Escape")
    page.wait_for_selector("#oc-dialog", state="hidden")
    page.keyboard.press("d")
    page.fill("#oc-dialog textarea", "已联系骑手")
    page.click("#oc-dialog button[type=submit]")
    page.wait_for_selector(f"#oc-row-{first.no}", state="detached")
    first.refresh_from_db()
    assert first.status == "resolved"


def test_a_key_pressed_while_the_list_is_being_renewed_is_not_lost(console, report):
    first, second = report(), report("other")
    page = console()
    page.wait_for_selector(f"#oc-ticket[data-no='{first.no}']")
    page.evaluate(
        """() => document.addEventListener("htmx:afterSwap", (event) => {
            if (event.detail.target.id !== "oc-list" || window.pressed) return;
            window.pressed = true;
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        })"""
    )
    page.evaluate("document.body.dispatchEvent(new CustomEvent('oc:changed'))")
    page.wait_for_selector(f"#oc-ticket[data-no='{second.no}']")


def test_a_key_pressed_as_soon_as_the_buttons_are_there_is_not_lost(console, report):
    report()
    page = console()
    page.evaluate(
        """() => document.addEventListener("htmx:oobAfterSwap", () => {
            if (window.pressed || !document.querySelector(".oc-who.is-mine")) return;
            window.pressed = true;
            queueMicrotask(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true })));
        })"""
    )
    page.keyboard.press("a")
    page.wait_for_selector("#oc-dialog[open] .oc-preview")


def test_the_late_answer_of_the_ticket_before_does_not_mix_into_this_one(console, report):
    first, second = report(), report("other")
    page = console()
    page.wait_for_selector(f"#oc-ticket[data-no='{first.no}']")
    page.wait_for_load_state("networkidle")
    held = []
    page.route(f"**/t/{first.no}/parts/", lambda route: held.append(route))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('refresh'))")
    page.wait_for_timeout(300)
    page.keyboard.press("j")
    page.wait_for_selector(f"#oc-ticket[data-no='{second.no}']")
    assert held
    with page.expect_response(f"**/t/{first.no}/parts/"):
        for route in held:
            route.continue_()
    page.wait_for_timeout(300)
    assert second.no in page.inner_text("#oc-head")
    assert first.no not in page.inner_html("#oc-acts")


def test_a_decision_takes_two_clicks_and_shows_what_it_does_first(console, report):
    ticket = report()
    page = console()
    page.click("#oc-acts [data-key=e]")
    page.wait_for_selector("#oc-dialog[open] .oc-effects li")
    before = ticket.order.promised_at
    page.click("#oc-dialog button[type=submit]")
    page.wait_for_selector("#oc-dialog", state="hidden")
    page.wait_for_selector(".oc-toast-success")
    ticket.order.refresh_from_db()
    assert ticket.order.promised_at > before


def test_the_preview_follows_what_is_typed(console, report):
    report("other")
    page = console()
    page.click(".oc-acts .oc-menu summary")
    page.click(".oc-menu-list [data-key=c], #oc-acts [data-key=c]")
    page.fill("#oc-dialog [name=amount_fen]", "6.5")
    page.fill("#oc-dialog [name=text]", "久等了")
    page.wait_for_selector("#oc-preview .oc-fen:has-text('+¥6.5')")


def test_what_a_colleague_does_is_seen_without_reloading(console, report, world):
    sun = factories.UserFactory(name="孙主管", is_staff=True, campus=world)
    factories.StaffRoleFactory(user=sun, campus=world, role="supervisor")
    ticket = report()
    page = console()
    page.wait_for_selector("[data-key=a]")
    page.fill("#oc-note", "正在写的备注")
    services.claim(ticket=ticket, actor=sun)
    page.wait_for_selector("#oc-head .oc-who:has-text('孙主管')")
    page.wait_for_selector(f"#oc-row-{ticket.no} .oc-row-who:has-text('孙主管')")
    assert page.input_value("#oc-note") == "正在写的备注"


def test_a_lost_connection_is_said_and_news_come_by_polling(console, report):
    page = console()
    page.context.set_offline(True)
    page.wait_for_selector(".oc-lost", state="visible")
    ticket = report()
    page.context.set_offline(False)
    page.wait_for_selector(f"#oc-row-{ticket.no}")
    page.wait_for_selector(".oc-lost", state="hidden")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", PAGES[:2])
def test_everybody_can_use_it(console, report, path, size, theme):
    report("courier_accident", description="人没事")
    report()
    page = console(path, size, color_scheme=theme, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE)
    # Unfold's own frame (menu, header) is not ours to mend.
    where = ".oc" if path == "/admin/console/" else "#oa"
    found = page.evaluate("([where, levels]) => axe.run(where, {runOnly: levels})", [where, LEVELS])
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]] == []
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_without_an_error_of_the_policy(console, report, path):
    report()
    console(path)


def test_a_ticket_on_a_page_of_its_own(console, report):
    ticket = report()
    page = console(f"/admin/exceptions/ticket/{ticket.no}/change/")
    page.keyboard.press("a")
    page.wait_for_selector(".oc-who.is-mine")
    assert clock.now() >= ticket.opened_at


def test_on_a_phone_the_list_comes_first_and_the_ticket_leads_back(console, report):
    ticket = report()
    page = console(size=PHONE)
    assert page.is_hidden("#oc-detail")
    page.click(f"#oc-row-{ticket.no}")
    page.wait_for_selector("#oc-detail", state="visible")
    assert page.is_hidden("#oc-list")
    page.click(".oc-back")
    page.wait_for_selector("#oc-list", state="visible")


def test_search_by_ctrl_k(console, report):
    ticket = report()
    page = console()
    page.keyboard.press("Control+k")
    page.fill("#search-input-command", ticket.no)
    page.press("#search-input-command", "End")
    page.wait_for_selector(f"#command-results a[href*='{ticket.no}']")
