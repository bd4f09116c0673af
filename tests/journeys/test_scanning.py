"""Scanning where the browser itself cannot read: by zxing from a camera's pictures and from photos, inside WeChat; and
what is said when it does not work.

Chromium plays a film to the page as its camera. BarcodeDetector is taken away, as on an iPhone.
"""

import json
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageFilter
from playwright.sync_api import expect

from delivery import services as delivery
from tests import factories
from tests.browsers import closing_anyway
from tests.notifications.fake_outside import wechat_account

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 640, 480
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"
IN_WECHAT = f"{IPHONE} MicroMessenger/8.0.50"
NO_DETECTOR = "delete window.BarcodeDetector"


def square(text: str, side: int) -> Image.Image:
    """A code as a phone or a poster shows it, about so many pixels wide."""
    out, code = BytesIO(), segno.make(text, error="m", micro=False)
    code.save(out, kind="png", border=4, scale=max(1, side // code.symbol_size(border=4)[0]))
    return Image.open(out).convert("L")


def scene(*codes: tuple[str, tuple[int, int], int], size=(WIDTH, HEIGHT)) -> Image.Image:
    """A grey wall with codes: (text, where its corner is, how wide)."""
    wall = Image.new("L", size, 150)
    for text, corner, side in codes:
        wall.paste(square(text, side), corner)
    return wall


def film(picture: Image.Image, path: Path) -> None:
    """As an uncompressed video (YUV4MPEG2, 4:2:0) of which each frame is the picture."""
    frame = b"FRAME\n" + picture.tobytes() + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 5)


def photo(picture: Image.Image) -> dict:
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return {"name": "code.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture(scope="module")
def camera(tmp_path_factory) -> Path:
    """The film that the camera plays; read anew whenever a page opens it."""
    return tmp_path_factory.mktemp("camera") / "camera.y4m"


@pytest.fixture
def chrome(browsers, camera):
    """A browser whose camera plays that film, and which allows it."""
    browser = browsers.playwright.chromium.launch(
        executable_path=browsers.path,
        args=[
            "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ],
    )  # fmt: skip
    yield browser
    with closing_anyway():
        browser.close()


@pytest.fixture
def zhao(world):
    """A courier on duty who reads Chinese."""
    return factories.CourierFactory(
        campus=world, user=factories.UserFactory(name="赵强", campus=world, language="zh-hans")
    )


@pytest.fixture
def poster(world, site) -> str:
    """What the square at the parcel station says."""
    return f"{site}/c/scan/?c={delivery.place_qr_code(factories.places_of(world).parcel_station).signed}"


@pytest.fixture
def phone(enter, zhao):
    """phone(**options): the courier's page for scanning in a browser without a reader of its own."""

    def open_page(*scripts: str, **options):
        page = enter(zhao, user_agent=options.pop("user_agent", IPHONE), **options)
        for script in (NO_DETECTOR, *scripts):
            page.add_init_script(script)
        page.goto("/c/scan/")
        return page

    return open_page


NOTHING_HERE = "没有要办的事"  # the poster was read, and no job waits there


def test_an_iphones_camera_reads_by_zxing_which_is_fetched_when_it_is_wanted(phone, poster, camera):
    film(scene((poster, (180, 90), 300)), camera)
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("button", name="打开摄像头扫码")).to_be_visible()
    assert not [url for url in asked if "zxing" in url]
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()
    assert [url for url in asked if url.endswith(".wasm")]
    assert not [url for url in asked if not url.startswith((poster.partition("/c/")[0], "blob:", "data:"))]


def test_a_browser_that_reads_by_itself_fetches_no_reader(phone, poster, camera):
    film(scene((poster, (180, 90), 300)), camera)
    page = phone(
        """window.BarcodeDetector = class {
            static async getSupportedFormats() { return ["qr_code"]; }
            async detect() { return [{ rawValue: "no code of ours" }]; }
        }"""
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_text("这不是本平台的码")).to_be_visible()
    assert not [url for url in asked if "zxing" in url]


@pytest.mark.parametrize("detector", [
    "static async getSupportedFormats() { return []; }",
    """static async getSupportedFormats() { return ["qr_code"]; }
       async detect() { throw new DOMException("no service", "NotSupportedError"); }""",
])  # fmt: skip
def test_a_phone_whose_reader_is_only_a_promise_gets_the_other_one(phone, poster, detector):
    page = phone(f"window.BarcodeDetector = class {{ {detector} }}")
    page.locator("[data-scan-photo]").first.set_input_files(photo(scene((poster, (100, 60), 320))))
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_a_photo_of_a_wall_with_a_small_code_in_its_corner(phone, poster):
    page = phone()
    wall = scene((poster, (2300, 3300), 420), size=(3000, 4000))
    page.locator("[data-scan-photo]").first.set_input_files(photo(wall))
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_among_many_codes_ours_is_the_one(phone, poster):
    page = phone()
    parcels = scene(
        ("SF1234567890123", (20, 20), 200), (poster, (300, 160), 300), ("wxp://f2f0abcdef", (640, 40), 200),
        size=(960, 640),
    )  # fmt: skip
    page.locator("[data-scan-photo]").first.set_input_files(photo(parcels))
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_codes_that_are_not_the_right_ones(phone, site):
    page = phone()
    far = factories.CampusFactory()
    other = delivery.place_qr_code(factories.PlaceFactory(campus=far)).signed
    forged = f"{site}/c/scan/?c=abcdefgh.{'x' * 43}"
    for text, said in (
        ("https://qr.alipay.com/fkx1234567890", "这不是本平台的码"),
        (forged, "这不是本平台的码"),
        (f"{site}/c/scan/?c={other}", "这个码属于其他校区"),
    ):
        page.locator("[data-scan-photo]").first.set_input_files(photo(scene((text, (100, 60), 320))))
        expect(page.get_by_text(said)).to_be_visible()
        page.goto("/c/scan/")


def test_a_blurred_photo_and_a_file_that_is_no_picture(phone, poster):
    page = phone()
    chooser = page.locator("[data-scan-photo]").first
    blurred = scene((poster, (180, 90), 300)).filter(ImageFilter.GaussianBlur(12))
    chooser.set_input_files(photo(blurred))
    expect(page.get_by_text("图片中没有识别到码")).to_be_visible()
    chooser.set_input_files({"name": "a.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic"})
    expect(page.get_by_text("浏览器打不开这个文件")).to_be_visible()
    # The next one is read as if nothing had been.
    chooser.set_input_files(photo(scene((poster, (180, 90), 300))))
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


@pytest.mark.parametrize(
    "fault, said",
    [("NotAllowedError", "请在浏览器设置中允许"), ("NotFoundError", "没有找到摄像头"), ("NotReadableError", "正被其他应用占用")],
)  # fmt: skip
def test_why_there_is_no_camera_is_said_with_what_to_do(phone, poster, fault, said):
    page = phone(
        f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{fault}'); }};"
    )
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    shoot = page.locator("label", has_text="拍一张码的照片")
    expect(shoot).to_be_visible()
    assert shoot.locator("input").get_attribute("capture") == "environment"
    shoot.locator("input").set_input_files(photo(scene((poster, (180, 90), 300))))
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_without_tls_the_page_names_the_reason(phone):
    page = phone(
        """Object.defineProperty(navigator, "mediaDevices", { value: undefined });
           Object.defineProperty(window, "isSecureContext", { value: false });"""
    )
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text="只能在安全地址（https）下使用")).to_be_visible()
    expect(page.locator("label", has_text="拍一张码的照片")).to_be_visible()


