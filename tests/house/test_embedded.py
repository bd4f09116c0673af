"""The whole platform in one process: a deadline passes, beat's thread scans, the socket rings, and it ends cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from websockets.sync.client import connect

import orders.services as orders
from core import clock
from core.realtime import live_token
from exceptions.library.loading import load_library
from exceptions.models import Ticket
from orders.models import Kind, Order
from orders.requests import ErrandRequest

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The test database, for another process."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    login = ":".join(quote(given[part]) for part in ("USER", "PASSWORD") if given[part])
    return f"postgres://{login}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def order_of_lin(transactional_db, campus, places, student_lin, wallet_money):
    load_library()
    wallet_money(student_lin, 10_000)
    return orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind=Kind.PARCEL,
            pickup=places.parcel_station,
            dropoff=places.dorm_north,
            dropoff_detail="302",
            pickup_codes="1-2-3",
            size="S",
            weight_kg=1,
            floor=3,
        ),
        gateway="wallet",
    )


@pytest.fixture
def embedded(order_of_lin, tmp_path):
    """(the process, its port), as soon as it says that it is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev",
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "",
        "DEMO": "",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "campus_errand.embedded", "--port", str(port)],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        yield process, port
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_deadline_reaches_the_operators_socket_and_the_process_ends_when_told(embedded, order_of_lin):
    process, port = embedded
    group = f"console.{order_of_lin.campus_id}"
    with connect(
        f"ws://127.0.0.1:{port}/ws/live/?t={live_token(1, [group])}", origin=f"http://127.0.0.1:{port}"
    ) as page:
        Order.objects.filter(pk=order_of_lin.pk).update(promise_due_at=clock.now())
        frame = {}
        while frame.get("t") != "ticket":
            frame = json.loads(page.recv(timeout=20))
        ticket = Ticket.objects.get(order=order_of_lin, type="overdue")
        assert frame["id"] == ticket.no
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/accounts/login/", timeout=20
        ) as answer:  # HTTP too
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_said_at_once(monkeypatch, capsys):
    from campus_errand import embedded

    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(sys, "argv", ["embedded", "--port", str(other.getsockname()[1])])
        with pytest.raises(SystemExit):
            embedded.main()
    assert "takes another port" in capsys.readouterr().err
