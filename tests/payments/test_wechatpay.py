"""WeChat Pay against a provider that speaks its protocol with real keys, honestly and otherwise."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from payments import gateways, services
from payments.checks import gateway_settings
from payments.gateways import Customer, Device
from payments.models import Refund
from tests.payments.fake_gateways import APPID, FakeWeChat

pytestmark = pytest.mark.django_db

FAKE, NAME = FakeWeChat, "wechatpay"
GATEWAY = gateways.get(NAME)
YEAR = timedelta(days=365)


class TestCreate:
    def test_on_the_desk_it_is_a_code_to_scan(self, provider, payment, client_of, student_lin):
        url = client_of(student_lin).get(f"/cashier/{payment.no}/").url
        page = client_of(student_lin).get(url)

        asked = provider.trades[payment.no].asked
        assert url.startswith(f"/cashier/{payment.no}/wechat/?bill=")
        assert "data:image/svg+xml" in page.text
        assert (asked["amount"], asked["time_expire"]) == (
            {"total": 850, "currency": "CNY"}, "2026-11-24T10:15:00+08:00",
        )  # fmt: skip
        assert asked["notify_url"] == "https://errand.example.org/pay/callback/wechatpay/"

    def test_on_the_phone_it_is_wechats_own_page(self, provider, payment, client_of, student_lin):
        phone = client_of(student_lin)
        response = phone.get(f"/cashier/{payment.no}/", headers={"User-Agent": "Android Mobile"})

        where = urlsplit(response.url)
        assert where.hostname == "wx.tenpay.com"
        assert parse_qs(where.query)["redirect_url"] == [
            f"https://errand.example.org/cashier/{payment.no}/back/"
        ]
        assert response.headers["Referrer-Policy"] == "origin"

    def test_inside_wechat_it_is_its_window_signed_by_us(self, provider, payment):
        url = GATEWAY.create(payment, Customer(Device.WECHAT, openid="oLin"))
        said = GATEWAY.window(f"wx{payment.no}oLin")

        assert provider.trades[payment.no].asked["payer"] == {"openid": "oLin"}
        assert url.startswith(f"/cashier/{payment.no}/wechat/")
        text = "\n".join([APPID, said["timeStamp"], said["nonceStr"], said["package"], ""])
        assert provider.ours.verifies(text, said["paySign"])

    def test_twice_is_one_bill(self, provider, payment):
        GATEWAY.create(payment)
        GATEWAY.create(payment)

        assert list(provider.trades) == [payment.no]
        assert provider.refused == []

    def test_a_code_for_another_payment_is_not_shown(self, provider, payment, client_of, student_lin):
        browser = client_of(student_lin)

        assert browser.get(f"/cashier/{payment.no}/wechat/?bill=forged").url == f"/cashier/{payment.no}/"

    def test_somebody_elses_code_does_not_exist(self, payment, client_of, student_mei):
        assert client_of(student_mei).get(f"/cashier/{payment.no}/wechat/").status_code == 404

    def test_a_provider_that_is_down_is_said_so(self, provider, payment, client_of, student_lin):
        provider.down = True
        browser = client_of(student_lin)

        response = browser.get(f"/cashier/{payment.no}/", follow=True)

        assert response.redirect_chain == [("/pay/ORDER1/", 302)]
        assert "does not answer just now" in response.text


WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0"}


class TestInsideWeChat:
    """The window wants to know who pays: WeChat is asked once, by way of the person's own browser."""

    @pytest.fixture
    def phone(self, payment, client_of, student_lin):
        return client_of(student_lin)

    def ask(self, phone, payment) -> dict[str, list[str]]:
        """What we ask of WeChat by way of the browser."""
        url = urlsplit(phone.get(f"/cashier/{payment.no}/", headers=WECHAT).url)
        assert (url.hostname, url.path) == ("open.weixin.qq.com", "/connect/oauth2/authorize")
        return parse_qs(url.query)

    def come_back(self, phone, asked, code):
        path = urlsplit(asked["redirect_uri"][0]).path
        return phone.get(path, {"code": code, "state": asked["state"][0]})

    def test_the_way_to_its_window(self, provider, payment, phone):
        asked = self.ask(phone, payment)
        assert (asked["appid"], asked["scope"]) == ([APPID], ["snsapi_base"])
        assert asked["redirect_uri"] == [f"https://errand.example.org/cashier/{payment.no}/openid/"]

        assert self.come_back(phone, asked, provider.visit("oLin")).url == f"/cashier/{payment.no}/"
        page = phone.get(f"/cashier/{payment.no}/", headers=WECHAT, follow=True)

        assert provider.trades[payment.no].asked["payer"] == {"openid": "oLin"}
        assert "js/wechat.js" in page.text
        wanted = json.loads(page.context["window"])
        assert wanted["package"] == f"prepay_id=wx{payment.no}oLin"
        assert provider.ours.verifies(
            "\n".join([wanted[name] for name in ("appId", "timeStamp", "nonceStr", "package")]) + "\n",
            wanted["paySign"],
        )

    def test_it_is_asked_once(self, provider, payment, phone):
        self.come_back(phone, self.ask(phone, payment), provider.visit("oLin"))
        phone.get(f"/cashier/{payment.no}/", headers=WECHAT)
        phone.get(f"/cashier/{payment.no}/", headers=WECHAT)

        assert provider.requests.count("GET /sns/oauth2/access_token") == 1

    @pytest.mark.parametrize("code", ["", "forged"])
    def test_a_code_that_wechat_does_not_know(self, provider, payment, phone, code):
        response = self.come_back(phone, self.ask(phone, payment), code)

        assert response.url == "/pay/ORDER1/"
        assert "wechat_openid" not in phone.session

    def test_one_that_we_did_not_send_there_is_asked_nothing(self, provider, payment, phone):
        """Else a stranger's link could make somebody pay with the stranger's name."""
        stolen = provider.visit("oStranger")
        response = phone.get(f"/cashier/{payment.no}/openid/?state=&code={stolen}")
        self.ask(phone, payment)
        again = phone.get(f"/cashier/{payment.no}/openid/?state=guessed&code={stolen}")

        assert (response.url, again.url) == ("/pay/ORDER1/", "/pay/ORDER1/")
        assert provider.requests == []
        assert "wechat_openid" not in phone.session

    def test_wechat_is_down(self, provider, payment, phone):
        asked = self.ask(phone, payment)
        provider.down = True

        assert self.come_back(phone, asked, provider.visit("oLin")).url == "/pay/ORDER1/"

    def test_somebody_elses_payment_does_not_exist(self, payment, client_of, student_mei):
        assert client_of(student_mei).get(f"/cashier/{payment.no}/openid/").status_code == 404


