"""An installation in use, and empty databases to bring it back into."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from orders import services as orders
from orders.models import Photo
from orders.requests import ErrandRequest
from payments import services as money
from payments.services import Payee
from tests.factories import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = Fernet.generate_key().decode()
CARD = Payee("bank", "赵强", "6222020200112233", "工商银行")


def _connect(name: str):
    given = connection.get_connection_params()
    return psycopg2.connect(
        **{**{k: v for k, v in given.items() if k in {"host", "port", "user", "password"}}, "dbname": name}
    )


def url_of(name: str) -> str:
    given = connection.settings_dict
    who = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
    return f"postgres://{who}@{given['HOST']}:{given['PORT'] or 5432}/{name}"


@pytest.fixture
def empty_database(db):
    """empty_database() makes a database with nothing in it and gives its name; all are dropped afterwards."""
    made = []
    admin = _connect("postgres")
    admin.autocommit = True

    def make() -> str:
        name = f"{connection.settings_dict['NAME']}_{secrets.token_hex(4)}"
        with admin.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append(name)
        return name

    yield make
    for name in made:
        with admin.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.close()


@pytest.fixture
def rows():
    """rows(database): every row of every table as text."""

    def read(name: str) -> dict[str, list[str]]:
        with _connect(name) as other, other.cursor() as cursor:
            cursor.execute(
                "SET timezone = 'UTC'; SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            found = {}
            for (table,) in cursor.fetchall():
                cursor.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table)))
                found[table] = [row for (row,) in cursor.fetchall()]
        other.close()
        return found

    return read


@pytest.fixture
def execute():
    """execute(database, statement): in a connection and transaction of its own."""

    def run(name: str, statement: str) -> None:
        other = _connect(name)
        try:
            with other, other.cursor() as cursor:
                cursor.execute(statement)
        finally:
            other.close()

    return run


@pytest.fixture
def in_use(
    transactional_db,
    settings,
    tmp_path,
    campus,
    places,
    student_lin,
    courier_zhao,
    supervisor_sun,
    wallet_money,
    photo,
):
    """An installation with people, an order with a photo, money that moved, a payout account, a second factor."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FIELD_ENCRYPTION_KEYS = [KEY]
    call_command("load_library", verbosity=0)
    for user in (student_lin, supervisor_sun):
        user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
        user.save()
    TOTP.activate(supervisor_sun, generate_totp_secret())
    wallet_money(student_lin, 20_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="parcel",
            photos=[photo()],
            pickup=places.parcel_station,
            dropoff=places.dorm_north,
            pickup_codes="5-2-1188",
        ),
        gateway="wallet",
    )
    money.transfer(
        key="wages",
        reason="earnings_released",
        moves=[
            (money.account("gateway", gateway="sandbox"), -10_000),
            (money.account("courier_withdrawable", user=courier_zhao.user), 10_000),
        ],
    )
    money.request_withdrawal(
        key="out", user=courier_zhao.user, campus=campus, source="courier", amount=3000, payee=CARD
    )
    return SimpleNamespace(
        database=connection.settings_dict["NAME"],
        media=settings.MEDIA_ROOT,
        student=student_lin,
        operator=supervisor_sun,
        photo=f"/o/{order.no}/photo/{Photo.objects.get(order=order).pk}/",
    )


@pytest.fixture
def script(settings):
    """script("backup", …, database=, media=, key=): runs it as an operator would, without Redis."""

    def run(name: str, *arguments, database: str, media: Path, key: str = KEY, **more):
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        return subprocess.run(
            [ROOT / ".venv/bin/python" if name == "python" else ROOT / "script" / name, *arguments],
            cwd=ROOT,
            env={
                **kept,
                "DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev",
                "DATABASE_URL": url_of(database),
                "MEDIA_ROOT": str(media),
                "SECRET_KEY": settings.SECRET_KEY,
                "FIELD_ENCRYPTION_KEYS": key,
                **more,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def made_once():
    return {}


@pytest.fixture
def backup(request, made_once, tmp_path, tmp_path_factory, script):
    """A copy of the folder of a finished backup. Made at its first use: it takes some seconds."""
    if not made_once:
        in_use, to = request.getfixturevalue("in_use"), tmp_path_factory.mktemp("backups")
        done = script("backup", "--to", to, database=in_use.database, media=in_use.media)
        assert done.returncode == 0, done.stderr
        (made_once["folder"],) = to.glob("errand-*")
    return shutil.copytree(made_once["folder"], tmp_path / "backup")
