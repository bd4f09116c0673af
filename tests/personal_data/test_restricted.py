"""What the law wants kept of somebody erased: encrypted, apart, for few, for a reason, for a time."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts import services as accounts
from accounts.models import RestrictedRecord
from core import personal_data, retention
from tests.chat.conftest import carried, deliver, library, place  # noqa: F401  (fixtures)
from tests.factories import UserFactory


@pytest.fixture
def record(carried, deliver, student_lin, wallet_money, settings, simulated_clock):  # noqa: F811
    """Lin bought something and was erased."""
    settings.STAFF_SECOND_FACTOR = False
    from payments.models import Account
    from payments.services import account, transfer

    deliver(carried)
    wallet = Account.objects.get(user=student_lin, kind="wallet")
    gateway = account("gateway", gateway="sandbox")
    transfer(key="spent", reason="withdrawal", moves=[(wallet, -wallet.balance), (gateway, wallet.balance)])
    accounts.erase_person(user=student_lin)
    return RestrictedRecord.objects.get(user=student_lin)


def test_it_says_who_was_the_party_of_what(record, carried, student_lin):  # noqa: F811
    said = json.loads(record.content)
    assert (said["name"], said["phone"]) == ("林晓", student_lin.phone)
    assert [order["no"] for order in said["orders"]] == [carried.no]


def test_who_bought_nothing_leaves_nothing(db):
    somebody = UserFactory()
    accounts.erase_person(user=somebody)
    assert not RestrictedRecord.objects.exists()


def test_the_list_shows_numbers_only(record, client_of, finance_li, student_lin):
    page = client_of(finance_li).get(reverse("admin:accounts_restrictedrecord_changelist")).content.decode()
    assert f"#{record.user_id}" in page
    assert "林晓" not in page


def test_it_is_read_for_a_reason_that_stays(record, client_of, finance_li):
    desk, page = client_of(finance_li), reverse("admin:accounts_restrictedrecord_read", args=[record.pk])
    for answer in (desk.get(page), desk.post(page, {"reason": " "})):
        assert "林晓" not in answer.content.decode()
    answer = desk.post(page, {"reason": "the tax office asks"})
    assert "林晓" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "the tax office asks" in LogEntry.objects.latest("pk").change_message
    text = answer.content.decode()
    for words in ("Fetch a parcel", "wallet"):
        assert f">{words}</td>" in text
    assert "The person" in text
    assert "About you" not in text


def test_not_by_support_nor_by_another_campus(record, client_of, operator_wang, other_campus):
    from tests.factories import StaffRoleFactory

    stranger = UserFactory(is_staff=True)
    StaffRoleFactory(user=stranger, campus=other_campus, role="supervisor")
    page = reverse("admin:accounts_restrictedrecord_read", args=[record.pk])
    for user in (operator_wang, stranger):
        answer = client_of(user).post(page, {"reason": "curious"})
        assert answer.status_code in (403, 404)
        assert "林晓" not in answer.content.decode()


def test_it_goes_when_the_law_wants_it_no_more(record, simulated_clock):
    simulated_clock.advance(days=personal_data.period("transactions").days - 1)
    retention.run()
    assert RestrictedRecord.objects.exists()
    simulated_clock.advance(days=2)
    retention.run()
    assert not RestrictedRecord.objects.exists()
