"""SQL by hand takes its names from the models, and cannot forget a field."""

import pytest
from django.db import connection

from core.models import HandlerRun, OutboxEvent
from core.raw_sql import columns, insert, literal

pytestmark = pytest.mark.django_db


def test_columns_are_those_of_the_model():
    run = columns(HandlerRun)
    assert run.table == '"core_handlerrun"'
    assert run.event == '"event_id"'
    with pytest.raises(AttributeError):
        _ = run.nonsense


def test_a_row_gets_plain_defaults_and_leaves_null_what_may_be():
    OutboxEvent.objects.create(name="x")
    row = insert(
        HandlerRun, event=columns(OutboxEvent).id, handler="'h'", status="'done'", updated_at="created_at"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{row.head} SELECT {row.values} FROM {columns(OutboxEvent).table}")
    written = HandlerRun.objects.get()
    assert (written.event.name, written.handler, written.attempts, written.error) == ("x", "h", 0, "")
    assert written.next_try_at is None


def test_a_forgotten_field_and_an_unknown_one_are_errors():
    with pytest.raises(TypeError, match="handler"):
        insert(HandlerRun, event="1", status="'done'", updated_at="now")
    with pytest.raises(TypeError, match="nonsense"):
        insert(OutboxEvent, name="'x'", created_at="now", due_at="now", nonsense="1")


def test_a_literal_is_quoted():
    assert literal("it's 5%") == "'it''s 5%%'"
