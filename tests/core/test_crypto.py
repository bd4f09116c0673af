"""What lies encrypted in the database, under keys that can be changed."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from core import crypto
from core.checks import encryption_keys
from payments.models import Withdrawal

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
CARD = "6222020200112233"


@pytest.fixture
def withdrawal(student_lin, campus):
    return Withdrawal.objects.create(
        key="k", user=student_lin, campus=campus, source="wallet", amount=100, channel="bank", holder="林晓",
        account_no=CARD, requested_by=student_lin,
    )  # fmt: skip


def stored(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM payments_withdrawal")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("column, clear", [("account_no", CARD), ("holder", "林晓")])
def test_a_payee_is_read_whole_and_stored_unreadable(withdrawal, column, clear):
    assert getattr(Withdrawal.objects.get(), column) == clear
    assert clear not in stored(column)
    assert crypto.is_encrypted(stored(column))


@pytest.mark.parametrize(
    "lookup", ["account_no", "account_no__startswith", "account_no__gt", "holder__contains"]
)
def test_nobody_can_look_rows_up_by_it(withdrawal, lookup):
    with pytest.raises(FieldError):
        Withdrawal.objects.filter(**{lookup: "6"}).exists()


def test_secrets_of_the_second_factor_are_stored_unreadable(operator_wang):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(operator_wang, secret)
    codes = RecoveryCodes.activate(operator_wang)
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    assert all(
        crypto.is_encrypted(a.data.get("secret") or a.data["seed"]) for a in Authenticator.objects.all()
    )
    assert len(codes.get_unused_codes()) == 10


def test_an_authenticator_from_before_still_works_and_rotation_encrypts_it(operator_wang):
    secret = totp.generate_totp_secret()
    old = Authenticator.objects.create(user=operator_wang, type="totp", data={"secret": secret})
    assert crypto.decrypt(crypto.encrypt("x")) == "x"
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert old.wrap().validate_code(code)
    crypto.rotate_all()
    old.refresh_from_db()
    assert crypto.is_encrypted(old.data["secret"])
    assert crypto.decrypt(old.data["secret"]) == secret


def test_a_key_is_changed_without_losing_a_row(withdrawal, operator_wang, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    withdrawal.save()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(operator_wang, secret)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_field_keys", stdout=StringIO())
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Withdrawal.objects.get().account_no == CARD
    assert crypto.decrypt(Authenticator.objects.get().data["secret"]) == secret


def test_without_its_key_a_secret_is_an_error_not_an_empty_text(withdrawal, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(ImproperlyConfigured, match="none of FIELD_ENCRYPTION_KEYS"):
        Withdrawal.objects.get()


class TestSettings:
    def test_production_needs_a_key_of_its_own(self, settings):
        settings.PRODUCTION, settings.FIELD_ENCRYPTION_KEYS = True, []
        assert [e.id for e in encryption_keys(None)] == ["core.E001"]
        with pytest.raises(ImproperlyConfigured):
            crypto.encrypt("x")

    def test_what_is_no_key_is_named(self, settings):
        settings.FIELD_ENCRYPTION_KEYS = [NEW, "secret"]
        assert [e.id for e in encryption_keys(None)] == ["core.E002"]

    def test_a_demo_does_without(self, settings):
        settings.FIELD_ENCRYPTION_KEYS = []
        assert encryption_keys(None) == []
        assert crypto.decrypt(crypto.encrypt("x")) == "x"
