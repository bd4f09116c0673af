"""Production without SANDBOX=1 has no sandbox cashier: nobody gets money out of nothing."""

import re

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from campus.models import Campus
from payments import checks, gateways, services
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Payment, SandboxBill, Withdrawal

pytestmark = pytest.mark.django_db
BANNER = "sandbox-bar"


@pytest.fixture
def production(settings):
    """A real installation where nobody said SANDBOX=1."""
    settings.PRODUCTION, settings.SANDBOX = True, False
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    return settings


@pytest.fixture
def top_up(student_lin, campus):
    """¥500 that Lin began to top up at the sandbox, while it was open."""
    payment = services.start_payment(
        key="t", ref="T1", purpose="topup", user=student_lin, campus=campus, amount=50_000, gateway="sandbox",
        actor=student_lin,
    )  # fmt: skip
    gateways.get("sandbox").create(payment)
    return payment


@pytest.fixture
def wechatpay(monkeypatch):
    """WeChat Pay is configured."""
    monkeypatch.setattr(type(gateways.get("wechatpay")), "configured", True)


def wallet(user):
    return services.balance(Account.Kind.WALLET, user=user)


def ids():
    return [problem.id for problem in checks.gateway_settings(None)]


def test_nobody_is_offered_the_sandbox(production):
    assert gateways.offered() == ["wallet"]
    assert gateways.cashiers() == []


def test_topping_up_says_that_nothing_can_be_paid(production, client_of, student_lin):
    page = client_of(student_lin).get("/wallet/").text
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    response = client_of(student_lin).post("/wallet/", {"amount": "500", "key": key}, follow=True)

    assert "Nothing can be paid on this site yet." in response.text
    assert not Payment.objects.exists()


def test_its_page_is_not_found_also_for_what_was_begun_before(top_up, production, client_of, student_lin):
    bill = SandboxBill.objects.get()
    browser = client_of(student_lin)

    assert browser.get(f"/sandbox/{bill.no}/").status_code == 404
    assert browser.post(f"/sandbox/{bill.no}/", {"act": "pay"}).status_code == 404
    assert browser.get(f"/cashier/{top_up.no}/").url == "/pay/T1/"
    assert wallet(student_lin) == 0


def test_a_callback_of_before_is_not_believed(top_up, production, client, student_lin):
    production.SANDBOX = True
    headers, body = sandbox.callback_of(sandbox.pay_bill(SandboxBill.objects.get().no))
    production.SANDBOX = False
    address = "/pay/callback/sandbox/"

    assert client.post(address, body, content_type="application/json", headers=headers).status_code == 404
    with pytest.raises(gateways.BadCallback):
        services.take_callback(gateway="sandbox", headers=headers, body=body)
    assert wallet(student_lin) == 0


def test_what_was_paid_there_before_is_no_money_now(top_up, production, student_lin):
    production.SANDBOX = True
    sandbox.pay_bill(SandboxBill.objects.get().no)
    production.SANDBOX = False
    services.ask_gateway(top_up)

    assert wallet(student_lin) == 0


def test_it_pays_nobody_out(production, student_lin, campus):
    withdrawal = Withdrawal(channel="sandbox", account_no="acc1234", user=student_lin, campus=campus)

    assert gateways.transferring(withdrawal) is None
    with pytest.raises(gateways.GatewayError):
        gateways.get("sandbox").transfer(withdrawal)


class TestCheck:
    def test_fails_where_nobody_could_pay(self, production):
        assert ids() == ["payments.E007"]

    def test_is_clean_where_the_sandbox_is_wanted(self, production):
        production.SANDBOX = True
        assert ids() == []

    def test_is_clean_with_a_real_cashier(self, production, wechatpay):
        assert ids() == []

    def test_fails_where_real_money_stands_beside_the_sandbox(self, production, wechatpay):
        production.SANDBOX = True
        assert ids() == ["payments.E008"]

    def test_says_nothing_outside_production(self, settings):
        assert ids() == []


class TestBanner:
    @pytest.fixture(autouse=True)
    def wanted(self, production):
        production.SANDBOX = True

    def test_says_to_everybody_that_money_is_not_real(self, client, client_of, student_lin, courier_zhao):
        assert BANNER in client.get("/accounts/login/").text
        assert BANNER in client_of(student_lin).get("/").text
        assert BANNER in client_of(courier_zhao).get("/c/").text

    @pytest.mark.parametrize("page", ["/admin/", "/admin/console/", "/admin/orders/order/", "/admin/board/"])
    def test_says_so_to_operators(self, client_of, supervisor_sun, page):
        assert BANNER in client_of(supervisor_sun).get(page).text

    def test_is_not_there_with_real_money(self, production, client):
        production.SANDBOX = False
        assert BANNER not in client.get("/accounts/login/").text


class TestDemoCampus:
    def test_is_refused_in_production(self, production):
        with pytest.raises(CommandError, match="SANDBOX=1"):
            call_command("load_demo", days=0)
        assert not Campus.objects.exists()

    def test_is_loaded_where_the_sandbox_is_wanted(self, production):
        production.SANDBOX = True
        call_command("load_demo", days=0)
        assert Campus.objects.exists()
