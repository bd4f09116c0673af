"""Withdrawals that WeChat and Alipay pay by themselves, on servers that speak their protocols."""

from datetime import timedelta

import pytest

from core.errors import WrongState
from notifications.models import Notice
from notifications.services import know_wechat
from payments import services
from payments.checks import gateway_settings
from payments.models import Account
from payments.selectors import check_ledger
from payments.services import Payee
from tests.payments.fake_gateways import FakeAlipay, FakeWeChat

pytestmark = pytest.mark.django_db
WECHAT, ALIPAY = Payee("wechatpay", "赵强", "zhao_qiang"), Payee("alipay", "赵强", "13812342046")


@pytest.fixture
def run(rsa_keys, settings, tmp_path, monkeypatch):
    """run(FakeWeChat | FakeAlipay): that server, up, configured, and allowed to pay out."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.SITE_ORIGIN = "https://errand.example.org"
    up = []

    def go(kind):
        fake = kind(*rsa_keys)
        up.append(fake)
        settings.GATEWAYS = settings.GATEWAYS | {fake.name: fake.settings(tmp_path)}
        allowed = fake.certificates(tmp_path) if kind is FakeAlipay else {"WECHATPAY_TRANSFERS": "1"}
        settings.TRANSFERS = settings.TRANSFERS | allowed
        return fake

    yield go
    for fake in up:
        fake.stop()


@pytest.fixture
def zhao(courier_zhao):
    """Has earned ¥100, and WeChat knows him."""
    user = courier_zhao.user
    know_wechat(user=user, openid="o-zhao")
    services.transfer(
        key="wages",
        reason="earnings_released",
        moves=[
            (services.account(Account.Kind.GATEWAY, gateway="sandbox"), -10_000),
            (services.account(Account.Kind.COURIER_WITHDRAWABLE, user=user), 10_000),
        ],
    )
    return user


@pytest.fixture
def approved(zhao, campus, finance_li, simulated_clock):
    """approved(payee): ¥30 to that account, approved."""

    def go(payee):
        one = services.request_withdrawal(
            key="k", user=zhao, campus=campus, source="courier", amount=3000, payee=payee
        )
        return services.approve_withdrawal(withdrawal=one, actor=finance_li)

    return go


def free(user):
    return services.balance(Account.Kind.COURIER_WITHDRAWABLE, user=user)


class TestWeChat:
    @pytest.fixture
    def wechat(self, run):
        return run(FakeWeChat)

    def test_waits_for_the_person_who_is_told_and_takes_it(
        self, wechat, approved, zhao, client, simulated_clock
    ):
        one = approved(WECHAT)
        assert services.send_withdrawals() == 0
        one.refresh_from_db()
        assert (one.status, one.taken, one.confirm) == ("approved", True, f"pack:{one.no}")
        assert Notice.objects.get(user=zhao, kind="withdrawal").link == f"/withdrawal/{one.no}/collect/"

        client.force_login(zhao)
        inside = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}
        page = client.get(f"/withdrawal/{one.no}/collect/", headers=inside).content.decode()
        assert f"pack:{one.no}" in page
        assert "1900000109" in page
        assert "<svg" in client.get(f"/withdrawal/{one.no}/collect/").content.decode()

        wechat.transfers[one.no]["state"] = "SUCCESS"
        client.post(f"/withdrawal/{one.no}/collect/")
        assert services.send_withdrawals() == 1
        one.refresh_from_db()
        assert (one.status, one.gateway_no, one.confirm) == ("paid", f"13300{one.no}", "")
        assert services.balance(Account.Kind.GATEWAY, gateway="wechatpay") == 3000
        assert check_ledger() == []
        assert client.get(f"/withdrawal/{one.no}/collect/").url == "/withdraw/courier/"

    def test_not_taken_in_time_it_comes_back(self, wechat, approved, zhao, simulated_clock):
        one = approved(WECHAT)
        services.send_withdrawals()
        wechat.transfers[one.no] |= {"state": "FAIL", "reason": "OVERDUE_CLOSE"}
        simulated_clock.advance(hours=25)
        services.send_withdrawals()
        one.refresh_from_db()
        assert (one.status, free(zhao)) == ("failed", 10_000)
        assert "OVERDUE_CLOSE" in one.reason

    def test_another_persons_name_gets_nothing(self, wechat, approved, zhao):
        one = approved(Payee("wechatpay", "钱丽", "zhao_qiang"))
        services.send_withdrawals()
        one.refresh_from_db()
        assert (one.status, free(zhao)) == ("failed", 10_000)

    def test_while_wechat_has_it_no_hand_pays_however_long(
        self, wechat, approved, finance_li, simulated_clock
    ):
        one = approved(WECHAT)
        for _ in range(12):
            services.send_withdrawals()
            simulated_clock.advance(hours=1)
        one.refresh_from_db()
        assert one.attempts == 12
        with pytest.raises(WrongState, match="provider is paying"):
            services.book_paid(withdrawal=one, actor=finance_li, gateway_no="x")
        assert len(wechat.transfers) == 1

    def test_an_answer_that_got_lost_is_asked_for_again(self, wechat, approved, simulated_clock):
        one = approved(WECHAT)
        wechat.forged_answers = True
        services.send_withdrawals()
        one.refresh_from_db()
        assert (one.taken, one.confirm) == (False, "")
        wechat.forged_answers = False
        simulated_clock.advance(hours=2)
        services.send_withdrawals()
        one.refresh_from_db()
        assert (one.taken, one.confirm) == (True, f"pack:{one.no}")

    def test_whom_wechat_does_not_know_is_paid_by_hand(self, wechat, approved, zhao):
        know_wechat(user=zhao, openid="")
        assert approved(WECHAT).next_try_at is None

    def test_nobody_collects_for_others(self, wechat, approved, client, student_lin):
        one = approved(WECHAT)
        services.send_withdrawals()
        client.force_login(student_lin)
        assert client.get(f"/withdrawal/{one.no}/collect/").status_code == 404
        assert client.post(f"/withdrawal/{one.no}/collect/").status_code == 404


class TestAlipay:
    @pytest.fixture
    def alipay(self, run):
        return run(FakeAlipay)

    def test_paid_at_once(self, alipay, approved):
        one = approved(ALIPAY)
        assert (services.send_withdrawals(), services.send_withdrawals()) == (1, 0)
        one.refresh_from_db()
        assert (one.status, one.gateway_no) == ("paid", f"2026{one.no}")
        assert alipay.refused == []
        assert check_ledger() == []

    def test_on_its_way_first(self, alipay, approved, simulated_clock):
        alipay.slow_transfers = True
        one = approved(ALIPAY)
        services.send_withdrawals()
        alipay.transfers[one.no]["status"] = "SUCCESS"
        simulated_clock.advance(seconds=300)
        assert services.send_withdrawals() == 1

    def test_an_account_that_is_not_there_gives_it_back(self, alipay, approved, zhao):
        one = approved(Payee("alipay", "赵强", "13900000000"))
        services.send_withdrawals()
        one.refresh_from_db()
        assert (one.status, one.reason, free(zhao)) == ("failed", "Alipay: 收款账号不存在", 10_000)

    @pytest.mark.parametrize("fault", ["down", "forged_answers"])
    def test_no_answer_that_can_be_trusted_is_no_answer(self, alipay, approved, simulated_clock, fault):
        setattr(alipay, fault, True)
        one = approved(ALIPAY)
        services.send_withdrawals()
        one.refresh_from_db()
        assert (one.status, one.taken, bool(one.error)) == ("approved", False, True)
        setattr(alipay, fault, False)
        simulated_clock.advance(hours=2)
        assert services.send_withdrawals() == 1
        assert len(alipay.transfers) == 1

    def test_without_certificates_a_person_pays(self, alipay, approved, settings):
        settings.TRANSFERS = settings.TRANSFERS | {"ALIPAY_ROOT_CERT": ""}
        assert approved(ALIPAY).next_try_at is None
        (error,) = gateway_settings(None)
        assert "ALIPAY_ROOT_CERT missing" in error.msg

    def test_certificates_that_are_none_show_in_the_check(self, alipay, settings, tmp_path):
        assert gateway_settings(None) == []
        (tmp_path / "none").write_text("none")
        settings.TRANSFERS = settings.TRANSFERS | {"ALIPAY_CERT": str(tmp_path / "none")}
        (error,) = gateway_settings(None)
        assert "certificates are not usable" in error.msg


def test_what_is_under_way_is_asked_about_within_minutes(run, approved, simulated_clock):
    run(FakeAlipay).slow_transfers = True
    one = approved(ALIPAY)
    for _ in range(9):
        services.send_withdrawals()
        simulated_clock.advance(minutes=5)
    one.refresh_from_db()
    assert one.attempts == 9
    assert one.next_try_at - simulated_clock.time <= timedelta(minutes=5)
