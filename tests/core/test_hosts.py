"""Several hosts on one database: one beat sends the tasks, migrations run once, each host says whether it is well."""

import threading
from datetime import timedelta

import pytest
from celery import Celery
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from campus_errand.beat import LeaderScheduler
from core import hosts, leases
from core.management.commands import migrate_once
from core.models import Lease


@pytest.fixture
def beat(settings, monkeypatch):
    """beat(host): a scheduler on that host whose every tick asks for the lease; `sent` lists what it sends."""
    monkeypatch.setattr("campus_errand.beat.RENEW_EVERY", 0.0)
    monkeypatch.setattr("campus_errand.beat.close_old_connections", lambda: None)

    def make(host: str) -> LeaderScheduler:
        settings.HOST_NAME = host
        app = Celery("test", broker="memory://", set_as_current=False)
        app.conf.beat_schedule = {"sweep": {"task": "sweep", "schedule": 0.0}}
        scheduler = LeaderScheduler(app)
        scheduler.sent = []
        scheduler.apply_entry = lambda entry, producer=None: scheduler.sent.append(entry.name)
        return scheduler

    return make


def test_one_of_two_beats_sends(db, beat):
    first, second = beat("a"), beat("b")
    for _ in range(3):
        first.tick()
        second.tick()
    assert (len(first.sent), len(second.sent)) == (3, 0)
    assert hosts.beat_host() == "a"


def test_a_beat_that_ends_hands_over_at_once(db, beat):
    first, second = beat("a"), beat("b")
    first.tick()
    second.tick()
    first.close()
    second.tick()
    assert second.sent == ["sweep"]
    assert hosts.beat_host() == "b"


def test_a_beat_that_died_is_followed_when_its_lease_ends(db, beat):
    first, second = beat("a"), beat("b")
    first.tick()
    Lease.objects.update(until=Now() - timedelta(seconds=1))  # five seconds without a renewal
    second.tick()
    assert second.sent == ["sweep"]
    first.tick()  # it was only asleep
    assert first.sent == ["sweep"]
    assert not first.leads


def test_a_beat_without_its_database_sends_nothing_and_says_so_once(db, beat, monkeypatch, caplog):
    only = beat("a")

    def gone(*args):
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(leases, "acquire", gone)
        for _ in range(3):
            only.tick()
    assert only.sent == []
    assert len([record for record in caplog.records if "beat waits" in record.message]) == 1
    only.tick()
    assert only.sent == ["sweep"]


def test_a_lease_from_before_the_clock_was_set_back_ends(db):
    Lease.objects.create(name="beat", holder="gone", until=Now() + timedelta(hours=1))
    assert leases.acquire("beat", "new", 5)


def test_nobody_takes_a_lease_that_is_held(db):
    assert leases.acquire("beat", "one", 5)
    assert not leases.acquire("beat", "two", 5)
    leases.release("beat", "two")
    assert leases.holder("beat") == "one"


@pytest.mark.postgres
def test_of_many_at_once_one_gets_the_lease(transactional_db):
    got, start = [], threading.Barrier(8)

    def ask(number: int) -> None:
        start.wait()
        try:
            if leases.acquire("beat", str(number), 5):
                got.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_a_host_tells_of_its_own_worker_and_beat(client, db, settings, simulated_clock):
    settings.REDIS_URL, settings.HOST_NAME = "", "a"
    assert "host" not in client.get("/healthz/").json()
    assert client.get("/healthz/?host").json()["host_ok"] is False
    hosts.mark_alive("worker")
    hosts.mark_alive("beat")
    told = client.get("/healthz/?host").json()
    assert (told["host"], told["host_ok"], told["host_worker_age_s"]) == ("a", True, 0.0)
    settings.HOST_NAME = "b"  # the other one is as ill as before
    assert client.get("/healthz/?host").json()["host_ok"] is False
    settings.HOST_NAME = "a"
    simulated_clock.advance(seconds=41)
    answer = client.get("/healthz/?host")
    assert (answer.status_code, answer.json()["host_ok"]) == (503, False)


def test_a_sign_of_life_is_a_file_too(db, tmp_path, monkeypatch):
    monkeypatch.setenv("RUN_DIR", str(tmp_path))
    hosts.mark_alive("worker")
    assert (tmp_path / "worker.alive").exists()


@pytest.mark.postgres
def test_migrations_run_once_at_a_time(transactional_db, monkeypatch, settings):
    """A second host waits until the first has migrated."""
    settings.AFTER_MIGRATE = []
    inside, most = [], []

    def migrate(command, **options):
        inside.append(command)
        most.append(len(inside))
        threading.Event().wait(0.2)
        inside.pop()

    monkeypatch.setattr(migrate_once, "call_command", migrate)

    def start() -> None:
        try:
            call_command("migrate_once", verbosity=0)
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1]


def test_a_database_that_never_answers_ends_the_start(db, monkeypatch):
    class Away:
        vendor = "postgresql"
        settings_dict: dict = {}

        def ensure_connection(self):
            raise DatabaseError("refused")

        def close(self):
            pass

    monkeypatch.setattr(migrate_once.connections, "create_connection", lambda alias: Away())
    with pytest.raises(CommandError, match="does not answer: refused"):
        call_command("migrate_once", wait=0.0)


def test_the_owner_who_migrates_does_not_become_the_applications_role(db, monkeypatch, settings):
    class Guard:
        vendor = "sqlite"

        def __init__(self):
            self.settings_dict = connection.settings_dict  # shared, as Django's own connections share it

        def ensure_connection(self):
            assert self.settings_dict["USER"] == "the-owner"

        def close(self):
            pass

    settings.MIGRATE_DATABASE = {"USER": "the-owner"}
    monkeypatch.setattr(migrate_once, "call_command", lambda *args, **options: None)
    monkeypatch.setattr(migrate_once.connections, "create_connection", lambda alias: Guard())
    call_command("migrate_once", verbosity=0)
    assert connection.settings_dict["USER"] != "the-owner"
