"""The database itself keeps the ledger: entries and transfers are never changed or deleted, and on PostgreSQL a
transaction cannot commit a transfer whose entries do not add up to zero (SQLite has no deferred triggers; there
the service is the only writer and `check_ledger` looks)."""

from django.db import migrations

TABLES = ("payments_entry", "payments_transfer")

POSTGRESQL = (
    """
    CREATE FUNCTION payments_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is append-only: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION payments_append_only()
        """
        for table in TABLES
    ),
    """
    CREATE FUNCTION payments_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        total bigint;
    BEGIN
        SELECT COALESCE(SUM(amount), 0) INTO total FROM payments_entry WHERE transfer_id = NEW.transfer_id;
        IF total <> 0 THEN
            RAISE EXCEPTION 'transfer % does not add up: % fen too much', NEW.transfer_id, total
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER payments_entry_sums_to_zero AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_sums_to_zero()
    """,
)
POSTGRESQL_UNDO = (
    "DROP TRIGGER IF EXISTS payments_entry_sums_to_zero ON payments_entry",
    *(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES),
    "DROP FUNCTION IF EXISTS payments_sums_to_zero()",
    "DROP FUNCTION IF EXISTS payments_append_only()",
)
SQLITE = tuple(
    f"""
    CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {act} of {table} refused'); END
    """
    for table in TABLES
    for act in ("UPDATE", "DELETE")
)
SQLITE_UNDO = tuple(
    f"DROP TRIGGER IF EXISTS {table}_no_{act}" for table in TABLES for act in ("update", "delete")
)


def guard(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def unguard(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_UNDO, SQLITE_UNDO)


def _run(schema_editor, postgresql, sqlite):
    for statement in {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
