"""A phone whose owner sees badly: the page zoomed to 200 %, or text of twice the size. Nothing goes off the side, what is
focused is not under a bar, and what can be pressed is large enough for a thumb."""

import pytest

from tests.journeys.conftest import PHONE
from tests.journeys.everything import busy_day

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ZOOMED = {"width": PHONE["width"] // 2, "height": PHONE["height"] // 2}
LOOKS = {"plain": (PHONE, 16), "zoomed": (ZOOMED, 16), "large": (PHONE, 32)}
# The pages that people open all day.
PAGES = {
    "account_login", "account_signup", "orders:home", "orders:new", "orders:list", "orders:detail", "payments:wallet",
    "payments:statement", "notifications:inbox", "accounts:me", "accounts:addresses", "chat:order", "chat:support",
    "exceptions:report", "dispatch:hall", "delivery:active", "delivery:job", "couriers:shifts", "delivery:me",
    "delivery:earnings", "dispatch:scan", "relay:shelf",
}  # fmt: skip
PEOPLE = ("anonymous", "student", "courier", "keeper")

FAULTS = r"""() => {
  const doc = document, root = doc.documentElement, faults = [];
  const BARS = ['.appbar', '.actionbar', '.tabbar', '.chat-foot', '.hall-chips'].join();
  const name = e => (e.getAttribute('aria-label') || e.innerText || e.name || e.id || e.className || e.tagName).trim().slice(0, 40);
  const shown = e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.leaflet-pane, .sr-only, [inert]');
  const pixels = value => parseFloat(value) || 0;

  if (root.scrollWidth > root.clientWidth) {
    const wide = [...doc.querySelectorAll('main *, header *, nav *')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('.chips-scroll, .table-wrap, .map, pre'));
    faults.push(`${root.scrollWidth - root.clientWidth} px sideways: ${wide.slice(0, 2).map(e => e.outerHTML.slice(0, 90))}`);
  }
  // One character a line.
  for (const e of doc.querySelectorAll('h1, h2, h3, p, b, .btn, .item-title, .price')) {
    const text = e.textContent.trim(), box = e.getBoundingClientRect(), size = pixels(getComputedStyle(e).fontSize);
    if (shown(e) && text.length > 3 && box.width && box.width < 2 * size && box.height > 3 * size) faults.push(`stands upright: ${text.slice(0, 30)}`);
  }
  // As large as a thumb: with the room that ::after gives a small button, or that of its label.
  for (const e of doc.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=slider]')) {
    if (!shown(e) || e.matches('.skip, .leaflet-container *:not(.map-button)')) continue;
    if (getComputedStyle(e).display === 'inline') continue; // in a sentence
    const label = e.matches('[type=checkbox], [type=radio], [type=file]') && e.closest('label');
    const after = getComputedStyle(e, '::after');
    // A card whose title is a link is all of it that link.
    const whole = after.position === 'absolute' && getComputedStyle(e).position === 'static' && after.content !== 'none' && e.offsetParent;
    const box = (whole || label || e).getBoundingClientRect();
    const more = !whole && after.content !== 'none' && after.position === 'absolute' ? side => -pixels(after[side]) : () => 0;
    const width = box.width + more('left') + more('right'), height = box.height + more('top') + more('bottom');
    if (width < 43.5 || height < 43.5) faults.push(`${Math.round(width)}×${Math.round(height)}: ${name(e)}`);
  }
  // Down the page and up again.
  const fields = [...doc.querySelectorAll('a[href], button:enabled, input:not([type=hidden]):enabled, select, textarea, summary, [tabindex="0"]')].filter(shown);
  for (const e of [...fields, ...fields.slice().reverse()]) {
    if (e.closest(BARS) || e.matches('.skip, .leaflet-container, .leaflet-container *')) continue;
    e.focus();
    const box = e.getBoundingClientRect();
    for (const bar of doc.querySelectorAll(BARS)) {
      if (!shown(bar)) continue;
      const other = bar.getBoundingClientRect(), free = root.clientHeight - other.height;
      const over = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (box.height < free / 2 && over > 2 && box.right > other.left && box.left < other.right) faults.push(`under .${bar.className}: ${name(e)}`);
    }
  }
  return [...new Set(faults)];
}"""


@pytest.mark.parametrize("look", LOOKS)
def test_pages_can_be_read_and_used(world, enter, look):
    size, text = LOOKS[look]
    faults = []
    for role, (person, pages) in busy_day(world).items():
        if role not in PEOPLE:
            continue
        page = enter(person, size, reduced_motion="reduce")
        page.context.new_cdp_session(page).send(
            "Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}}
        )
        for name in PAGES & pages.keys():
            for address in pages[name][:3]:
                page.goto(address)
                faults += [f"{role} {address}: {fault}" for fault in page.evaluate(FAULTS)]
        page.context.close()
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
