"""What a merchant sells through the platform: booked at hand-over, free after the complaint window, settled by day."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from catalog.models import CommissionRule, Merchant
from catalog.selectors import commission_rule, partner_at
from core.errors import Invalid, NotAllowed
from core.versioning import publish_version
from payments import services
from payments.models import Account, Sale, Settlement, Withdrawal
from payments.selectors import check_ledger
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Kind = Account.Kind
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def zhou(campus):
    return UserFactory(username="zhou", name="周师傅", campus=campus)


@pytest.fixture
def shop(campus, places, zhou):
    made = Merchant.objects.create(
        campus=campus, place=places.print_shop, name="图文打印店", kind="shop", errands_on_account=True,
        payee_holder="周师傅", payee_account="6222020200112233", payee_bank="工商银行",
    )  # fmt: skip
    made.owners.add(zhou)
    return made


@pytest.fixture
def rule(campus, shop):
    return publish_version(CommissionRule(campus=campus, percent=8))


@pytest.fixture
def sell(shop, rule, student_lin, campus, wallet_money, simulated_clock):
    """sell(fen, ref): handed over and, a day later, free."""

    def make(fen=2000, ref="ORDER1", free=True) -> Sale:
        wallet_money(student_lin, fen)
        services.start_payment(
            key=f"p:{ref}",
            ref=ref,
            purpose="order",
            user=student_lin,
            campus=campus,
            amount=fen,
            gateway="wallet",
        )
        sale = services.book_sale(ref=ref, merchant=shop, rule=commission_rule(shop), goods_fen=fen)
        if free:
            services.release_sale(ref=ref)
        sale.refresh_from_db()
        return sale

    return make


def payable(shop):
    return services.balance(Kind.MERCHANT_PAYABLE, merchant=shop)


class TestSale:
    def test_goes_to_the_merchant_less_the_commission(self, sell, shop, campus, rule):
        sale = sell(free=False)

        assert (sale.commission_fen, sale.rule) == (160, rule)
        assert (payable(shop), services.balance(Kind.PLATFORM_INCOME, campus=campus)) == (1840, 160)
        assert services.balance(Kind.ESCROW, ref="ORDER1") == 0
        assert check_ledger() == []

    def test_is_booked_once(self, sell, shop, rule):
        first = sell()

        assert services.book_sale(ref="ORDER1", merchant=shop, rule=rule, goods_fen=2000) == first
        with pytest.raises(Invalid, match="already used"):
            services.book_sale(ref="ORDER1", merchant=shop, rule=rule, goods_fen=1999)
        assert payable(shop) == 1840

    def test_not_beyond_what_is_held(self, shop, rule):
        with pytest.raises(Invalid, match="not enough money"):
            services.book_sale(ref="ORDER9", merchant=shop, rule=rule, goods_fen=1)
        assert not Sale.objects.exists()

    def test_keeps_the_rule_of_its_hour(self, sell, rule, campus):
        first = sell()
        publish_version(CommissionRule.objects.get(pk=rule.pk))
        dearer = CommissionRule.objects.get(status="live")
        dearer.percent = 20
        publish_version(dearer)
        second = sell(ref="ORDER2")

        assert (first.commission_fen, second.commission_fen) == (160, 400)
        assert (first.rule.percent, second.rule.percent, second.rule.version) == (8, 20, 3)
        assert not first.rule.in_force

    def test_a_complaint_is_borne_by_the_merchant_up_to_the_sale(self, sell, shop, student_lin, campus):
        sell()
        services.compensate(
            key="c", ref="ORDER1", user=student_lin, campus=campus, amount=2000, borne_by="merchant"
        )

        sale = Sale.objects.get()
        assert (sale.charged_fen, sale.net_fen, payable(shop)) == (1840, 0, 0)
        assert services.balance(Kind.PLATFORM_COMPENSATION, campus=campus) == -160
        assert check_ledger() == []

    def test_once_settled_the_platform_bears_it(self, sell, shop, student_lin, campus):
        sell()
        services.settle_day(TODAY)
        services.compensate(
            key="c", ref="ORDER1", user=student_lin, campus=campus, amount=500, borne_by="merchant"
        )
        assert payable(shop) == 1840


def test_the_narrowest_rule_counts(campus, shop):
    assert commission_rule(shop) is None
    for fields in ({}, {"kind": "shop"}, {"merchant": shop}):
        made = publish_version(CommissionRule(campus=campus, percent=5, **fields))
        assert commission_rule(shop) == made
    publish_version(CommissionRule(campus=campus, kind="stall", percent=1))
    assert commission_rule(shop).merchant == shop


class TestSettlement:
    def test_takes_what_is_free_and_nothing_twice(self, sell, shop, simulated_clock):
        sell(2000, "A")
        sell(1000, "B")
        sell(500, "C", free=False)

        assert (services.settle_day(TODAY), services.settle_day(TODAY)) == (1, 0)

        one = Settlement.objects.get()
        assert (one.day, one.sales_count, one.goods_fen, one.commission_fen) == (TODAY, 2, 3000, 240)
        simulated_clock.advance(hours=24)
        services.release_sale(ref="C")
        services.settle_day(TOMORROW)
        assert Settlement.objects.first().goods_fen == 500
        assert sum(one.net_fen for one in Settlement.objects.all()) == payable(shop)

    def test_what_comes_after_the_day_was_settled_belongs_to_the_next(self, sell):
        sell(2000, "A")
        services.settle_day(TODAY)
        sell(1000, "B")

        assert services.settle_day(TODAY) == 0
        assert services.settle_day(TOMORROW) == 1

    def test_is_paid_by_one_person_and_approved_by_another(
        self, sell, shop, finance_li, supervisor_sun, zhou
    ):
        sell()
        services.settle_day(TODAY)
        one = Settlement.objects.get()

        asked = services.request_payout(settlement=one, actor=finance_li)
        assert services.request_payout(settlement=one, actor=finance_li) == asked

        assert (asked.amount, asked.account_no, payable(shop)) == (1840, "6222020200112233", 0)
        for nobody in (finance_li, zhou):
            with pytest.raises(NotAllowed):
                services.approve_withdrawal(withdrawal=asked, actor=nobody)
        services.approve_withdrawal(withdrawal=asked, actor=supervisor_sun)
        services.book_paid(withdrawal=asked, actor=finance_li, gateway_no="B1")
        one.refresh_from_db()
        assert one.standing == "paid"
        assert check_ledger() == []

    def test_what_came_back_is_asked_for_again(self, sell, shop, finance_li, supervisor_sun):
        sell()
        services.settle_day(TODAY)
        one = Settlement.objects.get()
        first = services.request_payout(settlement=one, actor=finance_li)
        services.refuse_withdrawal(withdrawal=first, actor=supervisor_sun, reason="Wrong bank")

        assert payable(shop) == 1840
        second = services.request_payout(settlement=one, actor=finance_li)
        assert second != first
        assert Withdrawal.objects.count() == 2

    def test_not_without_an_account(self, sell, shop, finance_li):
        Merchant.objects.update(payee_account="")
        sell()
        services.settle_day(TODAY)

        with pytest.raises(Invalid, match="owner and account"):
            services.request_payout(settlement=Settlement.objects.get(), actor=finance_li)


class TestPages:
    @pytest.fixture
    def one(self, sell):
        sell(2000, "A")
        sell(1000, "B")
        services.settle_day(TODAY)
        return Settlement.objects.get()

    def test_the_owner_sees_and_downloads_it(self, client_of, one, zhou, sell):
        sell(700, "C")
        browser = client_of(zhou)

        page = browser.get("/m/settlement/").text
        assert "¥27.6" in page
        assert "¥6.44" in page
        assert "commission ¥1.6" in browser.get(f"/m/settlement/{one.no}/").text
        file = browser.get(f"/m/settlement/{one.no}/?format=xlsx").content
        rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(file)).active.rows]
        assert [row[0] for row in rows[1:]] == ["A", "B", "total"]
        assert rows[3][2:4] == [30, 2.4]
        assert rows[3][6] == 27.6
        assert "/m/settlement/" in browser.get("/me/").text

    def test_nobody_else_finds_it(self, client_of, one, student_lin):
        browser = client_of(student_lin)

        assert browser.get("/m/settlement/").status_code == 404
        assert browser.get(f"/m/settlement/{one.no}/").status_code == 404
        assert "/m/settlement/" not in browser.get("/me/").text

    def test_finance_asks_for_the_payment(self, client_of, one, finance_li, operator_wang):
        address = f"/admin/payments/settlement/{one.pk}"
        browser = client_of(finance_li)

        assert browser.get(f"{address}/pay/").status_code == 403
        assert client_of(operator_wang).post(f"{address}/pay/").status_code in (403, 404)
        assert "Another person" in browser.post(f"{address}/pay/", follow=True).text
        assert "6222020200112233" not in browser.get(f"{address}/change/").text
        assert browser.get(f"{address}/statement.xlsx").status_code == 200
        assert browser.get(f"{address}/statement.pdf").status_code == 404
        assert Withdrawal.objects.get().requested_by == finance_li

    def test_the_merchants_account_is_masked_and_replaced(self, client_of, shop, supervisor_sun):
        browser, address = client_of(supervisor_sun), f"/admin/catalog/merchant/{shop.pk}/change/"
        page = browser.get(address).text
        assert "**** 2233" in page
        assert "6222020200112233" not in page

        fields = {
            "name": shop.name, "name_en": "", "place": shop.place_id, "kind": "shop", "status": "active",
            "errands_on_account": "on", "payee_channel": "bank", "payee_holder": "周", "payee_bank": "b",
            "new_account": "6222 0000 0000 1111", "owners": [],
        }  # fmt: skip
        assert browser.post(address, fields).status_code == 302
        shop.refresh_from_db()
        assert shop.payee_account == "6222000000001111"

    def test_a_changed_rule_is_a_new_version(self, client_of, rule, supervisor_sun, finance_li):
        address = f"/admin/catalog/commissionrule/{rule.pk}/change/"
        assert client_of(supervisor_sun).post(address, {"percent": 12}).status_code == 302
        assert client_of(finance_li).post(address, {"percent": 1}).status_code == 403

        rule.refresh_from_db()
        assert (rule.percent, rule.in_force) == (8, False)
        assert CommissionRule.objects.get(status="live").percent == 12


def test_a_suspended_shop_is_no_partner(shop, places):
    assert partner_at(places.print_shop) == shop
    shop.status = Merchant.Status.SUSPENDED
    shop.save()
    assert partner_at(places.print_shop) is None
    assert partner_at(None) is None


class TestStory:
    def test_every_fen_is_somewhere(self, client_of, sell, finance_li, shop):
        sell()
        page = client_of(finance_li).get("/admin/payments/payment/story/ORDER1/").text

        assert "All of ¥20 is accounted for" in page
        assert "merchant payable (图文打印店)" in page
        assert "¥18.4" in page

    def test_takes_pay_back(self, client_of, campus, finance_li, operator_wang, courier_zhao, sell):
        sell()
        earned = services.account(Kind.COURIER_EARNINGS, user=courier_zhao.user)
        income = services.account(Kind.PLATFORM_INCOME, campus=campus)
        services.transfer(key="f", reason="courier_fee", ref="ORDER1", moves=[(income, -400), (earned, 400)])
        address = "/admin/payments/payment/story/ORDER1/"
        fields = {"courier": courier_zhao.user_id, "amount": "3", "text": "Never delivered", "press": "P1"}

        assert "Take pay back" not in client_of(operator_wang).get(address).text
        assert client_of(operator_wang).post(address + "claw-back/", fields).status_code == 403
        browser = client_of(finance_li)
        assert "Take pay back" in browser.get(address).text
        assert (
            "Enter an amount"
            in browser.post(address + "claw-back/", fields | {"amount": "😀"}, follow=True).text
        )
        for _ in range(2):
            browser.post(address + "claw-back/", fields)

        assert services.balance(Kind.COURIER_EARNINGS, user=courier_zhao.user) == 100
        notice = courier_zhao.user.notices.get(kind="clawback")
        assert notice.body == "Never delivered"
        assert browser.post(address + "claw-back/", fields | {"courier": "x"}).status_code == 404


def test_a_night_without_a_settlement_is_made_up_for(sell, simulated_clock):
    from payments.tasks import settle_yesterday

    sell()
    simulated_clock.advance(days=3)
    assert settle_yesterday() == 1
    assert Settlement.objects.get().day == TODAY + timedelta(days=2)


def test_the_pages_ask_as_much_for_many_sales_as_for_few(sell, zhou, client, simulated_clock):
    def asked() -> list[int]:
        pages = [
            reverse("payments:settlements"),
            reverse("payments:settlement", args=[Settlement.objects.latest("pk").no]),
        ]
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    client.force_login(zhou)
    sell(ref="FIRST")
    services.settle_day(TOMORROW)
    sell(ref="WAITS")
    few = asked()
    for n in range(6):
        simulated_clock.advance(days=1)
        for m in range(n + 1):
            sell(ref=f"DAY{n}-{m}")
        services.settle_day(TOMORROW + timedelta(days=n + 1))
    sell(ref="WAITS-TOO")
    assert asked() == few
