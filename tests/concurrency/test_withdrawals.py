"""Two hundred equal requests at once are one withdrawal. PostgreSQL only."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection

from core.errors import DomainError
from payments import services
from payments.models import Account, Withdrawal
from payments.selectors import check_ledger
from payments.services import Payee, withdrawing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Kind = Account.Kind
REQUESTS, CROWD = 200, 20
CARD = Payee("bank", "赵强", "6222020200112233", "工商银行")


@pytest.fixture
def zhao(courier_zhao):
    services.transfer(
        key="wages",
        reason="earnings_released",
        moves=[
            (services.account(Kind.GATEWAY, gateway="sandbox"), -10_000),
            (services.account(Kind.COURIER_WITHDRAWABLE, user=courier_zhao.user), 10_000),
        ],
    )
    return courier_zhao.user


def rush(act, requests=REQUESTS) -> Counter:
    """act(0) … act(199) by twenty at a time; counts "ok" and the errors' names."""
    start = Barrier(CROWD)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            if number < CROWD:
                start.wait(20)
            act(number)
            return "ok"
        except (DomainError, IntegrityError) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        return Counter(pool.map(one, range(requests)))


def ask(zhao, campus, key, amount=3000):
    services.request_withdrawal(
        key=key, user=zhao, campus=campus, source="courier", amount=amount, payee=CARD
    )


def test_equal_requests_are_one(zhao, campus):
    assert rush(lambda n: ask(zhao, campus, "same")) == {"ok": REQUESTS}

    assert Withdrawal.objects.count() == 1
    assert services.balance(Kind.COURIER_WITHDRAWABLE, user=zhao) == 7000
    assert check_ledger() == []


def test_different_requests_take_what_there_is_and_no_fen_more(zhao, campus):
    assert rush(lambda n: ask(zhao, campus, f"k{n}"), 60) == {"ok": 3, "Invalid": 57}

    assert services.balance(Kind.COURIER_WITHDRAWABLE, user=zhao) == 1000
    assert check_ledger() == []


def test_without_the_lock_equal_requests_run_into_the_database(zhao, campus, monkeypatch):
    """The negative control: all look before anybody writes, and the unique key has to refuse."""
    everyone_has_looked = Barrier(CROWD)

    def unlocked(accounts):
        rows = {row.pk: row for row in Account.objects.filter(pk__in=[a.pk for a in accounts])}
        return rows

    find = Withdrawal.objects.filter

    def look(*args, **kwargs):
        found = find(*args, **kwargs)
        if set(kwargs) == {"key"}:
            found = list(found)
            try:
                everyone_has_looked.wait(20)
            except BrokenBarrierError:
                pytest.fail("the threads did not run at the same time")
            return type("Found", (), {"first": lambda self: found[0] if found else None})()
        return find(*args, **kwargs)

    monkeypatch.setattr(withdrawing, "lock_accounts", unlocked)
    monkeypatch.setattr(Withdrawal.objects, "filter", look)

    assert rush(lambda n: ask(zhao, campus, "same"), CROWD) == {"ok": 1, "IntegrityError": CROWD - 1}


def test_paid_by_one_sweep_of_many(zhao, campus, finance_li):
    one = services.request_withdrawal(
        key="k",
        user=zhao,
        campus=campus,
        source="courier",
        amount=3000,
        payee=Payee("sandbox", "赵强", "acc1234"),
    )
    services.approve_withdrawal(withdrawal=one, actor=finance_li)

    rush(lambda n: services.send_withdrawals(), CROWD)

    one.refresh_from_db()
    assert one.status == "paid"
    assert services.balance(Kind.WITHDRAWALS, gateway="sandbox") == 0
    assert check_ledger() == []
