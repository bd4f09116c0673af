"""The map itself, in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from campus import network, services
from campus.models import Place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lakeside(transactional_db):
    return services.load_demo_campus()


@pytest.fixture
def page(chrome, live_server, lakeside):
    """A page at 390 × 844 that fails the test on any script error or broken policy."""
    context = chrome.new_context(
        base_url=live_server.url,
        viewport={"width": 390, "height": 844},
        reduced_motion="reduce",
        service_workers="block",
    )
    page, errors, hosts = context.new_page(), [], set()
    page.base_url = live_server.url
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    yield page
    context.close()
    assert errors == []
    assert hosts == {live_server.url.split("/")[2]}


def opened(page):
    page.goto("/map/")
    expect(page.locator("#campus-map:not([aria-busy]) .map-label").first).to_be_attached()
    return page.locator("#campus-map")


def feed(page, data):
    """What htmx does when it swaps in a fragment with new data for the map."""
    page.evaluate(
        """data => {
            const box = document.createElement("div"), script = document.createElement("script");
            script.type = "application/json"; script.dataset.mapFor = "campus-map"; script.textContent = JSON.stringify(data);
            box.appendChild(script); document.body.appendChild(box);
            box.dispatchEvent(new CustomEvent("htmx:load", {bubbles: true, detail: {elt: script}}));
        }""",
        data,
    )


def test_it_draws_itself_with_names_and_without_tiles(page):
    campus_map = opened(page)
    assert campus_map.locator("canvas").count() >= 1
    assert page.locator("img.leaflet-tile").count() == 0
    expect(campus_map.locator(".map-label-canteen:not(.is-hidden) .map-name").first).to_be_visible()
    expect(campus_map.locator(".map-label-gate.is-closed")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_tap_in_the_list_shows_the_place(page):
    campus_map = opened(page)
    button = page.get_by_role("button", name="图书馆")
    button.click()
    expect(campus_map.locator(".map-pin-label")).to_have_text("图书馆")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="南门快递中心").click()
    expect(campus_map.locator(".map-pin-label")).to_have_text("南门快递中心")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_new_data_moves_pins_and_route_while_the_map_stays(page, lakeside):
    campus_map = opened(page)
    campus_map.evaluate("el => { el.mine = true; }")
    start, end = (Place.objects.get(campus=lakeside, code=code) for code in ("canteen-1", "song-2"))
    route = network.route(lakeside, start, end, "ebike")
    half = route.points[len(route.points) // 2]
    pins = [
        {"kind": "pickup", "lat": start.lat, "lon": start.lon, "label": start.name},
        {"kind": "dropoff", "lat": end.lat, "lon": end.lon, "label": end.name},
        {"kind": "courier", "lat": half[0], "lon": half[1], "note": "距你 320 米"},
    ]
    feed(page, {"pins": pins, "route": route.as_data()})
    expect(campus_map.locator(".map-pin")).to_have_count(3)
    expect(campus_map.locator(".map-bubble em")).to_have_text("320")
    assert campus_map.locator("svg path.leaflet-interactive").count() == 0
    assert (
        campus_map.locator(".leaflet-overlay-pane svg path").count() == 4
    )  # passed, its rim, to come, dotted ends
    feed(page, {"pins": pins[:2], "route": None})
    expect(campus_map.locator(".map-pin")).to_have_count(2)
    assert campus_map.evaluate("el => el.mine")


def settled(locator):
    """Where it is once it has come to rest: the map fits itself to new data, and pins glide."""
    before, box = None, locator.bounding_box()
    while box != before:
        locator.page.wait_for_timeout(150)
        before, box = box, locator.bounding_box()
    return box


def test_positions_move_the_courier(page, lakeside):
    campus_map = opened(page)
    feed(page, {"pins": [{"kind": "courier", "lat": lakeside.lat, "lon": lakeside.lon, "note": "a"}]})
    pin = campus_map.locator(".map-pin-courier")
    before = settled(pin)
    detail = {"lat": lakeside.lat + 0.0004, "lon": lakeside.lon, "note": "还有 80 米"}
    page.evaluate("d => document.body.dispatchEvent(new CustomEvent('map:pos', {detail: d}))", detail)
    expect(campus_map.locator(".map-bubble em")).to_have_text("80")
    assert settled(pin)["y"] < before["y"] - 5
    other = {"map": "another-map", "lat": 0, "lon": 0}
    place = settled(pin)
    page.evaluate("d => document.body.dispatchEvent(new CustomEvent('map:pos', {detail: d}))", other)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('map:pos', {detail: {lat: 'x'}}))")
    assert settled(pin) == place


def test_when_the_data_does_not_come_one_can_try_again(page):
    page.route("**/map.json*", lambda route: route.abort())
    page.goto("/map/")
    again = page.locator("#campus-map .map-failed")
    expect(again).to_be_visible()
    page.unroute("**/map.json*")
    again.click()
    expect(page.locator("#campus-map .map-label").first).to_be_attached()
    expect(again).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_follow_the_theme(page, scheme):
    page.emulate_media(color_scheme=scheme)
    campus_map = opened(page)
    dark = campus_map.evaluate("el => el.style.background.match(/\\d+/g).every(n => n < 60)")
    assert dark == (scheme == "dark")


def test_the_picker_in_the_admin_fills_the_inputs(page, lakeside, supervisor_sun, client_of):
    supervisor_sun.is_superuser = True
    supervisor_sun.save()
    cookie = client_of(supervisor_sun).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": page.base_url}])
    dorm = Place.objects.get(campus=lakeside, code="mei-1")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/admin/campus/place/{dorm.pk}/change/")
    box = page.locator("#campus-map")
    expect(box.locator(".map-pin-place")).to_have_count(1)
    box.scroll_into_view_if_needed()
    box.click(position={"x": 200, "y": 120})
    assert abs(float(page.locator("#id_lat").input_value()) - dorm.lat) > 1e-5
    assert json.loads(page.locator("#id_lon").input_value()) != dorm.lon
    expect(box.locator(".map-pin-place")).to_have_count(1)


# One to three names are shown, and none lies on another.
APART = """() => {
    const shown = [...document.querySelectorAll(".map-pin-label:not(.is-hidden)")].map(name => name.getBoundingClientRect())
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
    return shown.length > 0 && shown.length < 4 && !shown.some((a, i) => shown.slice(0, i).some(b => over(a, b)))
}"""


def test_names_of_pins_that_stand_close_do_not_lie_on_each_other(page, lakeside):
    campus_map = opened(page)
    gate = Place.objects.filter(campus=lakeside).first()
    pins = [
        {"kind": "place", "id": f"p{i}", "lat": gate.lat, "lon": gate.lon + east, "label": f"第 {i} 号宿舍楼"}
        for i, east in enumerate((0, 0.0001, 0.0002, 0.0003))
    ]
    feed(page, {"pins": pins})
    names = campus_map.locator(".map-pin-label")
    expect(names).to_have_count(4)
    expect(campus_map.locator(".map-pin-label.is-hidden")).not_to_have_count(0)

    # All boxes at one moment: read one after the other, a map that is still being laid out gives those of two layouts.
    page.wait_for_function(APART)
    # Far enough apart, each has its own.
    feed(page, {"pins": [pin | {"lat": pin["lat"] + 0.001 * i} for i, pin in enumerate(pins)]})
    expect(campus_map.locator(".map-pin-label:not(.is-hidden)")).to_have_count(4)
    # Two jobs at one counter: it says its name once.
    feed(page, {"pins": [pins[0], pins[0] | {"id": "twin"}]})
    expect(campus_map.locator(".map-pin")).to_have_count(2)
    expect(campus_map.locator(".map-pin-label:not(.is-hidden)")).to_have_count(1)


def test_a_map_that_is_taken_away_at_work_leaves_no_error(page, lakeside):
    """A fragment may be swapped just as its map zooms, moves a pin, or is about to place the pins' names."""
    page.emulate_media(reduced_motion="no-preference")
    campus_map = opened(page)
    pins = [{"kind": "courier", "lat": lakeside.lat, "lon": lakeside.lon, "label": "赵强"}]
    feed(page, {"pins": pins})
    settled(campus_map.locator(".map-pin-courier"))
    page.evaluate(
        """at => {
            const map = document.getElementById("campus-map"), box = map.parentElement;
            map.querySelector(".map-zoom").click();
            const moved = new CustomEvent("map:pos", {detail: at});
            document.body.dispatchEvent(moved);
            map.remove();
            box.dispatchEvent(new CustomEvent("htmx:load", {bubbles: true, detail: {elt: box}}));
        }""",
        {"lat": lakeside.lat + 0.0004, "lon": lakeside.lon, "note": "还有 80 米"},
    )
    page.wait_for_timeout(1000)  # a zoom takes a quarter of a second, a pin's way at least 0.7
