"""The application's own role in PostgreSQL: everything works under it, and it can change no rule."""

from contextlib import contextmanager
from importlib import import_module

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.services import erase_person
from campus_errand.celery import app as celery
from core import checks, dbroles, outbox, personal_data
from core.dbroles import grant, rights
from payments.models import Account, Entry, Transfer
from payments.selectors import check_ledger
from tests import factories
from tests.journeys.everything import busy_day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@contextmanager
def acting_as(role):
    run(f'SET ROLE "{role}"')
    try:
        yield
    finally:
        if not connection.needs_rollback:
            run("RESET ROLE")


@pytest.fixture
def role(db):
    """The application's role; it goes with the test, as everything in its transaction."""
    name = f"errand_test_{connection.settings_dict['NAME']}"[:60]
    assert grant(name, 'it\'s a \\ %s "secret"') > 50
    return name


@pytest.fixture
def world(db):
    from exceptions.library.loading import load_library

    load_library()
    return factories.make_campus()


RULES = [
    "ALTER TABLE payments_entry DISABLE TRIGGER payments_entry_append_only",
    "ALTER TABLE payments_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER payments_entry_append_only ON payments_entry",
    "DROP FUNCTION payments_book() CASCADE",
    "CREATE OR REPLACE FUNCTION payments_book() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER TABLE payments_account DROP CONSTRAINT account_no_overdraft",
    "ALTER TABLE payments_account OWNER TO CURRENT_USER",
    "DROP TABLE payments_entry",
    "TRUNCATE payments_entry",
    "CREATE TABLE notes (line text)",
    "CREATE INDEX more ON payments_entry (amount)",
    "SET session_replication_role = replica",
    "UPDATE payments_entry SET amount = 1",
    "DELETE FROM payments_transfer",
    "DELETE FROM orders_order",
    "DELETE FROM accounts_user",
    "DELETE FROM exceptions_ticketevent",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999', now())",
]


@pytest.mark.parametrize("statement", RULES)
def test_no_rule_can_be_changed(role, statement):
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with acting_as(role), refused, transaction.atomic():
        run(statement)


def test_the_products_flows_work(role, world):
    """Orders of every kind are placed, paid, carried, refunded, quarrelled about; every task of the beat runs; a
    person is erased."""
    with acting_as(role):
        day = busy_day(world)
        outbox.drain()
        for entry in celery.conf.beat_schedule.values():
            module, name = entry["task"].rsplit(".", 1)
            getattr(import_module(module), name)()
        leaver = factories.UserFactory(campus=world)
        factories.AddressFactory(user=leaver, place=factories.places_of(world).canteen)
        erase_person(user=leaver)

    assert day["student"][0].orders.count() > 10
    assert check_ledger() == []
    leaver.refresh_from_db()
    assert leaver.erased_at


def test_the_admin_deletes_what_it_offers_to_delete(role, world, client_of):
    chief = factories.UserFactory(is_staff=True, is_superuser=True, campus=world)
    browser = client_of(chief)
    with acting_as(role):
        place = factories.PlaceFactory(campus=world)
        response = browser.post(f"/admin/campus/place/{place.pk}/delete/", {"post": "yes"})
        browser.post("/accounts/logout/")

    assert response.status_code == 302
    assert not world.places.filter(pk=place.pk).exists()


def test_the_ledgers_triggers_watch_this_role_too(role, world):
    refused = pytest.raises(DatabaseError, match="a balance is what its entries make")
    with acting_as(role), refused, transaction.atomic():
        Account.objects.create(kind="wallet", code="w", balance=5)


def test_rights_follow_from_what_the_code_deletes():
    assert rights(Entry._meta.db_table) == rights(Transfer._meta.db_table) == ["SELECT", "INSERT"]
    assert rights("payments_payment") == ["SELECT", "INSERT", "UPDATE"]
    assert rights("django_session") == ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert rights("django_migrations") == ["SELECT"]


def test_what_the_table_of_personal_data_deletes_may_be_deleted():
    Erasure = personal_data.Erasure
    assert [
        row.Model._meta.label
        for row in personal_data._rows
        if Erasure.DELETE in (row.erasure, row.keeps and row.keeps.then)
        and "DELETE" not in rights(row.Model._meta.db_table)
    ] == []


class TestGrant:
    def test_again_changes_nothing(self, role):
        grant(role)
        with acting_as(role):
            assert list(Entry.objects.all()) == []

    def test_not_to_the_owner(self, role):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            owner = cursor.fetchone()[0]
        with pytest.raises(ImproperlyConfigured, match="another role"):
            grant(owner)

    def test_not_to_a_role_that_may_everything(self, db):
        run("CREATE ROLE errand_test_mighty SUPERUSER")
        with pytest.raises(ImproperlyConfigured, match="role of its own"):
            grant("errand_test_mighty")

    def test_says_what_to_do_where_the_owner_may_make_no_role(self, db):
        run("CREATE ROLE errand_test_owner CREATEDB")
        run("SET ROLE errand_test_owner")
        try:
            with pytest.raises(ImproperlyConfigured, match="CREATE ROLE errand_test_app LOGIN"):
                grant("errand_test_app")
        finally:
            run("RESET ROLE")


class TestMigrate:
    @pytest.fixture
    def asked(self, monkeypatch, settings):
        """The connections at which rights were granted, and to whom."""
        asked = []
        monkeypatch.setattr(
            dbroles, "grant", lambda role, password: asked.append((connection.settings_dict["USER"], role))
        )
        monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction
        return asked

    def test_works_as_the_owner_and_grants_the_rights(self, asked, settings, monkeypatch):
        settings.MIGRATE_DATABASE = {"USER": "the_owner", "PASSWORD": "p"}
        monkeypatch.setitem(connection.settings_dict, "USER", "the_app")
        call_command("migrate", verbosity=0)
        assert asked == [("the_owner", "the_app")]
        assert connection.settings_dict["USER"] == "the_app"

    def test_is_djangos_own_where_there_is_one_role(self, asked):
        call_command("migrate", verbosity=0)
        assert asked == []
        with pytest.raises(CommandError, match="MIGRATE_DATABASE_URL"):
            call_command("grant_app_role")


class TestCheck:
    def test_warns_of_a_role_that_owns_the_tables(self, db):
        assert [problem.id for problem in checks.database_role(None)] == ["core.W002"]

    def test_is_content_with_the_applications_role(self, role):
        with acting_as(role):
            assert checks.database_role(None) == []
