"""What people are told about their data is what the table does: the notice, the document, the admin's page."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.management.commands.privacy_table import BEGIN, END, document, table
from core import personal_data, retention
from core.models import RetentionRun


def test_the_document_has_the_table():
    text = document().read_text()
    assert text.split(BEGIN)[1].split(END)[0].strip() == table(), "run manage.py privacy_table --write"


def words_of(client, page: str) -> str:
    """What people read: the tokens in tags are of chance, and hold any two digits now and then."""
    return strip_tags(client.get(reverse(page)).content.decode())


@pytest.mark.parametrize("page", ["accounts:privacy"])
def test_the_notice_says_the_periods_that_are_kept(client, db, settings, page):
    told = words_of(client, page)
    for name in ("positions", "phones", "chats", "photos", "notices", "logs", "transactions"):
        assert re.search(rf"\b{personal_data.days()[name]}\b", told), name
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"photos": 77}
    settings.CHAT_KEEP_DAYS = 66
    changed = words_of(client, page)
    assert re.search(r"\b77\b", changed)
    assert re.search(r"\b66\b", changed)
    assert not re.search(r"\b77\b", told)


def test_no_period_is_written_into_the_templates():
    from django.conf import settings

    for name in ("privacy", "erase"):
        source = (settings.BASE_DIR / "templates" / "accounts" / f"{name}.html").read_text()
        assert not re.search(
            r"\b\d+ (days?|years?|months?)\b|\b(three|six|seven|thirty) (days|months|years)", source
        )


def test_supervisors_read_the_table_and_what_the_sweep_did(
    client_of, supervisor_sun, operator_wang, settings, db
):
    settings.STAFF_SECOND_FACTOR = False
    page = reverse("admin:core_retentionrun_changelist")
    first = client_of(supervisor_sun).get(page).content.decode()
    assert "The sweep has not run yet" in first
    assert "accounts.Address" in first
    retention.run()
    told = client_of(supervisor_sun).get(page).content.decode()
    assert "Last sweep:" in told
    assert client_of(operator_wang).get(page).status_code == 403


def test_the_menu_leads_there(client_of, supervisor_sun, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert (
        reverse("admin:core_retentionrun_changelist")
        in client_of(supervisor_sun).get("/admin/").content.decode()
    )


def test_one_sweep_that_fails_stops_no_other(monkeypatch, db):
    def broken():
        raise ValueError("secret words")

    monkeypatch.setattr(personal_data, "sweeps", lambda: iter([("a", broken), ("b", lambda: 2)]))
    assert retention.run() == {"a": 0, "b": 2}
    assert dict(RetentionRun.objects.values_list("key", "error")) == {"a": "ValueError", "b": ""}


def test_daily_and_not_oftener(simulated_clock, db, monkeypatch):
    monkeypatch.setattr(personal_data, "sweeps", lambda: iter([("a", lambda: 1)]))
    assert retention.run_if_due() == 1
    simulated_clock.advance(hours=1)
    assert retention.run_if_due() == 0
    simulated_clock.advance(hours=23)
    assert retention.run_if_due() == 1
