"""Many pull at the same money at once. PostgreSQL only: SQLite writes one transaction after the other anyway."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection

from core.errors import DomainError
from payments import services
from payments.models import Account, Refund, Transfer
from payments.selectors import check_ledger
from payments.services import ledger

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 16
Kind = Account.Kind


def together(act: Callable[[int], object]) -> Counter:
    """Do act(0), act(1), … in as many threads at the same moment; counts "ok" and the errors' names."""
    start = Barrier(CROWD)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            start.wait(20)
            act(number)
            return "ok"
        except (DomainError, IntegrityError) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        return Counter(pool.map(one, range(CROWD)))


@pytest.fixture
def ledger_accounts(student_lin, wallet_money):
    """Lin's wallet with ¥10, and the cashier."""
    wallet_money(student_lin, 1000)
    return services.account(Kind.WALLET, user=student_lin), services.account(Kind.GATEWAY, gateway="sandbox")


def take(ledger_accounts, key, fen=100):
    wallet, cashier = ledger_accounts
    services.transfer(key=key, reason="gift", moves=[(wallet, -fen), (cashier, fen)])


def test_one_key_moves_money_once(ledger_accounts, student_lin):
    assert together(lambda n: take(ledger_accounts, "once")) == {"ok": CROWD}

    assert Transfer.objects.filter(key="once").count() == 1
    assert services.balance(Kind.WALLET, user=student_lin) == 900
    assert check_ledger() == []


def test_a_wallet_gives_what_it_has_and_not_a_fen_more(ledger_accounts, student_lin):
    assert together(lambda n: take(ledger_accounts, f"take-{n}")) == {"ok": 10, "Invalid": CROWD - 10}

    assert services.balance(Kind.WALLET, user=student_lin) == 0
    assert check_ledger() == []


def test_without_the_lock_only_the_database_stands_in_between(ledger_accounts, monkeypatch):
    """The negative control: everyone reads the balance before anyone writes, and the CHECK has to refuse."""
    everyone_has_read = Barrier(CROWD)

    def unlocked(accounts):
        rows = {row.pk: row for row in Account.objects.filter(pk__in=[a.pk for a in accounts])}
        try:
            everyone_has_read.wait(20)
        except BrokenBarrierError:
            pytest.fail("the threads did not run at the same time")
        return rows

    monkeypatch.setattr(ledger, "lock_accounts", unlocked)

    outcome = together(lambda n: take(ledger_accounts, f"take-{n}"))

    assert outcome == {"ok": 10, "IntegrityError": CROWD - 10}


def test_an_account_is_made_once(student_mei):
    assert together(lambda n: services.account(Kind.WALLET, user=student_mei)) == {"ok": CROWD}

    assert Account.objects.filter(kind=Kind.WALLET, user=student_mei).count() == 1


def test_money_going_both_ways_never_blocks_for_good(ledger_accounts, student_mei, wallet_money):
    wallet_money(student_mei, 1000)
    other = services.account(Kind.WALLET, user=student_mei)

    def swap(number):
        a, b = (ledger_accounts[0], other) if number % 2 else (other, ledger_accounts[0])
        services.transfer(key=f"swap-{number}", reason="gift", moves=[(a, -50), (b, 50)])

    assert together(swap) == {"ok": CROWD}
    assert check_ledger() == []


def test_many_refunds_at_once_never_exceed_what_was_paid(ledger_accounts, student_lin, campus):
    services.start_payment(
        key="k", ref="R1", purpose="order", user=student_lin, campus=campus, amount=1000, gateway="wallet"
    )

    outcome = together(lambda n: services.refund(key=f"r{n}", ref="R1", amount=300, reason="cancelled"))

    assert outcome == {"ok": 3, "Invalid": CROWD - 3}
    assert sum(refund.amount for refund in Refund.objects.all()) == 900
    assert services.balance(Kind.WALLET, user=student_lin) == 900
    assert check_ledger() == []


def test_one_payment_request_from_many_taps_pays_once(ledger_accounts, student_lin, campus):
    def pay(number):
        services.start_payment(
            key="tap",
            ref="R1",
            purpose="order",
            user=student_lin,
            campus=campus,
            amount=400,
            gateway="wallet",
        )

    assert together(pay) == {"ok": CROWD}
    assert services.balance(Kind.ESCROW, ref="R1") == 400
