"""The pages where people have their money paid out, and their statement."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import SecurityEvent
from core.ids import new_no
from payments import services
from payments.models import Account, Withdrawal
from payments.services import Payee

pytestmark = pytest.mark.django_db
Kind = Account.Kind
COURIER, WALLET = "/withdraw/courier/", "/withdraw/wallet/"


@pytest.fixture
def zhao(courier_zhao):
    give(courier_zhao.user, 10_000)
    return courier_zhao.user


def give(user, fen):
    services.transfer(
        key=f"wages:{new_no()}",
        reason="earnings_released",
        ref="ORDER1",
        moves=[
            (services.account(Kind.GATEWAY, gateway="sandbox"), -fen),
            (services.account(Kind.COURIER_WITHDRAWABLE, user=user), fen),
        ],
    )


def form(**fields):
    return {
        "amount": "30", "to": "new", "channel": "bank", "account_no": "6222 0202 0011 2233", "holder": "赵强",
        "bank": "工商银行", "key": new_no(),
    } | fields  # fmt: skip


class TestCourier:
    def test_asks_and_sees_it(self, client_of, zhao):
        browser = client_of(zhao)

        page = browser.post(COURIER, form(), follow=True).text

        one = Withdrawal.objects.get()
        assert (one.amount, one.account_no, one.bank) == (3000, "6222020200112233", "工商银行")
        assert "**** 2233" in page
        assert "waiting for approval" in page
        assert "6222020200112233" not in page

    def test_pressing_twice_asks_once(self, client_of, zhao):
        browser, fields = client_of(zhao), form()

        for _ in range(2):
            assert browser.post(COURIER, fields).status_code == 302
        assert Withdrawal.objects.count() == 1

    def test_an_account_that_was_used_is_chosen_again(self, client_of, zhao):
        browser = client_of(zhao)
        browser.post(COURIER, form())
        known = Withdrawal.objects.get()

        browser.post(COURIER, {"amount": "5", "to": known.pk, "key": new_no()})

        assert Withdrawal.objects.first().account_no == known.account_no

    def test_nobody_uses_the_account_of_another(self, client_of, zhao, courier_qian):
        client_of(zhao).post(COURIER, form())
        give(courier_qian.user, 1000)

        page = client_of(courier_qian).post(
            COURIER, {"amount": "5", "to": Withdrawal.objects.get().pk, "key": new_no()}
        )

        assert page.status_code == 422
        assert Withdrawal.objects.count() == 1

    @pytest.mark.parametrize(
        "field, value, complaint",
        [
            ("amount", "", "required"),
            ("amount", "-5", "At least ¥1"),
            ("amount", "100.01", "At most ¥100"),
            ("amount", "😀", "Enter an amount"),
            ("account_no", "12", "12 to 19 digits"),
            ("account_no", "", "12 to 19 digits"),
            ("account_no", "６２２２０２０２００１１２２３３", "12 to 19 digits"),
            ("holder", "", "name that the account is in"),
            ("bank", "", "Enter the bank"),
            ("channel", "cheque", "valid choice"),
            ("to", "999999", "valid choice"),
            ("key", "x", ""),
        ],
    )
    def test_nonsense_is_refused_with_a_word(self, client_of, zhao, field, value, complaint):
        response = client_of(zhao).post(COURIER, form(**{field: value}))

        assert response.status_code == 422
        assert complaint in response.text
        assert not Withdrawal.objects.exists()

    def test_takes_it_back(self, client_of, zhao):
        browser = client_of(zhao)
        browser.post(COURIER, form())
        address = f"/withdrawal/{Withdrawal.objects.get().no}/take-back/"

        assert client_of(zhao).get(address).status_code == 405
        browser.post(address)

        assert Withdrawal.objects.get().status == "cancelled"
        assert services.balance(Kind.COURIER_WITHDRAWABLE, user=zhao) == 10_000

    def test_another_persons_is_not_found(self, client_of, zhao, student_lin):
        client_of(zhao).post(COURIER, form())

        address = f"/withdrawal/{Withdrawal.objects.get().no}/take-back/"
        assert client_of(student_lin).post(address).status_code == 404

    def test_who_is_no_courier_finds_nothing(self, client_of, student_lin):
        assert client_of(student_lin).get(COURIER).status_code == 404
        assert client_of(student_lin).get("/withdraw/till/").status_code == 404

    def test_strangers_log_in(self, client):
        assert client.get(COURIER).status_code == 302

    def test_the_earnings_page_leads_here(self, client_of, courier_zhao, zhao):
        assert COURIER in client_of(zhao).get("/c/earnings/").text


class TestWallet:
    def test_says_what_goes_back_and_what_goes_out(self, client_of, student_lin, campus, wallet_money):
        wallet_money(student_lin, 1500)  # from nowhere: nothing to give it back to
        page = client_of(student_lin).get(WALLET).text

        assert "Up to ¥15. Somebody" in page
        assert "Back the way it came" not in page

    def test_an_empty_wallet_has_no_form(self, client_of, student_lin):
        page = client_of(student_lin).get(WALLET).text

        assert "Nothing to withdraw" in page
        assert "account_no" not in page


class TestStatement:
    def test_every_account_and_movement(self, client_of, zhao, wallet_money):
        wallet_money(zhao, 500)
        page = client_of(zhao).get("/wallet/statement/").text

        assert "+¥100" in page
        assert "+¥5" in page
        assert "courier earnings, withdrawable" in page

    def test_another_month_is_empty(self, client_of, zhao, simulated_clock):
        give(zhao, 100)

        assert "No money moved" in client_of(zhao).get("/wallet/statement/?month=2026-10").text

    @pytest.mark.parametrize("month", ["2026-13", "x", "1999-01", "😀", ""])
    def test_a_month_that_is_none_is_this_one(self, client_of, zhao, month):
        assert client_of(zhao).get("/wallet/statement/", {"month": month}).status_code == 200

    def test_as_files(self, client_of, zhao):
        browser = client_of(zhao)

        sheet = load_workbook(io.BytesIO(browser.get("/wallet/statement/?format=xlsx").content)).active
        lines = list(
            csv.reader(io.StringIO(browser.get("/wallet/statement/?format=csv").content.decode("utf-8-sig")))
        )

        assert [cell.value for cell in sheet[2]][1:5] == [
            "Earnings can be withdrawn now", "ORDER1", "courier earnings, withdrawable", 100,
        ]  # fmt: skip
        assert lines[1][1:5] == [
            "Earnings can be withdrawn now", "ORDER1", "courier earnings, withdrawable", "100.00",
        ]  # fmt: skip

    def test_nobody_sees_the_money_of_another(self, client_of, zhao, student_lin):
        assert "+¥100" not in client_of(student_lin).get("/wallet/statement/").text


@pytest.mark.parametrize("address", ["/wallet/statement/", COURIER])
def test_as_many_queries_for_many_rows(client_of, zhao, campus, address):
    browser = client_of(zhao)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    services.request_withdrawal(
        key="k",
        user=zhao,
        campus=campus,
        source="courier",
        amount=100,
        payee=Payee("bank", "赵", "1" * 16, "b"),
    )
    queries()
    few = queries()
    for n in range(4):
        give(zhao, 100)
        services.request_withdrawal(
            key=f"k{n}", user=zhao, campus=campus, source="courier", amount=100,
            payee=Payee("bank", "赵", "1" * 16, "b"),
        )  # fmt: skip
    assert queries() == few


class TestFinance:
    @pytest.fixture
    def one(self, zhao, campus):
        return services.request_withdrawal(
            key="k", user=zhao, campus=campus, source="courier", amount=3000,
            payee=Payee("bank", "=赵强", "6222020200112233", "工商银行"),
        )  # fmt: skip

    def do(self, client_of, user, one, name, **fields):
        return client_of(user).post(f"/admin/payments/withdrawal/{one.pk}/{name}/do/", fields, follow=True)

    def test_approves_and_books_the_payment(self, client_of, finance_li, one):
        assert (
            "6222020200112233"
            not in client_of(finance_li).get(f"/admin/payments/withdrawal/{one.pk}/change/").text
        )
        self.do(client_of, finance_li, one, "approve")
        self.do(client_of, finance_li, one, "paid", text="ICBC-7")

        one.refresh_from_db()
        assert (one.status, one.decided_by, one.gateway_no) == ("paid", finance_li, "ICBC-7")

    def test_refuses_with_a_reason(self, client_of, finance_li, one):
        assert "Say why" in self.do(client_of, finance_li, one, "refuse").text
        self.do(client_of, finance_li, one, "refuse", text="Wrong name")

        one.refresh_from_db()
        assert one.status == "refused"

    def test_not_ones_own(self, client_of, finance_li, campus):
        give(finance_li, 5000)
        own = services.request_withdrawal(
            key="own", user=finance_li, campus=campus, source="courier", amount=500,
            payee=Payee("bank", "李", "6222020200112233", "b"),
        )  # fmt: skip
        browser = client_of(finance_li)

        assert (
            "Somebody else has to decide" in browser.get(f"/admin/payments/withdrawal/{own.pk}/change/").text
        )
        assert "your own request" in self.do(client_of, finance_li, own, "approve").text
        own.refresh_from_db()
        assert own.status == "requested"

    def test_support_may_not_even_look(self, client_of, operator_wang, one):
        assert client_of(operator_wang).get("/admin/payments/withdrawal/").status_code == 403
        assert self.do(client_of, operator_wang, one, "approve").status_code in (403, 404)
        one.refresh_from_db()
        assert one.status == "requested"

    def test_another_campus_is_not_found(self, client_of, finance_li, one, other_campus):
        Withdrawal.objects.update(campus=other_campus)

        assert self.do(client_of, finance_li, one, "approve").status_code == 404

    def test_not_by_a_link(self, client_of, finance_li, one):
        response = client_of(finance_li).get(f"/admin/payments/withdrawal/{one.pk}/approve/do/")
        assert response.status_code == 403

    def test_exports_whole_numbers_as_text(self, client_of, finance_li, one):
        def export(format):
            return client_of(finance_li).post(
                "/admin/payments/withdrawal/", {"action": f"export_{format}", "_selected_action": [one.pk]}
            ).content  # fmt: skip

        row = [cell.value for cell in load_workbook(io.BytesIO(export("xlsx"))).active[2]]
        line = list(csv.reader(io.StringIO(export("csv").decode("utf-8-sig"))))[1]

        shown = SecurityEvent.objects.filter(kind="number_shown", user=one.user, actor=finance_li)
        assert [line.details["reason"] for line in shown.order_by("pk")] == ["export xlsx", "export csv"]
        assert row[6:10] == ["=赵强", "6222020200112233", "工商银行", 30]
        assert line[6:10] == ["'=赵强", "6222020200112233", "工商银行", "30.00"]

    def test_a_whole_account_number_is_shown_once_for_a_reason_that_stays(self, client_of, finance_li, one):
        browser, page = client_of(finance_li), f"/admin/payments/withdrawal/{one.pk}/change/"
        ask = f"/admin/payments/withdrawal/{one.pk}/account/do/"
        assert one.account_no not in browser.get(page).text

        assert one.account_no not in browser.post(ask, {"text": " "}, follow=True).text
        assert not SecurityEvent.objects.filter(kind="number_shown").exists()
        assert one.account_no in browser.post(ask, {"text": "the bank asks"}, follow=True).text
        assert one.account_no not in browser.get(page).text

        line = SecurityEvent.objects.get(kind="number_shown")
        assert (line.user, line.actor) == (one.user, finance_li)
        assert line.details == {"number": "account", "withdrawal": one.no, "reason": "the bank asks"}

    def test_a_whole_account_number_is_not_for_support(self, client_of, operator_wang, one):
        response = self.do(client_of, operator_wang, one, "account")
        assert response.status_code in (403, 404)
        assert not SecurityEvent.objects.filter(kind="number_shown").exists()

    def test_many_are_approved_at_once_but_for_ones_own(self, client_of, finance_li, one):
        client_of(finance_li).post(
            "/admin/payments/withdrawal/", {"action": "approve_all", "_selected_action": [one.pk]}
        )
        one.refresh_from_db()
        assert one.status == "approved"
