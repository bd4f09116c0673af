"""How many bytes a page costs the first time it is opened, as the demo serves it.

script/bench pages

Each page is opened in a headless Chromium whose cache is empty, on a phone's screen, by a person who is logged in. What
its requests took over the wire is added up, headers among it: the page, style sheets, scripts, icons, the campus's map, and
the fragments that the page itself fetches in the first two seconds. What the service worker keeps for later is left out.
Pages with a map are told apart from the others, for the library that draws it is most of them.
"""

import os
import shutil
import sys

from playwright.sync_api import Browser, sync_playwright

from benchmarks._demo import COURIER, STUDENT, Demo, demo

KIB = 1024
SETTLED_MS = 2000
PHONE = {"width": 390, "height": 844}


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("Chromium is needed (in the PATH, or CHROMIUM=…).")
    with demo() as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        figures = {name: weigh(browser, running, *page) for name, page in every_page(running).items()}
        browser.close()
    with_map = {name for name, (_size, has_map) in figures.items() if has_map}
    sizes = {name: size / KIB for name, (size, _has_map) in figures.items()}
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        print(f"{sizes[name]:7.1f} KiB  {name}{' (map)' if name in with_map else ''}")
    others = {name: size for name, size in sizes.items() if name not in with_map}
    print()
    print(f"tracking_kib={sizes['tracking']:.1f}")
    for what, some in {"map": {name: sizes[name] for name in with_map}, "other": others}.items():
        largest = max(some, key=lambda name: some[name])
        print(f"largest_{what}_kib={some[largest]:.1f}")
        print(f"largest_{what}_page={largest}")


def every_page(running: Demo) -> dict[str, tuple[str, str]]:
    """{name: (path, who looks)}; "" looks without being logged in."""
    return running.pages() | {
        "login": ("/accounts/login/", ""),
        "purchase_form": ("/new/purchase/", STUDENT),
        "orders": ("/orders/", STUDENT),
        "receiving_code": (f"/o/{running.order}/code/", STUDENT),
        "report": (f"/o/{running.order}/issue/", STUDENT),
        "chat": (f"/o/{running.order}/chat/", STUDENT),
        "support": ("/support/", STUDENT),
        "inbox": ("/inbox/", STUDENT),
        "me": ("/me/", STUDENT),
        "campus_map": ("/map/", STUDENT),
        "route": ("/c/route/", COURIER),
        "job": (f"/c/job/{running.leg}/", COURIER),
        "shifts": ("/c/shifts/", COURIER),
        "earnings": ("/c/earnings/", COURIER),
        "scan": ("/c/scan/", COURIER),
    }


def weigh(browser: Browser, running: Demo, path: str, phone: str) -> tuple[int, bool]:
    """The bytes that came for this page, and whether it has a map."""
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", base_url=running.address, service_workers="block"
    )
    for name, value in running.cookies.get(phone, {}).items():
        context.add_cookies([{"name": name, "value": value, "url": running.address}])
    page = context.new_page()
    sizes: list[int] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": False})
    wire.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    answer = page.goto(path)
    if answer is None or answer.status != 200 or not page.url.endswith(path):
        sys.exit(f"{path} is no page: {page.url} {answer and answer.status}")
    page.wait_for_timeout(SETTLED_MS)
    has_map = page.locator("[data-map]").count() > 0
    context.close()
    return sum(sizes), has_map


if __name__ == "__main__":
    main()
