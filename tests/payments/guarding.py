"""Taking the database's guard over the ledger off: to plant what the checks are there to find."""

from django.db import connection

from payments import guard


def take_off() -> None:
    connection.check_constraints()  # PostgreSQL drops no trigger that still has something to look at
    _run(guard.removing(connection.vendor))


def put_on() -> None:
    _run(guard.installing(connection.vendor))


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
