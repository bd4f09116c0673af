"""What people and machines send that nobody expects."""

import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import events, money, outbox
from core.errors import Invalid
from core.images import clean_photo
from core.models import HandlerRun, OutboxEvent
from tests.events import Answered, Said


@pytest.mark.parametrize(
    "text", ["1e999999", "9e999998", "-1e999999", "1" * 100_000, "sNaN", "Infinity", "٣", "１e９９"]
)
def test_amounts_beyond_all_arithmetic_are_no_amounts(text):
    field = money.YuanField(max_fen=500_00)
    if text == "٣":  # a digit like any other
        assert field.clean(text) == 300
        return
    with pytest.raises(Exception, match=r"amount|At most"):
        field.clean(text)


def test_a_reader_that_breaks_in_its_own_way_is_no_photo(monkeypatch):
    """Damaged EXIF makes Pillow raise struct.error, and other files other things."""

    def broken(*args, **kwargs):
        raise struct.error("required argument is not an integer")

    monkeypatch.setattr(Image, "open", broken)
    with pytest.raises(Invalid, match="damaged"):
        clean_photo(SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/o/%00/", "/o/a%00b/live/", "/c/job/%00/", "/tickets/%00/", "/new/parcel/?again=%00", "/?next=%00",
        "/pay/%00/", "/cashier/%00/", "/admin/console/?q=%00", "/admin/console/toast/?t=%00",
        "/admin/accounts/user/?q=%00", "/admin/orders/order/?status__exact=%00", "/campus/lake%00/map.json",
    ],
)  # fmt: skip
def test_addresses_with_a_nul_are_bad_requests(client_of, supervisor_sun, address):
    assert client_of(supervisor_sun).get(address).status_code == 400


@pytest.mark.django_db
def test_a_hook_that_breaks_does_not_hold_up_the_other_events(monkeypatch):
    """A handler is given up, and telling so fails: the event is put aside all the same, the next one is delivered."""
    done = []

    def bad(payload):
        raise ValueError("never")

    def hook(event, handler, error):
        raise KeyError("the hook's own mistake")

    monkeypatch.setattr(events, "_subscribers", {Said: {"bad": bad}, Answered: {"good": done.append}})
    monkeypatch.setattr(outbox, "_dead_letter_hooks", [hook])
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    with outbox.deferred_delivery(), outbox.transaction.atomic():
        outbox.emit(Said())
        outbox.emit(Answered(n=1))

    outbox.drain()

    assert HandlerRun.objects.get(handler="bad").status == "dead"
    assert done == [Answered(n=1)]
    assert not OutboxEvent.objects.filter(due_at__isnull=False).exists()
