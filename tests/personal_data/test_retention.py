"""What has been kept long enough goes by itself: at its time, not before, and once."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from core import personal_data, retention
from core.images import clean_photo
from core.models import FileDeletion
from exceptions.models import Evidence, TicketEvent
from exceptions.tickets import services as tickets
from exceptions.tickets.services.expiry import close_resolved
from notifications.models import Notice
from notifications.services import notify
from orders.models import Draft, Order, Photo
from tests.chat.conftest import carried, deliver, library, place, upload  # noqa: F401  (fixtures)


def days(name: str) -> timedelta:
    return personal_data.period(name)


def test_a_draft_lives_a_day(student_lin, simulated_clock):
    Draft.objects.create(
        user=student_lin, kind="parcel", fields={"note": "room 302"}, changed_at=simulated_clock.time
    )
    simulated_clock.advance(hours=23)
    retention.run()
    assert Draft.objects.exists()
    simulated_clock.advance(hours=2)
    retention.run()
    assert not Draft.objects.exists()


def test_notices_go_at_their_time(student_lin, simulated_clock):
    notify(user=student_lin, kind="test", title="x")
    simulated_clock.advance(days=days("notices").days - 1)
    retention.run()
    assert Notice.objects.exists()
    simulated_clock.advance(days=2)
    assert retention.run()["notifications.Notice.user+title+body+link+about+key"] == 1
    assert not Notice.objects.exists()
    assert not any(retention.run().values())


@pytest.fixture
def over(carried, deliver, student_lin, upload):  # noqa: F811
    """Lin's order, brought and complained about, with photos; all settled."""
    Photo.objects.create(order=carried, by=student_lin, purpose="order", image=clean_photo(upload()))
    Order.objects.filter(pk=carried.pk).update(note="mind the cat")
    ticket = tickets.report(
        order=carried,
        type="other",
        source="customer",
        actor=student_lin,
        description="broken",
        photos=[clean_photo(upload())],
    )
    tickets.resolve(ticket=ticket, actor=None, resolution="delivered")
    return deliver(carried)


def test_photos_of_what_is_over(over, simulated_clock):
    names = [Photo.objects.get().image.name, Evidence.objects.get().image.name]
    close_resolved()
    simulated_clock.advance(days=days("photos").days - 1)
    close_resolved()
    retention.run()
    assert Photo.objects.exists()
    simulated_clock.advance(days=days("photos").days + 2)
    retention.run()
    assert not Photo.objects.exists()
    assert not Evidence.objects.exists()
    assert not [name for name in names if default_storage.exists(name)]
    assert not FileDeletion.objects.exists()


def test_photos_of_what_is_disputed_stay(carried, student_lin, upload, simulated_clock):  # noqa: F811
    Photo.objects.create(order=carried, by=student_lin, purpose="order", image=clean_photo(upload()))
    tickets.report(order=carried, type="other", source="customer", actor=student_lin, description="broken")
    Order.objects.filter(pk=carried.pk).update(closed_at=simulated_clock.time)
    simulated_clock.advance(days=days("photos").days + 1)
    retention.run()
    assert Photo.objects.exists()


def test_words_of_orders_and_tickets_go_when_the_law_wants_them_no_more(over, simulated_clock):
    simulated_clock.advance(days=8)
    close_resolved()
    simulated_clock.advance(days=days("transactions").days - 9)
    retention.run()
    over.refresh_from_db()
    assert over.note == "mind the cat"
    simulated_clock.advance(days=10)
    retention.run()
    over.refresh_from_db()
    assert (over.note, over.summary, over.details) == ("", "—", {})
    assert not TicketEvent.objects.exclude(text="").exists()
    assert over.total_fen  # the books stay


def test_a_big_backlog_goes_in_batches(student_lin, simulated_clock, monkeypatch):
    monkeypatch.setattr(personal_data, "BATCH", 2)
    for n in range(5):
        notify(user=student_lin, kind="test", title=str(n))
    simulated_clock.advance(days=days("notices").days + 1)
    row = next(row for row in personal_data.table() if row.model == "notifications.Notice")
    assert personal_data.sweep_row(row, limit=4) == 4
    assert personal_data.sweep_row(row, limit=4) == 1
