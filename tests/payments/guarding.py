"""Taking the database's guard over the ledger off: to plant what the checks are there to find."""

from django.db import connection

from payments import ledger_constraints


def take_off() -> None:
    connection.check_constraints()  # PostgreSQL drops no trigger that still has something to look at
    _run(ledger_constraints.removing(connection.vendor))


def put_on() -> None:
    _run(ledger_constraints.installing(connection.vendor))


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
