"""In whose app a page is open, by what real browsers send, and which ways to pay are offered there."""

import re

import pytest

from payments import gateways, services
from payments.browsers import find_device
from payments.gateways import Device
from payments.models import Payment
from tests.payments.fake_gateways import FAKES

pytestmark = pytest.mark.django_db

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; 22081212C Build/UKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko)"
WECHAT = f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.50(0x1800323d) NetType/WIFI Language/zh_CN"
WECOM = f"{IPHONE} Mobile/15E148 MicroMessenger/7.0.1 wxwork/4.1.6 ColorScheme/Light"
ALIPAY = (
    f"{IPHONE} Mobile/22G100 ChannelId(17) Ariver/1.1.0 AliApp(AP/10.8.30.6000) Nebula WK RVKType(0) "
    "AlipayDefined(nt:WIFI,ws:390|780|3.0,ac:ss) AlipayClient/10.8.30.6000 Language/zh-Hans Region/CN NebulaX/1.0.0"
)
SAFARI = f"{IPHONE} Version/17.6 Mobile/15E148 Safari/604.1"
CHROME = f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36"
BROWSERS = [
    (WECHAT, Device.WECHAT),
    (f"{ANDROID} Chrome/130.0 XWEB/1300 MMWEBSDK/20240802 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.51.2720(0x28003334) "
     "WeChat/arm64 Weixin NetType/5G Language/zh_CN ABI/arm64", Device.WECHAT),
    (f"{WINDOWS} Chrome/122.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows "
     "WindowsWechat/WMPF WindowsWechat(0x63090a13) UnifiedPCWindowsWechat(0xf2541b36)", Device.WECHAT),
    (WECOM, Device.WECOM),
    (f"{IPHONE} mobile/15e148 wxwork/4.0.20 micromessenger/7.0.1 language/zh", Device.WECOM),
    ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/132.0.0.0 Mobile Safari/537.36 MicroMessenger/7.0.1 "
     "wxwork/4.0.6 MailPlugin_Enterprise", Device.WECOM),
    ("Mozilla/5.0 (linux; Android 13; Phone; OpenHarmony 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 "
     "Safari/537.36 Mobile MicroMessenger/7.0.1 wxwork/5.0.8", Device.WECOM),
    (f"{WINDOWS} Chrome/118.0.5993.119 Safari/537.36 Language/zh wxwork/4.1.26 (MicroMessenger/6.2) WindowsWechat "
     "MailPlugin_Electron WeMail embeddisk", Device.DESKTOP),
    (ALIPAY, Device.ALIPAY),
    (f"{ANDROID} UCBrowser/11.8.8.968 UWS/2.13.2.91 Mobile Safari/537.36 UCBS/2.13 NebulaSDK/1.8.100112 Nebula "
     "AlipayDefined(nt:4G,ws:393|0|2.75) AliApp(AP/10.1.68.7434) AlipayClient/10.1.68.7434 Language/zh-Hans", Device.ALIPAY),
    (SAFARI, Device.PHONE),
    (f"{ANDROID} Chrome/130.0 Mobile Safari/537.36", Device.PHONE),
    ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1 "
     "Mobile HuaweiBrowser/5.0", Device.PHONE),
    (CHROME, Device.DESKTOP),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
     Device.DESKTOP),
    ("", Device.DESKTOP),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "device"), BROWSERS)
def test_a_browser_is_told_by_what_it_sends(agent, device):
    assert find_device(agent) == device


