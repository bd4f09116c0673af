"""The books in the admin: who may look, and the one button there is."""

import pytest

from payments import services
from payments.models import Account, Refund, Transfer
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BOOKS = ["account", "transfer", "gatewaynotice"]
SUPPORT_TOO = ["payment", "refund"]


@pytest.fixture
def paid(student_lin, campus, wallet_money):
    wallet_money(student_lin, 1000)
    return services.start_payment(
        key="k", ref="ORDER1", purpose="order", user=student_lin, campus=campus, amount=800, gateway="wallet"
    )


@pytest.fixture
def failed(paid):
    return Refund.objects.create(payment=paid, key="r", amount=100, reason="cancelled", status="failed")


@pytest.mark.parametrize("model", BOOKS + SUPPORT_TOO)
def test_finance_looks_at_everything(client_of, finance_li, paid, failed, model):
    assert client_of(finance_li).get(f"/admin/payments/{model}/").status_code == 200


@pytest.mark.parametrize("model, status", [*((m, 403) for m in BOOKS), *((m, 200) for m in SUPPORT_TOO)])
def test_support_sees_payments_but_not_the_books(client_of, operator_wang, paid, model, status):
    assert client_of(operator_wang).get(f"/admin/payments/{model}/").status_code == status


@pytest.mark.parametrize("model", BOOKS + SUPPORT_TOO)
def test_students_see_nothing(client_of, student_lin, model):
    assert client_of(student_lin).get(f"/admin/payments/{model}/").status_code == 302


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_nobody_writes_the_books_by_hand(client_of, supervisor_sun, paid, path):
    transfer = Transfer.objects.last()

    for user in (supervisor_sun, UserFactory(username="root", is_staff=True, is_superuser=True)):
        response = client_of(user).post(
            f"/admin/payments/transfer/{path.format(pk=transfer.pk)}", {"post": "yes"}
        )
        assert response.status_code == 403
    assert Transfer.objects.filter(pk=transfer.pk).exists()


def test_each_row_can_be_opened(client_of, finance_li, paid, failed):
    browser = client_of(finance_li)
    wallet = Account.objects.get(kind="wallet")

    assert "¥2" in browser.get(f"/admin/payments/account/{wallet.pk}/change/").text
    assert "Money story" in browser.get(f"/admin/payments/payment/{paid.pk}/change/").text
    assert browser.get(f"/admin/payments/refund/{failed.pk}/change/").status_code == 200
    assert browser.get(f"/admin/payments/transfer/{Transfer.objects.last().pk}/change/").status_code == 200


def test_the_story_is_told_in_sentences(client_of, operator_wang, paid):
    page = client_of(operator_wang).get("/admin/payments/payment/story/ORDER1/").text

    assert "Paid for an order: customer wallet (林晓) → order escrow" in page
    assert "¥8 is still held for the order." in page


def test_there_is_no_story_of_nothing(client_of, operator_wang):
    assert client_of(operator_wang).get("/admin/payments/payment/story/NOTHING/").status_code == 404


class TestAnotherCampus:
    @pytest.fixture
    def stranger(self, other_campus):
        from accounts.models import StaffRole
        from tests.factories import StaffRoleFactory

        user = UserFactory(username="far", is_staff=True)
        StaffRoleFactory(user=user, campus=other_campus, role=StaffRole.Role.FINANCE)
        return user

    @pytest.mark.parametrize("model", ["payment", "refund", "account", "transfer"])
    def test_its_money_is_not_seen(self, client_of, stranger, paid, failed, model):
        page = client_of(stranger).get(f"/admin/payments/{model}/").text

        assert "ORDER1" not in page
        assert "wallet:" not in page

    def test_nor_its_stories(self, client_of, stranger, paid):
        assert client_of(stranger).get("/admin/payments/payment/story/ORDER1/").status_code == 404


class TestSendAgain:
    def press(self, browser, refund):
        data = {"action": "send_again", "_selected_action": [refund.pk]}
        return browser.post("/admin/payments/refund/", data, follow=True).text

    def test_finance_may(self, client_of, finance_li, failed):
        assert "1 refund is sent again" in self.press(client_of(finance_li), failed)

        failed.refresh_from_db()
        assert failed.status == "queued"

    def test_support_may_not(self, client_of, operator_wang, failed):
        self.press(client_of(operator_wang), failed)

        failed.refresh_from_db()
        assert failed.status == "failed"

    def test_what_has_arrived_is_left_alone(self, client_of, finance_li, failed):
        failed.finish()
        failed.save()

        assert "nothing to send again" in self.press(client_of(finance_li), failed)