def test_a_reader_that_does_not_come_leaves_the_digits(phone, camera, poster):
    film(scene((poster, (180, 90), 300)), camera)
    page = phone()
    page.route("**/zxing*/**", lambda route: route.abort())
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text="这里无法识别码")).to_be_visible()
    expect(page.locator("#scan-digits")).to_be_focused()
    page.unroute("**/zxing*/**")
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


# -- Inside WeChat ---------------------------------------------------------------------------------------------

# The SDK as a page sees it: config is judged, `ready` comes in any case, `error` before it when the signature is refused.
WX = """window.calls = [];
window.wx = {
  ready(done) { this.onReady = done; }, error(failed) { this.onError = failed; },
  config(given) {
    calls.push(["config", given]);
    setTimeout(() => { if (%(refused)s) this.onError({ errMsg: "config:invalid signature" }); this.onReady(); }, 20);
  },
  scanQRCode(asked) {
    calls.push(["scan", { needResult: asked.needResult, scanType: asked.scanType }]);
    setTimeout(() => { %(answer)s }, 20);
  },
};"""


@pytest.fixture
def account(settings):
    with wechat_account(settings) as fake:
        yield fake


def until(page, condition: str) -> None:
    """As page.wait_for_function, which the policy of the page forbids."""
    for _look in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def stub(answer: str, refused: bool = False) -> str:
    return WX % {"answer": answer, "refused": json.dumps(refused)}


