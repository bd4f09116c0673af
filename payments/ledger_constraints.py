"""The ledger's rules, kept by the database itself whoever writes to it.

- Entries and transfers are never changed or deleted (nor truncated, where that exists).
- A transaction cannot commit a transfer that has no entries, or whose entries do not add up to zero.
- A balance is what its entries make: inserting an entry moves it, and nothing else can. So an entry that would
  overdraw a guarded account is refused (`account_no_overdraft`), and no account stops being guarded.

PostgreSQL has deferred constraint triggers for the second. SQLite has deferred foreign keys: a row that points at
nothing stands for every transfer that does not add up, so long as it does not. (They are looked at where
`PRAGMA foreign_keys` is on, as in each of our connections.) SQLite drops a table's triggers when a migration rebuilds
the table: such a migration ends with `RunPython(ledger_constraints.install)`; `missing` tells if one forgot.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

BOOKS = ("payments_entry", "payments_transfer")


def _postgresql(name: str, when: str, function: str, *, deferred: bool = False) -> tuple[str, str, str]:
    """(name, create, drop) of a trigger; `when` ends with its table."""
    table = when.split()[-1]
    kind, each = ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED ") if deferred else ("TRIGGER", "")
    each += "FOR EACH STATEMENT" if "TRUNCATE" in when else "FOR EACH ROW"
    create = f"CREATE {kind} {name} {when} {each} EXECUTE FUNCTION {function}()"
    return name, create, f"DROP TRIGGER IF EXISTS {name} ON {table}"


def _sqlite(name: str, when: str, *body: str) -> tuple[str, str, str]:
    return (
        name,
        f"CREATE TRIGGER {name} {when} BEGIN {'; '.join(body)}; END",
        f"DROP TRIGGER IF EXISTS {name}",
    )


def _refuse(words: str) -> str:
    return f"SELECT RAISE(ABORT, '{words}')"


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"


TRIGGERS = {
    "postgresql": [
        *(
            _postgresql(
                f"{table}_append_only", f"BEFORE UPDATE OR DELETE ON {table}", "payments_append_only"
            )
            for table in BOOKS
        ),
        *(
            _postgresql(f"{table}_kept", f"BEFORE TRUNCATE ON {table}", "payments_append_only")
            for table in BOOKS
        ),
        _postgresql("payments_entry_booked", "AFTER INSERT ON payments_entry", "payments_book"),
        _postgresql(
            "payments_entry_sums_to_zero", "AFTER INSERT ON payments_entry", "payments_sums_to_zero",
            deferred=True,
        ),
        _postgresql(
            "payments_transfer_not_empty", "AFTER INSERT ON payments_transfer", "payments_not_empty",
            deferred=True,
        ),
        _postgresql(
            "payments_account_by_entries", "BEFORE INSERT OR UPDATE ON payments_account", "payments_by_entries"
        ),
    ],
    "sqlite": [
        *(
            _sqlite(
                f"{table}_no_{act.lower()}",
                f"BEFORE {act} ON {table}",
                _refuse(f"the ledger is append-only: {act} of {table} refused"),
            )
            for table in BOOKS
            for act in ("UPDATE", "DELETE")
        ),
        _sqlite(
            "payments_entry_booked",
            "AFTER INSERT ON payments_entry",
            "INSERT INTO payments_booking SELECT id, balance + NEW.amount FROM payments_account"
            " WHERE id = NEW.account_id",
            "UPDATE payments_account SET balance = balance + NEW.amount WHERE id = NEW.account_id",
            "DELETE FROM payments_booking",
            "INSERT OR IGNORE INTO payments_unbalanced VALUES (NEW.transfer_id, 0, 1)",
            "UPDATE payments_unbalanced SET fen = fen + NEW.amount WHERE transfer_id = NEW.transfer_id",
            "DELETE FROM payments_unbalanced WHERE transfer_id = NEW.transfer_id AND fen = 0",
        ),
        _sqlite(
            "payments_transfer_not_empty",
            "AFTER INSERT ON payments_transfer",
            "INSERT INTO payments_unbalanced VALUES (NEW.id, 0, 1)",
        ),
        _sqlite(
            "payments_account_starts_empty",
            "BEFORE INSERT ON payments_account WHEN NEW.balance <> 0",
            _refuse("a balance is what its entries make"),
        ),
        _sqlite(
            "payments_account_by_entries",
            "BEFORE UPDATE OF balance ON payments_account WHEN NEW.balance <> OLD.balance AND NOT EXISTS"
            " (SELECT 1 FROM payments_booking WHERE account_id = NEW.id AND balance = NEW.balance)",
            _refuse("a balance is what its entries make"),
        ),
        _sqlite(
            "payments_account_stays_guarded",
            "BEFORE UPDATE OF guarded ON payments_account WHEN OLD.guarded AND NOT NEW.guarded",
            _refuse("a guarded account stays guarded"),
        ),
        _sqlite("payments_nothing_stays_so", "BEFORE INSERT ON payments_nothing", _refuse("nothing goes here")),
    ],
}  # fmt: skip
BEFORE = {
    "postgresql": [
        _function(
            "payments_append_only",
            """BEGIN
                RAISE EXCEPTION 'the ledger is append-only: % of % refused', TG_OP, TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END""",
        ),
        _function(
            "payments_sums_to_zero",
            """DECLARE total bigint;
            BEGIN
                SELECT COALESCE(SUM(amount), 0) INTO total FROM payments_entry WHERE transfer_id = NEW.transfer_id;
                IF total <> 0 THEN
                    RAISE EXCEPTION 'transfer % does not add up: % fen too much', NEW.transfer_id, total
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END""",
        ),
        _function(
            "payments_not_empty",
            """BEGIN
                IF NOT EXISTS (SELECT 1 FROM payments_entry WHERE transfer_id = NEW.id) THEN
                    RAISE EXCEPTION 'transfer % moves nothing', NEW.id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END""",
        ),
        _function(
            "payments_book",
            """BEGIN
                UPDATE payments_account SET balance = balance + NEW.amount WHERE id = NEW.account_id;
                RETURN NULL;
            END""",
        ),
        # Inside the trigger that books an entry the depth is two.
        _function(
            "payments_by_entries",
            """BEGIN
                IF TG_OP = 'INSERT' AND NEW.balance <> 0
                    OR TG_OP = 'UPDATE' AND NEW.balance <> OLD.balance AND pg_trigger_depth() < 2 THEN
                    RAISE EXCEPTION 'a balance is what its entries make'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                IF TG_OP = 'UPDATE' AND OLD.guarded AND NOT NEW.guarded THEN
                    RAISE EXCEPTION 'a guarded account stays guarded'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END""",
        ),
    ],
    "sqlite": [
        "CREATE TABLE IF NOT EXISTS payments_nothing (id integer PRIMARY KEY)",
        "CREATE TABLE IF NOT EXISTS payments_unbalanced (transfer_id integer PRIMARY KEY, fen integer NOT NULL,"
        " nothing_id integer NOT NULL REFERENCES payments_nothing (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE IF NOT EXISTS payments_booking (account_id integer NOT NULL, balance integer NOT NULL)",
    ],
}


def install(apps, schema_editor) -> None:
    """Bring the database to these rules, whatever was there before. For `migrations.RunPython`."""
    for statement in installing(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor) -> None:
    for statement in removing(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def installing(vendor: str) -> list[str]:
    return removing(vendor) + BEFORE[vendor] + [create for _name, create, _drop in TRIGGERS[vendor]]


def removing(vendor: str) -> list[str]:
    return [drop for _name, _create, drop in TRIGGERS[vendor]]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    there = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(there)
        found = {name for (name,) in cursor.fetchall()}
    return [name for name, _create, _drop in TRIGGERS[connection.vendor] if name not in found]
