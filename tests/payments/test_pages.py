"""Pay, cashier, wallet, and the address where gateways call."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import new_no
from payments import gateways, services
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, GatewayNotice, Payment, SandboxBill

pytestmark = pytest.mark.django_db
Kind = Account.Kind


@pytest.fixture
def browser(client_of, student_lin):
    return client_of(student_lin)


@pytest.fixture
def payment(student_lin, campus, simulated_clock):
    """¥8 that Lin has to pay for ORDER1 at the cashier within 15 minutes."""
    from datetime import timedelta

    return services.start_payment(
        key="k", ref="ORDER1", purpose="order", user=student_lin, campus=campus, amount=800, gateway="sandbox",
        expires_at=simulated_clock.time + timedelta(minutes=15), actor=student_lin,
    )  # fmt: skip


@pytest.fixture
def bill(payment):
    gateways.get("sandbox").create(payment)
    return SandboxBill.objects.get(payment_no=payment.no)


def wallet(user):
    return services.balance(Kind.WALLET, user=user)


class TestPay:
    def test_shows_amount_time_and_both_ways(self, browser, payment, wallet_money, student_lin):
        wallet_money(student_lin, 1000)
        page = browser.get("/pay/ORDER1/").text

        assert "¥8" in page
        assert "Balance ¥10" in page
        assert payment.expires_at.astimezone().isoformat()[11:16] in page or "data-until" in page

    def test_a_wallet_that_is_too_low_leads_to_the_top_up(self, browser, payment, wallet_money, student_lin):
        wallet_money(student_lin, 300)
        page = browser.get("/pay/ORDER1/").text

        assert "¥5 short" in page
        assert "/wallet/?short=500&amp;next=/pay/ORDER1/" in page

    def test_by_wallet(self, browser, payment, wallet_money, student_lin):
        wallet_money(student_lin, 1000)

        response = browser.post("/pay/ORDER1/", {"gateway": "wallet"})

        assert response.url == "/o/ORDER1/"
        assert (wallet(student_lin), services.balance(Kind.ESCROW, ref="ORDER1")) == (200, 800)

    def test_twice_pays_once(self, browser, payment, wallet_money, student_lin):
        wallet_money(student_lin, 5000)
        for _ in range(2):
            assert browser.post("/pay/ORDER1/", {"gateway": "wallet"}).url == "/o/ORDER1/"

        assert services.balance(Kind.ESCROW, ref="ORDER1") == 800

    def test_by_cashier(self, browser, payment):
        assert browser.post("/pay/ORDER1/", {"gateway": "sandbox"}).url == f"/cashier/{payment.no}/"

    @pytest.mark.parametrize("gateway", ["", "cheque"])
    def test_an_unknown_way_is_refused(self, browser, payment, gateway):
        response = browser.post("/pay/ORDER1/", {"gateway": gateway}, headers={"HX-Request": "true"})

        assert response.status_code == 422
        assert "how you want to pay" in response.headers["HX-Trigger"]

    def test_with_too_little_nothing_happens(self, browser, payment):
        response = browser.post("/pay/ORDER1/", {"gateway": "wallet"}, headers={"HX-Request": "true"})

        assert response.status_code == 422
        payment.refresh_from_db()
        assert payment.status == "pending"

    def test_when_it_has_been_paid_the_page_moves_on(self, browser, payment, bill):
        services.settle_payment(payment_no=payment.no, amount=800, gateway_no=bill.no)

        assert browser.get("/pay/ORDER1/").url == "/o/ORDER1/"
        moved = browser.get("/pay/ORDER1/", headers={"HX-Request": "true"})
        assert moved.headers["HX-Redirect"] == "/o/ORDER1/"

    def test_when_time_has_run_out_there_is_nothing_to_press(self, browser, payment, simulated_clock):
        simulated_clock.advance(minutes=16)
        page = browser.get("/pay/ORDER1/").text

        assert "time to pay has run out" in page
        assert 'name="gateway"' not in page

    def test_somebody_elses_payment_does_not_exist(self, client_of, student_mei, payment, bill):
        browser = client_of(student_mei)
        for path in (
            "/pay/ORDER1/",
            f"/cashier/{payment.no}/",
            f"/cashier/{payment.no}/back/",
            f"/sandbox/{bill.no}/",
        ):
            assert browser.get(path).status_code == 404
        assert browser.post("/pay/ORDER1/", {"gateway": "wallet"}).status_code == 404
        assert browser.post(f"/sandbox/{bill.no}/", {"act": "pay"}).status_code == 404


class TestCashier:
    def test_leads_to_the_gateways_page_and_makes_one_bill(self, browser, payment):
        paths = {browser.get(f"/cashier/{payment.no}/").url for _ in range(2)}

        assert paths == {f"/sandbox/{SandboxBill.objects.get().no}/"}

    def test_says_that_it_is_not_real(self, browser, bill):
        assert "No real money moves here" in browser.get(f"/sandbox/{bill.no}/").text

    def test_paying_there_settles_it_here(self, browser, bill, payment):
        response = browser.post(f"/sandbox/{bill.no}/", {"act": "pay"})
        assert response.url == f"/cashier/{payment.no}/back/"
        assert browser.get(response.url).url == "/o/ORDER1/"

        payment.refresh_from_db()
        assert payment.status == "paid"
        assert GatewayNotice.objects.get().outcome == "taken"

    def test_twice_is_once(self, browser, bill, payment):
        for _ in range(2):
            assert browser.post(f"/sandbox/{bill.no}/", {"act": "pay"}).status_code == 302

        assert services.balance(Kind.ESCROW, ref="ORDER1") == 800

    def test_a_refusal_takes_no_money(self, browser, bill, payment):
        browser.post(f"/sandbox/{bill.no}/", {"act": "fail"})

        payment.refresh_from_db()
        assert (payment.status, services.balance(Kind.ESCROW, ref="ORDER1")) == ("pending", 0)

    def test_leaving_comes_back_to_the_choice(self, browser, bill, payment):
        back = browser.post(f"/sandbox/{bill.no}/", {"act": "close"})

        assert browser.get(back.url).url == "/pay/ORDER1/"

    def test_a_lost_notice_is_made_up_for(self, browser, bill, payment, simulated_clock):
        browser.post(f"/sandbox/{bill.no}/", {"act": "lose"})
        payment.refresh_from_db()
        assert payment.status == "pending"

        simulated_clock.advance(minutes=1)
        services.query_stuck()

        payment.refresh_from_db()
        assert payment.status == "paid"

    def test_a_lost_notice_is_found_when_one_tries_to_pay_again(
        self, browser, bill, payment, wallet_money, student_lin
    ):
        wallet_money(student_lin, 800)
        browser.post(f"/sandbox/{bill.no}/", {"act": "lose"})

        assert browser.post("/pay/ORDER1/", {"gateway": "wallet"}).url == "/o/ORDER1/"
        assert wallet(student_lin) == 800

    def test_a_closed_bill_takes_no_money(self, browser, bill, payment):
        services.close_payments(ref="ORDER1")
        services.query_stuck()

        response = browser.post(f"/sandbox/{bill.no}/", {"act": "pay"}, headers={"HX-Request": "true"})

        assert response.status_code == 409
        assert "closed" in browser.get(f"/sandbox/{bill.no}/").text

    def test_an_unknown_button_is_refused(self, browser, bill):
        response = browser.post(f"/sandbox/{bill.no}/", {"act": "rob"}, headers={"HX-Request": "true"})

        assert response.status_code == 422

    def test_is_closed_when_time_has_run_out(self, browser, payment, simulated_clock):
        simulated_clock.advance(minutes=16)

        assert browser.get(f"/cashier/{payment.no}/").url == "/o/ORDER1/"
        assert not SandboxBill.objects.exists()


class TestCallback:
    def call(self, client, bill, path="/pay/callback/sandbox/", **spoil):
        headers, body = sandbox.callback_of(bill)
        return client.post(path, body, content_type="application/json", headers=headers | spoil)

    def test_needs_no_session_only_a_signature(self, client, bill, payment):
        response = self.call(client, sandbox.pay_bill(bill.no))

        assert response.json() == {"ok": True}
        payment.refresh_from_db()
        assert payment.status == "paid"

    def test_a_wrong_signature_is_refused(self, client, bill, payment):
        response = self.call(client, sandbox.pay_bill(bill.no), **{"X-Sandbox-Signature": "0" * 64})

        assert (response.status_code, response.json()["error"]) == (400, "wrong signature")
        payment.refresh_from_db()
        assert payment.status == "pending"

    def test_a_replay_is_refused(self, client, bill):
        headers, body = sandbox.callback_of(sandbox.pay_bill(bill.no))
        answers = [
            client.post(
                "/pay/callback/sandbox/", body, content_type="application/json", headers=headers
            ).status_code
            for _ in range(2)
        ]

        assert answers == [200, 400]

    def test_a_wrong_amount_is_refused(self, client, bill):
        paid = sandbox.pay_bill(bill.no)
        paid.amount = 1

        assert (self.call(client, paid).status_code, GatewayNotice.objects.get().outcome) == (409, "refused")

    def test_a_flood_is_refused_unread(self, client, db):
        response = client.post("/pay/callback/sandbox/", b"x" * 10_001, content_type="application/json")

        assert response.status_code == 413

    def test_others_do_not_exist(self, client, db):
        assert client.post("/pay/callback/cheque/").status_code == 404
        assert client.get("/pay/callback/sandbox/").status_code == 405


class TestWallet:
    def test_shows_the_balance_and_what_moved(self, browser, wallet_money, student_lin):
        wallet_money(student_lin, 5000)
        page = browser.get("/wallet/").text

        assert "¥50" in page
        assert "+¥50" in page
        assert "Top-up" in page

    def test_is_empty_at_first(self, browser):
        assert "No money has moved yet" in browser.get("/wallet/").text

    def test_shows_nobody_elses_money(self, client_of, student_mei, wallet_money, student_lin):
        wallet_money(student_lin, 5000)

        assert "+¥50" not in client_of(student_mei).get("/wallet/").text

    def test_tells_of_refunds_on_their_way(self, browser, bill, payment):
        services.settle_payment(payment_no=payment.no, amount=800, gateway_no=bill.no)
        services.refund(key="r", ref="ORDER1", amount=800, reason="cancelled")

        assert "refund of ¥8 is on its way" in browser.get("/wallet/").text

    def test_top_up_through_the_cashier(self, browser, student_lin):
        key = new_no()
        responses = [browser.post("/wallet/", {"amount": "50", "key": key}) for _ in range(2)]

        payment = Payment.objects.get()
        assert {r.url for r in responses} == {f"/cashier/{payment.no}/"}
        bill_path = browser.get(f"/cashier/{payment.no}/").url
        back = browser.post(bill_path, {"act": "pay"}).url
        assert browser.get(back).url == "/wallet/"
        assert wallet(student_lin) == 5000

    def test_comes_back_to_where_the_money_was_missing(self, browser):
        browser.post("/wallet/", {"amount": "50", "key": new_no(), "next": "/new/parcel/"})
        payment = Payment.objects.get()
        bill_path = browser.get(f"/cashier/{payment.no}/").url

        back = browser.post(bill_path, {"act": "pay"}).url

        assert browser.get(back).url == "/new/parcel/"

    @pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
    def test_never_leads_away_from_the_site(self, browser, url):
        browser.post("/wallet/", {"amount": "50", "key": new_no(), "next": url})
        payment = Payment.objects.get()
        bill_path = browser.get(f"/cashier/{payment.no}/").url

        assert browser.get(browser.post(bill_path, {"act": "pay"}).url).url == "/wallet/"

    @pytest.mark.parametrize("amount", ["", "0", "0.5", "2001", "-5", "lots", "1e9"])
    def test_a_senseless_amount_is_refused(self, browser, amount):
        assert browser.post("/wallet/", {"amount": amount, "key": new_no()}).status_code == 422
        assert not Payment.objects.exists()

    @pytest.mark.parametrize(
        "short, suggested", [("550", "6"), ("600", "6"), ("x", ""), ("-5", ""), ("9" * 30, "")]
    )
    def test_suggests_what_is_missing(self, browser, short, suggested):
        page = browser.get(f"/wallet/?short={short}").text

        field = re.search(r'<input[^>]*name="amount"[^>]*>', page)[0]
        assert (f'value="{suggested}"' in field) if suggested else ("value=" not in field)

    def test_the_number_of_queries_does_not_grow(self, browser, wallet_money, student_lin):
        def count():
            browser.get("/wallet/")
            with CaptureQueriesContext(connection) as queries:
                browser.get("/wallet/")
            return len(queries)

        wallet_money(student_lin, 100)
        few = count()
        for _ in range(25):
            wallet_money(student_lin, 100)

        assert count() == few
        assert "1 / 2" in browser.get("/wallet/").text