def test_inside_wechat_its_own_scanner_reads(account, phone, poster):
    result = f"asked.success({{ errMsg: 'scanQRCode:ok', resultStr: {json.dumps(poster)} }})"
    page = phone(stub(result) + "addEventListener('pagehide', () => sessionStorage.calls = JSON.stringify(calls));", user_agent=IN_WECHAT)  # fmt: skip
    address = page.url
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()
    (config, given), (scan, asked) = json.loads(page.evaluate("sessionStorage.calls"))
    assert (config, given["jsApiList"]) == ("config", ["scanQRCode"])
    assert account.accepts(given, address)
    assert (scan, asked) == ("scan", {"needResult": 1, "scanType": ["qrCode"]})


def test_who_closes_wechats_scanner_is_back_on_the_page(account, phone):
    page = phone(stub("asked.cancel({ errMsg: 'scanQRCode:cancel' })"), user_agent=IN_WECHAT)
    for presses in (1, 2):  # a press while the one before is still being answered is ignored
        page.get_by_role("button", name="打开摄像头扫码").click()
        until(page, f"calls.filter(([name]) => name === 'scan').length === {presses}")
    assert page.evaluate("calls.filter(([name]) => name === 'config').length") == 1
    expect(page.locator("[data-scan-view]")).to_be_hidden()
    expect(page.locator("[data-scan-note]")).to_be_hidden()


@pytest.mark.parametrize(
    "script",
    [
        stub("asked.fail({ errMsg: 'scanQRCode:fail' })"),
        stub("", refused=True),
        "window.wx = { ready() {}, error() {}, config() { throw new Error('an old app'); } }",
    ],
)
def test_where_wechats_scanner_fails_the_camera_reads(account, phone, poster, camera, script):
    film(scene((poster, (180, 90), 300)), camera)
    page = phone(script, user_agent=IN_WECHAT)
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_a_scanner_that_never_answers_is_given_up_at_the_next_press(account, phone, poster, camera):
    film(scene((poster, (180, 90), 300)), camera)
    page = phone(stub(""), user_agent=IN_WECHAT)
    start = page.get_by_role("button", name="打开摄像头扫码")
    start.click()
    until(page, "calls.length === 2")
    start.click()  # too soon: it may be open just now
    page.wait_for_timeout(200)
    expect(page.locator("[data-scan-view]")).to_be_hidden()
    page.evaluate("Date.now = (now => () => now() + 10000)(Date.now)")
    start.click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_while_wechat_signs_nothing_the_camera_reads(account, phone, poster, camera):
    film(scene((poster, (180, 90), 300)), camera)
    account.fails = "503"
    page = phone(stub("calls.push('never')"), user_agent=IN_WECHAT)
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()


def test_the_sdk_itself_speaks_to_the_app(account, phone, poster):
    """The vendored SDK, and the bridge that the app puts into its pages."""
    page = phone(
        """window.calls = [];
        const result = JSON.stringify({ scan_code: { scan_result: POSTER } }); // as the app on an iPhone says it
        window.WeixinJSBridge = {
          on() {},
          invoke(name, given, answer) {
            calls.push([name, given]);
            sessionStorage.calls = JSON.stringify(calls);
            setTimeout(() => answer({ err_msg: name + ":ok", resultStr: result }), 20);
          },
        };""".replace("POSTER", json.dumps(poster)),
        user_agent=IN_WECHAT,
    )
    page.get_by_role("button", name="打开摄像头扫码").click()
    expect(page.get_by_role("alert").filter(has_text=NOTHING_HERE)).to_be_visible()
    names = [name for name, _given in json.loads(page.evaluate("sessionStorage.calls"))]
    assert names[0] == "preVerifyJSAPI"
    assert "scanQRCode" in names
