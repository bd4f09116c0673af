"""What the database itself keeps of the ledger, on PostgreSQL and SQLite alike: direct SQL against it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from payments import ledger_constraints, services
from payments.models import Account, Entry, Transfer
from payments.selectors import check_ledger
from tests.payments import guarding

pytestmark = pytest.mark.django_db(transaction=True)

Kind = Account.Kind


@pytest.fixture
def ledger_accounts(db):
    """(the cashier's account, a guarded one with 500 fen in it)"""
    gateway = services.account(Kind.GATEWAY, gateway="sandbox")
    escrow = services.account(Kind.ESCROW, ref="A1")
    services.transfer(key="t1", reason="topup", moves=[(gateway, -500), (escrow, 500)])
    return gateway, escrow


def sql(*statements: str) -> None:
    """As somebody with a database console would, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# Numbers that no test run comes to by itself, and that move no sequence: SQLite goes on counting from the highest one
# it ever saw, also in the tests after this one.
def transfer(number: int = -9) -> str:
    return (
        "INSERT INTO payments_transfer (id, key, reason, ref, note, created_at)"
        f" VALUES ({number}, 'by-hand-{number}', 'gift', '', '', '2026-11-24 10:00:00')"
    )


def entry(ledger_account: Account, fen: int, number: int = -9) -> str:
    return f"INSERT INTO payments_entry (transfer_id, account_id, amount) VALUES ({number}, {ledger_account.pk}, {fen})"


def balances(ledger_accounts) -> list[int]:
    return [Account.objects.get(pk=ledger_account.pk).balance for ledger_account in ledger_accounts]


@pytest.fixture
def refused(ledger_accounts):
    """refused(*statements): the database says no, and nothing has changed."""

    def check(*statements, match=None):
        before = (Transfer.objects.count(), Entry.objects.count(), balances(ledger_accounts))
        with pytest.raises(DatabaseError, match=match):
            sql(*statements)
        assert (Transfer.objects.count(), Entry.objects.count(), balances(ledger_accounts)) == before
        assert check_ledger() == []

    return check


def test_a_whole_transfer_passes_and_moves_the_balances(ledger_accounts):
    gateway, escrow = ledger_accounts
    sql(transfer(), entry(gateway, -7), entry(escrow, 7))

    assert balances(ledger_accounts) == [-507, 507]
    assert check_ledger() == []


def test_the_order_of_the_entries_does_not_matter(ledger_accounts):
    gateway, escrow = ledger_accounts
    third = services.account(Kind.GATEWAY, gateway="alipay")
    sql(transfer(), entry(escrow, 7), entry(gateway, -3), entry(third, -4))

    assert balances(ledger_accounts) == [-503, 507]


class TestUnbalanced:
    def test_one_side_only(self, ledger_accounts, refused):
        refused(transfer(), entry(ledger_accounts[0], 5))

    def test_two_sides_one_fen_apart(self, ledger_accounts, refused):
        refused(transfer(), entry(ledger_accounts[0], -5), entry(ledger_accounts[1], 6))

    def test_no_side_at_all(self, refused):
        refused(transfer())

    def test_one_more_entry_of_an_old_transfer(self, ledger_accounts, refused):
        number = Transfer.objects.get().pk
        other = services.account(Kind.GATEWAY, gateway="alipay")
        refused(entry(other, 5, number))

    def test_the_good_one_beside_a_bad_one_does_not_pass_either(self, ledger_accounts, refused):
        refused(
            transfer(-1),
            entry(ledger_accounts[0], -1, -1),
            entry(ledger_accounts[1], 1, -1),
            transfer(-2),
            entry(ledger_accounts[0], 1, -2),
        )

    def test_two_wrongs_do_not_make_a_right(self, ledger_accounts, refused):
        """Together they add up; each alone does not."""
        refused(
            transfer(-1),
            entry(ledger_accounts[0], -5, -1),
            transfer(-2),
            entry(ledger_accounts[1], 5, -2),
        )

    def test_what_was_rolled_back_to_a_savepoint_does_not_count(self, ledger_accounts):
        gateway, escrow = ledger_accounts
        with transaction.atomic():
            sql(transfer(-1), entry(gateway, -1, -1), entry(escrow, 1, -1))
            savepoint = transaction.savepoint()
            sql(transfer(-2), entry(gateway, -9, -2))
            transaction.savepoint_rollback(savepoint)

        assert balances(ledger_accounts) == [-501, 501]
        assert check_ledger() == []


class TestThePast:
    @pytest.mark.parametrize("table", ["payments_entry", "payments_transfer"])
    @pytest.mark.parametrize(
        "change", ["UPDATE {} SET id = id", "DELETE FROM {}", "UPDATE {} SET id = id + 1000"], ids=str
    )
    def test_is_neither_changed_nor_deleted(self, refused, table, change):
        refused(change.format(table), match="append-only")

    @pytest.mark.postgres
    @pytest.mark.parametrize("table", ["payments_entry", "payments_transfer"])
    def test_is_not_truncated(self, refused, table):
        refused(f"TRUNCATE {table} CASCADE", match="append-only")

    def test_an_account_with_a_past_stays(self, ledger_accounts, refused):
        refused(f"DELETE FROM payments_account WHERE id = {ledger_accounts[1].pk}")


class TestOverdraft:
    def test_by_an_entry(self, ledger_accounts, refused):
        gateway, escrow = ledger_accounts
        refused(transfer(), entry(escrow, -501), entry(gateway, 501), match="account_no_overdraft")

    def test_by_two_transfers_in_one_go(self, ledger_accounts, refused):
        gateway, escrow = ledger_accounts
        refused(
            transfer(-1), entry(escrow, -300, -1), entry(gateway, 300, -1),
            transfer(-2), entry(escrow, -300, -2), entry(gateway, 300, -2),
            match="account_no_overdraft",
        )  # fmt: skip

    @pytest.mark.parametrize("fen", [499, 501, -1, 0])
    def test_a_balance_is_not_written_by_hand(self, ledger_accounts, refused, fen):
        refused(f"UPDATE payments_account SET balance = {fen} WHERE id = {ledger_accounts[1].pk}")

    def test_a_guarded_account_stays_guarded(self, ledger_accounts, refused):
        off = "false" if connection.vendor == "postgresql" else "0"
        refused(
            f"UPDATE payments_account SET guarded = {off} WHERE id = {ledger_accounts[1].pk}",
            match="stays guarded",
        )

    def test_an_account_starts_empty(self, ledger_accounts):
        with pytest.raises(IntegrityError, match="what its entries make"):
            Account.objects.create(code="escrow:B2", kind=Kind.ESCROW, balance=5)

    def test_to_the_last_fen_is_none(self, ledger_accounts):
        gateway, escrow = ledger_accounts
        sql(transfer(), entry(escrow, -500), entry(gateway, 500))

        assert balances(ledger_accounts) == [0, 0]

    def test_the_cashiers_pot_may_run_below_zero(self, ledger_accounts):
        gateway, escrow = ledger_accounts
        sql(transfer(), entry(gateway, -10_000), entry(escrow, 10_000))

        assert balances(ledger_accounts) == [-10_500, 10_500]


@given(
    moves=st.lists(st.tuples(st.integers(0, 2), st.integers(-600, 600).filter(bool)), min_size=1, max_size=4)
)
def test_whatever_somebody_writes_only_a_transfer_passes(transactional_db, moves):
    """Any entries at all: they pass exactly if they add up, meet no account twice and overdraw nobody on the way."""
    guarding.take_off()
    with connection.cursor() as cursor:
        for table in ("payments_entry", "payments_transfer", "payments_account"):
            cursor.execute(f"DELETE FROM {table}")
    guarding.put_on()
    ledger_accounts = [
        services.account(Kind.GATEWAY, gateway="sandbox"),
        services.account(Kind.ESCROW, ref="A1"),
        services.account(Kind.ESCROW, ref="B2"),
    ]
    services.transfer(key="t1", reason="topup", moves=[(ledger_accounts[0], -500), (ledger_accounts[1], 500)])
    model, fits = [-500, 500, 0], True
    for number, fen in moves:
        model[number] += fen
        fits &= number == 0 or model[number] >= 0
    fits &= sum(fen for _pot, fen in moves) == 0 and len({number for number, _fen in moves}) == len(moves)

    if fits:
        sql(transfer(), *(entry(ledger_accounts[number], fen) for number, fen in moves))
        assert balances(ledger_accounts) == model
    else:
        with pytest.raises(DatabaseError):
            sql(transfer(), *(entry(ledger_accounts[number], fen) for number, fen in moves))
        assert balances(ledger_accounts) == [-500, 500, 0]
    assert check_ledger() == []


def test_the_rules_are_there_after_all_migrations_and_after_the_emptying_between_tests(db):
    assert ledger_constraints.missing(connection) == []


def test_a_rule_that_was_taken_away_is_named(db):
    name, create, drop = ledger_constraints.TRIGGERS[connection.vendor][0]
    with connection.cursor() as cursor:
        cursor.execute(drop)
        try:
            assert ledger_constraints.missing(connection) == [name]
        finally:
            cursor.execute(create)