class TestAsking:
    def test_an_answer_signed_by_a_stranger_is_not_believed(self, provider, trade, payment):
        provider.forged_answers = True

        with pytest.raises(gateways.GatewayError, match="verify the signature"):
            GATEWAY.query(payment)

    def test_coming_back_while_it_is_down_is_no_error(self, provider, payment, client_of, student_lin):
        provider.down = True

        assert client_of(student_lin).get(f"/cashier/{payment.no}/back/").url == "/pay/ORDER1/"


class TestRefund:
    @pytest.fixture
    def paid(self, provider, trade, payment):
        services.ask_gateway(payment)
        return payment

    def refund(self, fen, key="r1"):
        return services.refund(key=key, ref="ORDER1", amount=fen, reason="cancelled")[0]

    def test_one_on_its_way_is_asked_about_and_never_sent_twice(self, provider, paid, trade, simulated_clock):
        provider.slow_refunds = True
        made = self.refund(300)
        for _ in range(10):  # the bank takes its time: that is no reason to give it up
            assert services.send_refunds() == 0
            simulated_clock.advance(hours=2)
        provider.slow_refunds = False
        services.send_refunds()

        made.refresh_from_db()
        assert (made.status, trade.refunds) == ("done", {made.no: 300})

    def test_sent_but_the_answer_got_lost_it_is_not_sent_again(self, provider, paid, trade, simulated_clock):
        made = self.refund(300)
        provider.forged_answers = True  # it has been taken, but we cannot believe the answer
        services.send_refunds()
        provider.forged_answers = False
        simulated_clock.advance(minutes=5)
        services.send_refunds()

        assert Refund.objects.get().status == "done"
        assert provider.bill == [("pay", paid.no, 850), ("refund", made.no, 300)]


class TestBill:
    def test_another_file_than_the_one_announced_is_refused(self, provider, trade):
        provider.other_file = True

        with pytest.raises(gateways.GatewayError, match="not the file"):
            GATEWAY.download_bill(provider.today)

    def test_a_line_that_was_taken_out_is_missed(self, provider, trade):
        heads, line, *sums = provider.table(provider.today).split(b"\r\n")
        assert b"8.50" in line

        with pytest.raises(gateways.BadBill, match="It has 0 lines, and its sum says 1"):
            GATEWAY.read_bill(b"\r\n".join([heads, *sums]))


class TestOffered:
    def test_the_pay_page_offers_it(self, payment, client_of, student_lin):
        page = client_of(student_lin).get("/pay/ORDER1/").text

        assert 'value="wechatpay"' in page
        assert 'value="sandbox"' not in page

    @pytest.mark.parametrize(
        "change, code",
        [({"WECHATPAY_PRIVATE_KEY": "nowhere.pem"}, "E002"), ({"WECHATPAY_APIV3_KEY": "short"}, "E004")],
    )
    def test_keys_that_cannot_be_used_are_told(self, provider, settings, change, code):
        settings.GATEWAYS["wechatpay"].update(change)

        assert [problem.id for problem in gateway_settings(None)] == [f"payments.{code}"]

    def test_nothing_configured_is_fine(self, settings):
        assert gateway_settings(None) == []