@pytest.fixture
def both(rsa_keys, settings, tmp_path, monkeypatch):
    """WeChat Pay and Alipay, configured."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.SITE_ORIGIN = "https://errand.example.org"
    fakes = [fake(*rsa_keys) for fake in FAKES.values()]
    for fake in fakes:
        (tmp_path / fake.name).mkdir()
        settings.GATEWAYS = settings.GATEWAYS | {fake.name: fake.settings(tmp_path / fake.name)}
    yield fakes
    for fake in fakes:
        fake.stop()


@pytest.fixture
def only_wechat(both, settings):
    settings.GATEWAYS = settings.GATEWAYS | {"alipay": dict.fromkeys(settings.GATEWAYS["alipay"], "")}


def payment_of(user, gateway: str) -> Payment:
    return services.start_payment(
        key="k", ref="ORDER1", purpose="order", user=user, campus=user.campus, amount=850, gateway=gateway, actor=user
    )  # fmt: skip


def ways(page) -> list[str]:
    return re.findall(r'name="gateway" value="(\w+)"', page)


@pytest.mark.parametrize(
    ("agent", "offered", "words"),
    [
        (SAFARI, ["wallet", "wechatpay", "alipay"], ""),
        (CHROME, ["wallet", "wechatpay", "alipay"], ""),
        (WECHAT, ["wallet", "wechatpay"], "Alipay does not work inside WeChat. To pay with it, tap ··· "),
        (WECOM, ["wallet", "alipay"], "WeChat Pay does not work inside WeCom. To pay with it, tap ··· "),
        (
            ALIPAY,
            ["wallet", "alipay"],
            "WeChat Pay does not work inside Alipay. To pay with it, copy the link",
        ),
    ],
)
def test_what_the_pay_page_offers(client_of, student_lin, both, agent, offered, words):
    payment_of(student_lin, "wechatpay")
    page = client_of(student_lin).get("/pay/ORDER1/", headers={"User-Agent": agent}).text
    assert ways(page) == offered
    assert words in page
    assert bool(words) == ("does not work inside" in page)


@pytest.mark.parametrize(
    ("agent", "gateway"), [(WECHAT, "alipay"), (WECOM, "wechatpay"), (ALIPAY, "wechatpay")]
)
def test_chosen_all_the_same_it_is_refused_in_words_and_nothing_changes(
    client_of, student_lin, both, agent, gateway
):
    other = next(name for name in ("wechatpay", "alipay") if name != gateway)
    payment_of(student_lin, other)
    headers = {"User-Agent": agent, "HX-Request": "true"}
    answer = client_of(student_lin).post("/pay/ORDER1/", {"gateway": gateway}, headers=headers)
    assert answer.status_code == 422
    assert "does not work inside" in answer.headers["HX-Trigger"]
    payment = Payment.objects.get()
    assert (payment.status, payment.gateway) == ("pending", other)


def test_begun_in_a_browser_and_opened_in_the_app_one_chooses_anew(client_of, student_lin, both):
    payment = payment_of(student_lin, "alipay")
    page = client_of(student_lin).get(f"/cashier/{payment.no}/", headers={"User-Agent": WECHAT}, follow=True)
    assert page.redirect_chain == [("/pay/ORDER1/", 302)]
    assert "Alipay does not work inside WeChat" in page.text
    assert ways(page.text) == ["wallet", "wechatpay"]


@pytest.mark.parametrize(
    ("agent", "gateway"),
    [(WECHAT, "wechatpay"), (WECOM, "alipay"), (ALIPAY, "alipay"), (CHROME, "wechatpay")],
)
def test_a_top_up_goes_to_a_cashier_that_opens_there(client_of, student_lin, both, agent, gateway):
    data = {"amount": "20", "key": "AAAAAAAAAA"}
    answer = client_of(student_lin).post("/wallet/", data, headers={"User-Agent": agent})
    payment = Payment.objects.get()
    assert (answer.url, payment.gateway) == (f"/cashier/{payment.no}/", gateway)


def test_a_top_up_where_none_opens_is_refused_in_words(client_of, student_lin, only_wechat):
    lin, headers = client_of(student_lin), {"User-Agent": ALIPAY}
    assert "WeChat Pay does not work inside Alipay" in lin.get("/wallet/", headers=headers).text
    headers["HX-Request"] = "true"
    answer = lin.post("/wallet/", {"amount": "20", "key": "AAAAAAAAAA"}, headers=headers)
    assert answer.status_code == 409
    assert "WeChat Pay does not work inside Alipay" in answer.headers["HX-Trigger"]
    assert not Payment.objects.exists()


def test_where_none_opens_there_is_no_button_that_pays_nothing(client_of, student_lin, only_wechat):
    payment_of(student_lin, "wechatpay")
    page = client_of(student_lin).get("/pay/ORDER1/", headers={"User-Agent": WECOM}).text
    assert "WeChat Pay does not work inside WeCom" in page
    assert "Pay ¥8.5" not in page


def test_the_sandbox_opens_everywhere(client_of, student_lin):
    payment_of(student_lin, "sandbox")
    for agent, _device in BROWSERS:
        page = client_of(student_lin).get("/pay/ORDER1/", headers={"User-Agent": agent}).text
        assert ways(page) == ["wallet", "sandbox"], agent
        assert "does not work inside" not in page


def test_in_chinese(client_of, student_lin, both):
    payment_of(student_lin, "wechatpay")
    student_lin.language = "zh-hans"
    student_lin.save()
    page = client_of(student_lin).get("/pay/ORDER1/", headers={"User-Agent": WECHAT}).text
    assert "在微信里不能用支付宝付款。要用它，请点右上角“···”，选择“在浏览器打开”。" in page


@pytest.mark.parametrize("name", gateways.NAMES)
def test_no_gateway_is_closed_in_ordinary_browsers(name):
    assert not {Device.DESKTOP, Device.PHONE} & gateways.get(name).closed_on
