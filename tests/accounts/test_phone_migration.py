"""Accounts that were stored with one number in two ways, before there was one: nobody is lost, one keeps the number."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from core import clock

pytestmark = pytest.mark.django_db
WIDE, PLAIN = "138００００００９９", "13800000099"


@pytest.fixture
def before(simulated_clock):
    """The models as they were, which store what they are given; and the step that mends the numbers."""
    executor = MigrationExecutor(connection)
    apps = executor.loader.project_state(("accounts", "0002_phone_numbers")).apps
    step = import_module("accounts.migrations.0002_phone_numbers").store_in_one_way

    def make(name: str, phone: str, *, verified=False, seen_days_ago: int | None = None):
        last = None if seen_days_ago is None else clock.now() - timedelta(days=seen_days_ago)
        return apps.get_model("accounts", "User").objects.create(
            username=name, phone=phone, phone_verified=verified, last_login=last
        )

    return make, lambda: step(apps, None)


def numbers() -> dict[str, tuple[str | None, bool]]:
    rows = User.objects.filter(username__startswith="dup").values_list("username", "phone", "phone_verified")
    return {name: (phone, verified) for name, phone, verified in rows}


@pytest.mark.parametrize(
    ("wide", "plain", "keeper"),
    [
        ({"verified": True}, {}, "dup-wide"),
        ({}, {"verified": True}, "dup-plain"),
        ({"verified": True, "seen_days_ago": 1}, {"verified": True, "seen_days_ago": 9}, "dup-wide"),
        ({"verified": True, "seen_days_ago": 9}, {"verified": True, "seen_days_ago": 1}, "dup-plain"),
        ({"verified": True}, {"seen_days_ago": 1}, "dup-wide"),
        ({}, {"seen_days_ago": 1}, "dup-plain"),
    ],
)
def test_of_two_accounts_the_one_with_the_better_claim_keeps_it_and_both_stay(before, wide, plain, keeper):
    make, migrate = before
    make("dup-wide", WIDE, **wide)
    make("dup-plain", PLAIN, **plain)

    migrate()

    after = numbers()
    assert after.keys() == {"dup-wide", "dup-plain"}
    assert after.pop(keeper)[0] == PLAIN
    assert list(after.values()) == [(None, False)]  # proves it anew, or another


def test_three_ways_of_one_number_leave_one_owner(before):
    make, migrate = before
    make("dup-a", WIDE)
    make("dup-b", "１３８００００００９９", verified=True)
    make("dup-c", PLAIN)

    migrate()
    migrate()  # and a second time changes nothing

    assert numbers() == {"dup-a": (None, False), "dup-b": (PLAIN, True), "dup-c": (None, False)}


def test_without_a_duplicate_the_number_is_only_written_anew(before):
    make, migrate = before
    make("dup-a", WIDE, verified=True)

    migrate()

    assert numbers() == {"dup-a": (PLAIN, True)}
    assert User.objects.get(phone=WIDE).username == "dup-a"  # found however it is typed
