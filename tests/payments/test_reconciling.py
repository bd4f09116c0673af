"""Comparing every night and by hand: what is found is kept once, told once, and settled when it is gone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from core import clock, outbox
from core.errors import Invalid, WrongState
from core.models import OutboxEvent
from notifications.models import Notice
from payments import gateways, ledger_constraints, services
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Discrepancy, Payment, Reconciliation, Refund, SandboxBill, SandboxRefund
from payments.reconciliation import check_bill, check_books, reconcile_due, settle_discrepancy

pytestmark = pytest.mark.django_db

GATEWAY = gateways.get("sandbox")
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def pay(student_lin, campus, simulated_clock):
    """pay(ref): Lin has paid ¥8 at the cashier; with `settle=False` nobody has told us."""

    def make(ref, settle=True):
        payment = services.start_payment(
            key=ref, ref=ref, purpose="order", user=student_lin, campus=campus, amount=800, gateway="sandbox",
            expires_at=clock.now() + timedelta(minutes=15), actor=student_lin,
        )  # fmt: skip
        GATEWAY.create(payment)
        bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
        if settle:
            services.settle_payment(payment_no=payment.no, amount=800, gateway_no=bill.no)
        return payment

    return make


@pytest.fixture
def next_day(simulated_clock):
    """next_day(): it is eleven in the morning of the following day, and what is due is done."""

    def go():
        simulated_clock.move_to((clock.now().astimezone(CHINA) + timedelta(days=1)).replace(hour=11))
        return reconcile_due()

    return go


def open_ones():
    return sorted(
        Discrepancy.objects.filter(status="open")
        .values_list("scope", "kind", "no", "fen", "ref")
        .order_by("pk")
    )


def events():
    return OutboxEvent.objects.filter(name="payments.discrepancy_found").count()


class TestNightly:
    def test_books_and_bills_are_done_once_a_day_each_at_its_time(self, pay, simulated_clock, finance_li):
        pay("A1")
        simulated_clock.move_to(datetime(2026, 11, 25, 3, 29, tzinfo=CHINA))
        assert reconcile_due() == 0
        simulated_clock.advance(minutes=2)
        assert reconcile_due() == 1
        simulated_clock.move_to(datetime(2026, 11, 25, 10, 31, tzinfo=CHINA))
        assert reconcile_due() == 1
        assert reconcile_due() == 0

        runs = Reconciliation.objects.order_by("pk").values_list(
            "scope", "since_day", "day", "status", "found"
        )
        assert list(runs) == [
            ("books", date(2026, 11, 23), TUESDAY, "done", 0),
            ("sandbox", date(2026, 11, 23), TUESDAY, "done", 0),
        ]
        assert Reconciliation.objects.get(scope="sandbox").lines == 1
        assert not Notice.objects.filter(kind="reconciliation").exists()

    def test_what_is_found_is_kept_and_told_once(self, pay, next_day, finance_li, operator_wang):
        payment = pay("A1")
        SandboxBill.objects.filter(payment_no=payment.no).update(amount=801)
        next_day()
        next_day()  # the second night looks at the same day again

        assert open_ones() == [("sandbox", "wrong_amount", payment.no, 1, "A1")]
        assert events() == 1
        assert list(
            Notice.objects.filter(kind="reconciliation").values_list("user__username", flat=True)
        ) == ["li"]
        discrepancy = Discrepancy.objects.get()
        assert (discrepancy.first.day, discrepancy.last.day) == (TUESDAY, WEDNESDAY)

    def test_a_bill_that_is_not_there_is_asked_for_again(self, pay, next_day, simulated_clock, monkeypatch):
        pay("A1")
        real = GATEWAY.download_bill
        monkeypatch.setattr(
            GATEWAY, "download_bill", lambda day: (_ for _ in ()).throw(gateways.GatewayError("no"))
        )
        assert next_day() == 1  # the books
        failed = Reconciliation.objects.get(scope="sandbox")
        assert (failed.status, failed.error) == ("failed", "no")
        monkeypatch.setattr(GATEWAY, "download_bill", real)
        assert reconcile_due() == 0  # not at once
        simulated_clock.advance(minutes=30)

        assert reconcile_due() == 1
        failed.refresh_from_db()
        assert (failed.status, failed.error, failed.lines) == ("done", "", 1)

    def test_days_that_were_missed_are_made_up_for(self, pay, next_day, simulated_clock):
        next_day()
        simulated_clock.advance(days=2)
        reconcile_due()

        days = Reconciliation.objects.filter(scope="sandbox").order_by("day").values_list("day", flat=True)
        assert list(days) == [TUESDAY, WEDNESDAY, date(2026, 11, 26)]
        books = Reconciliation.objects.filter(scope="books").values_list("day", flat=True)
        assert sorted(books) == [TUESDAY, date(2026, 11, 26)]

    def test_one_that_another_process_does_is_left_to_it(self, simulated_clock):
        Reconciliation.objects.create(
            scope="books",
            since_day=TUESDAY,
            day=TUESDAY,
            next_try_at=datetime(2026, 11, 25, 12, tzinfo=CHINA),
        )
        simulated_clock.move_to(datetime(2026, 11, 25, 9, tzinfo=CHINA))

        assert reconcile_due() == 0


class TestStuck:
    def test_a_payment_is_asked_about_first(self, pay, next_day):
        pay("A1", settle=False)  # paid at the cashier, and the callback got lost
        next_day()

        assert Payment.objects.get().status == "paid"
        assert open_ones() == []

    def test_one_about_which_nobody_answers_is_found(self, pay, next_day, monkeypatch):
        payment = pay("A1", settle=False)
        monkeypatch.setattr(
            GATEWAY, "close", lambda _payment: (_ for _ in ()).throw(gateways.GatewayError("down"))
        )
        next_day()

        # The bill knows more than our books: that is the other half of the same trouble.
        assert open_ones() == [
            ("books", "stuck_payment", payment.no, 800, "A1"),
            ("sandbox", "missing_here", payment.no, 800, "A1"),
        ]
        monkeypatch.undo()
        next_day()
        assert open_ones() == []
        assert Discrepancy.objects.filter(status="settled", settled_by=None).count() == 2

    @pytest.fixture
    def given_up(self, pay):
        pay("A1")
        (made,) = services.refund(key="r", ref="A1", amount=300, reason="cancelled")
        Refund.objects.filter(pk=made.pk).update(status="failed", attempts=8, error="no", next_try_at=None)
        return made

    def test_a_refund_that_has_arrived_after_all_is_booked(self, given_up, next_day):
        bill = SandboxBill.objects.get()
        SandboxRefund.objects.create(bill=bill, refund_no=given_up.no, amount=300, created_at=clock.now())
        next_day()

        given_up.refresh_from_db()
        assert given_up.status == "done"
        assert open_ones() == []

    def test_a_refund_that_has_not_is_found(self, given_up, next_day):
        next_day()

        assert open_ones() == [("books", "stuck_refund", given_up.no, 300, "A1")]


class TestBooks:
    def test_a_balance_that_its_entries_do_not_make(self, pay, request, supervisor_sun):
        pay("A1")
        request.getfixturevalue("unguarded")
        check_books(actor=supervisor_sun)
        missing = [
            ("books", "unguarded", name, 0, "")
            for name, *_rest in ledger_constraints.TRIGGERS[connection.vendor]
        ]
        assert open_ones() == sorted(missing)
        Account.objects.filter(code="escrow:A1").update(balance=799)
        check_books(actor=supervisor_sun)

        assert ("books", "balance", "escrow:A1", -1, "A1") in open_ones()

    def test_a_wallet_payment_that_took_another_order_s_money(
        self, campus, student_lin, wallet_money, supervisor_sun
    ):
        wallet_money(student_lin, 1000)
        payment = services.start_payment(
            key="A1", ref="A1", purpose="order", user=student_lin, campus=campus, amount=800, gateway="wallet"
        )
        Payment.objects.filter(pk=payment.pk).update(ref="B2")
        check_books(actor=supervisor_sun)

        kinds = {(kind, no) for _scope, kind, no, *_rest in open_ones()}
        assert {("wrong_payee", payment.no), ("paid", "A1"), ("paid", "B2")} <= kinds


class TestByHand:
    def test_a_day_is_compared_now(self, pay, simulated_clock, finance_li):
        payment = pay("A1")
        SandboxBill.objects.filter(payment_no=payment.no).delete()
        simulated_clock.advance(days=1)
        run = check_bill(gateway="sandbox", day=TUESDAY, actor=finance_li)

        assert (run.status, run.found, run.by_hand, run.actor) == ("done", 1, True, finance_li)
        assert open_ones() == [("sandbox", "missing_there", payment.no, 800, "A1")]

    def test_a_file_is_compared_with_its_day_only(self, pay, simulated_clock, finance_li):
        pay("A1")
        file = GATEWAY.download_bill(TUESDAY)
        simulated_clock.advance(days=1)
        run = check_bill(gateway="sandbox", day=TUESDAY, file=file, actor=finance_li)

        assert (run.since_day, run.day, run.lines, run.found) == (TUESDAY, TUESDAY, 1, 0)

    @pytest.mark.parametrize(
        "gateway, day", [("wallet", TUESDAY), ("alipay", TUESDAY), ("sandbox", WEDNESDAY)]
    )
    def test_what_has_no_bill_is_refused(self, gateway, day, simulated_clock, finance_li):
        simulated_clock.advance(days=1)

        with pytest.raises(Invalid):
            check_bill(gateway=gateway, day=day, actor=finance_li)
        assert not Reconciliation.objects.exists()

    def test_a_gateway_that_does_not_answer_is_said_so(self, simulated_clock, finance_li, monkeypatch):
        simulated_clock.advance(days=1)
        monkeypatch.setattr(
            GATEWAY, "download_bill", lambda day: (_ for _ in ()).throw(gateways.GatewayError("no"))
        )

        with pytest.raises(WrongState, match="upload it"):
            check_bill(gateway="sandbox", day=TUESDAY, actor=finance_li)

    def test_what_a_person_has_explained_does_not_come_back(self, pay, next_day, finance_li):
        payment = pay("A1")
        SandboxBill.objects.filter(payment_no=payment.no).delete()
        next_day()
        settle_discrepancy(discrepancy=Discrepancy.objects.get(), note="A test payment.", actor=finance_li)
        next_day()

        discrepancy = Discrepancy.objects.get()
        assert (discrepancy.status, discrepancy.note, discrepancy.settled_by) == (
            "settled",
            "A test payment.",
            finance_li,
        )
        with pytest.raises(WrongState):
            settle_discrepancy(discrepancy=discrepancy, note="Again.", actor=finance_li)

    def test_it_is_settled_with_words(self, pay, next_day, finance_li):
        SandboxBill.objects.filter(payment_no=pay("A1").no).delete()
        next_day()

        with pytest.raises(Invalid):
            settle_discrepancy(discrepancy=Discrepancy.objects.get(), note=" ", actor=finance_li)


class TestPages:
    COMPARE = "/admin/payments/reconciliation/compare/"

    @pytest.fixture
    def li(self, client_of, finance_li):
        return client_of(finance_li)

    def test_it_is_found_from_the_list(self, li):
        assert f'href="{self.COMPARE}"' in li.get("/admin/payments/reconciliation/").text

    def test_the_books(self, li, simulated_clock):
        response = li.post(self.COMPARE, {"scope": "books"}, follow=True)

        assert (
            response.redirect_chain[0][0]
            == f"/admin/payments/reconciliation/{Reconciliation.objects.get().pk}/change/"
        )
        assert "0 differences found." in response.text

    def test_an_uploaded_bill(self, li, pay, simulated_clock):
        payment = pay("A1")
        file = GATEWAY.download_bill(TUESDAY).replace(b"800", b"801")
        simulated_clock.advance(days=1)
        upload = SimpleUploadedFile("bill.csv", file, "text/csv")
        response = li.post(self.COMPARE, {"scope": "sandbox", "file": upload}, follow=True)

        assert "1 difference found." in response.text
        assert payment.no in response.text
        listed = li.get("/admin/payments/discrepancy/").text
        assert payment.no in listed
        assert "+¥0.01" in listed

    @pytest.mark.parametrize("body", [b"", b"hello", b"\0\xff", "kind,no,fen\r\n学,学,学".encode()])
    def test_a_file_that_is_none_is_said_so(self, li, simulated_clock, body):
        upload = SimpleUploadedFile("bill.csv", body, "text/csv")
        response = li.post(self.COMPARE, {"scope": "sandbox", "day": "2026-11-23", "file": upload})

        assert response.status_code == 422
        assert not Reconciliation.objects.exists()

    @pytest.mark.parametrize("data", [{}, {"scope": "wallet"}, {"scope": "sandbox", "day": "soon"}])
    def test_nonsense_is_said_so(self, li, data):
        assert li.post(self.COMPARE, data).status_code == 422

    @pytest.mark.parametrize("path", ["compare/", "", "1/change/"])
    def test_it_is_for_finance_only(self, client_of, operator_wang, path):
        assert client_of(operator_wang).get(f"/admin/payments/reconciliation/{path}").status_code in {
            302,
            403,
        }
        assert client_of(operator_wang).get("/admin/payments/discrepancy/").status_code == 403

    def test_a_finding_is_settled_on_its_page(self, li, pay, next_day):
        SandboxBill.objects.filter(payment_no=pay("A1").no).delete()
        next_day()
        discrepancy = Discrepancy.objects.get()
        page = f"/admin/payments/discrepancy/{discrepancy.pk}/change/"
        shown = li.get(page).text
        assert "Settle" in shown
        assert "unexplained" in shown
        assert "(&#x27;" not in shown
        url = reverse("admin:payments_discrepancy_settle", args=[discrepancy.pk])
        li.post(url, {"_form_submitted": "on", "note": "A test payment."})

        discrepancy.refresh_from_db()
        assert (discrepancy.status, discrepancy.note) == ("settled", "A test payment.")
        assert li.get(page).status_code == 200

    def test_the_lists_cost_the_same_for_many(self, li, pay, next_day, django_assert_max_num_queries):
        for n in range(12):
            SandboxBill.objects.filter(payment_no=pay(f"A{n}").no).delete()
        with outbox.deferred_delivery():
            next_day()
        li.get("/admin/payments/discrepancy/")

        with django_assert_max_num_queries(16):
            li.get("/admin/payments/discrepancy/")
