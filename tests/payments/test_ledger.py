"""Money never appears, never vanishes, and never moves twice."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from payments import services
from payments.models import Account, Transfer
from payments.selectors import check_ledger
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

Kind = Account.Kind


@pytest.fixture
def gateway():
    return services.account(Kind.GATEWAY, gateway="sandbox")


@pytest.fixture
def wallet(student_lin):
    return services.account(Kind.WALLET, user=student_lin)


def _move(key, frm, to, fen, **more):
    return services.transfer(key=key, reason="gift", moves=[(frm, -fen), (to, fen)], **more)


def test_a_transfer_moves_money_and_keeps_balances(gateway, wallet, student_lin):
    made = _move("t1", gateway, wallet, 500, ref="T1", actor=student_lin, note="hello")

    assert services.balance(Kind.WALLET, user=student_lin) == 500
    assert services.balance(Kind.GATEWAY, gateway="sandbox") == -500
    assert (made.ref, made.actor, made.note) == ("T1", student_lin, "hello")
    assert check_ledger() == []


def test_the_same_key_moves_once(gateway, wallet, student_lin):
    first = _move("t1", gateway, wallet, 500)

    assert _move("t1", gateway, wallet, 500) == first
    assert services.balance(Kind.WALLET, user=student_lin) == 500


@pytest.mark.parametrize("fen, ref", [(501, ""), (500, "other")])
def test_the_same_key_for_something_else_is_refused(gateway, wallet, student_lin, fen, ref):
    _move("t1", gateway, wallet, 500)

    with pytest.raises(Invalid, match="already used"):
        _move("t1", gateway, wallet, fen, ref=ref)
    assert services.balance(Kind.WALLET, user=student_lin) == 500


def test_a_wallet_never_goes_below_zero(gateway, wallet, student_lin):
    _move("t1", gateway, wallet, 500)

    with pytest.raises(Invalid, match="not enough"):
        _move("t2", wallet, gateway, 501)
    assert services.balance(Kind.WALLET, user=student_lin) == 500
    assert not Transfer.objects.filter(key="t2").exists()


def test_the_platform_may_run_below_zero(campus, wallet):
    fund = services.account(Kind.PLATFORM_COMPENSATION, campus=campus)

    _move("t1", fund, wallet, 300)

    fund.refresh_from_db()
    assert fund.balance == -300


@pytest.mark.parametrize("moves", [[], [1, 2], [0, 0]])
def test_moves_that_do_not_add_up_are_a_bug_in_the_caller(gateway, wallet, moves):
    with pytest.raises(ValueError, match="do not make a transfer"):
        services.transfer(key="x", reason="topup", moves=list(zip((gateway, wallet), moves, strict=False)))


def test_an_unknown_reason_is_a_bug_in_the_caller(gateway, wallet):
    with pytest.raises(ValueError, match="unknown reason"):
        services.transfer(key="x", reason="because", moves=[(gateway, -1), (wallet, 1)])


@pytest.mark.parametrize("owner", [{}, {"ref": "A", "gateway": "sandbox"}])
def test_an_account_has_one_owner(owner):
    with pytest.raises(ValueError, match="exactly one owner"):
        services.account(Kind.ESCROW, **owner)


def test_an_account_is_made_once(student_lin):
    assert services.account(Kind.WALLET, user=student_lin) == services.account(Kind.WALLET, user=student_lin)


@given(
    moves=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 10_000), st.integers(0, 12)),
        max_size=25,
    )
)
def test_whatever_is_tried_the_books_balance(campus, moves):
    """Random transfers between guarded and free accounts, keys reused at random: some are refused, none is half done."""
    with transaction.atomic():
        people = [services.account(Kind.WALLET, user=UserFactory()) for _ in range(3)]
        ledger_accounts = [
            *people,
            services.account(Kind.GATEWAY, gateway="sandbox"),
            services.account(Kind.PLATFORM_INCOME, campus=campus),
        ]
        model, seen = dict.fromkeys((p.pk for p in ledger_accounts), 0), {}
        for a, b, fen, key in moves:
            if a == b:
                continue
            frm, to = ledger_accounts[a], ledger_accounts[b]
            short = frm.guarded and model[frm.pk] < fen
            known = seen.get(key)
            try:
                _move(f"k{key}", frm, to, fen)
            except Invalid:
                assert known not in (None, (a, b, fen)) or (known is None and short)
                continue
            if known is None:
                seen[key] = (a, b, fen)
                model[frm.pk] -= fen
                model[to.pk] += fen
            else:
                assert known == (a, b, fen)
        assert {p.pk: p.balance for p in Account.objects.filter(pk__in=model)} == model
        assert check_ledger() == []
        transaction.set_rollback(True)


def test_the_check_names_what_is_wrong(gateway, wallet, student_lin, unguarded):
    _move("t1", gateway, wallet, 500)
    Account.objects.filter(pk=wallet.pk).update(balance=499)

    assert f"account wallet:{student_lin.pk} keeps 499 fen, its entries make 500" in check_ledger()
