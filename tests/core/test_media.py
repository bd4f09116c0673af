"""Files on a disk that is full, read-only or away: a sentence, nothing half-written, and room that is watched."""

import errno
import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, filesystem
from django.core.signals import request_finished
from django.db import transaction
from django.utils import timezone

from chat.models import Message
from core import media
from core.media import CannotKeep
from exceptions.library.loading import load_library
from orders.models import Order, Photo
from tests.delivery.conftest import *  # noqa: F403 - open jobs and couriers on their way


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def full_disk(monkeypatch):
    """The first bytes go out, then there is no room."""
    fdopen = os.fdopen

    def with_no_room(descriptor, *args):
        file = fdopen(descriptor, *args)

        class Full:
            def write(self, data):
                file.write(bytes(data)[:10])
                raise OSError(errno.ENOSPC, "No space left on device")

            def close(self):
                file.close()

        return Full()

    monkeypatch.setattr(filesystem.os, "fdopen", with_no_room)


def test_a_file_that_does_not_fit_is_said_and_leaves_nothing(folder, full_disk):
    with pytest.raises(CannotKeep, match="cannot keep photos"):
        default_storage.save("orders/a.jpg", ContentFile(b"x" * 1000))
    assert files(folder) == []


def test_a_folder_that_cannot_be_written_is_said(settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    with pytest.raises(CannotKeep):
        default_storage.save("orders/a.jpg", ContentFile(b"x"))


def test_a_file_appears_whole(folder):
    name = default_storage.save("orders/a.jpg", ContentFile(b"x" * 1000))
    assert files(folder) == ["a.jpg"]
    with default_storage.open(name) as file:
        assert file.read() == b"x" * 1000


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_transaction_is_rolled_back_goes_with_it(folder):
    def fail() -> None:
        default_storage.save("orders/lost.jpg", ContentFile(b"x"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail()
    with transaction.atomic():
        default_storage.save("orders/kept.jpg", ContentFile(b"x"))
    request_finished.send(sender=None)
    assert files(folder) == ["kept.jpg"]


# -- People ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_the_door(open_job, carry, courier_zhao):
    return carry(open_job(), courier_zhao, stages=3)


def test_chat_report_and_door_photos_meet_a_full_disk(
    at_the_door, client_of, courier_zhao, student_lin, photo, folder, full_disk
):
    load_library()
    courier, order = client_of(courier_zhao), at_the_door.order
    say = f"/chat/order-{order.no}/say/"
    answer = courier.post(say, {"client": "c" * 16, "photo": photo()}, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "cannot keep photos" in answer.json()["error"]
    assert not Message.objects.exclude(photo="").exists()

    answer = courier.post(
        f"/c/job/{at_the_door.no}/deliver/", {"photo": photo()}, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_keep_file")

    page = client_of(student_lin).post(
        f"/o/{order.no}/issue/",
        {
            "type": "goods_damaged",
            "description": "All of it was broken",
            "requested_remedy": "refund",
            "photos": [photo()],
        },
    )
    assert page.status_code == 422
    assert "All of it was broken" in page.text
    assert "cannot keep photos" in page.text
    assert files(folder) == []
    assert not Photo.objects.exists()


def test_ordering_without_the_photo_goes_on(at_the_door, full_disk):
    assert Order.objects.count() == 1


# -- Room and orphans ------------------------------------------------------------------------------------------------


def test_too_little_room_is_not_well(monkeypatch, folder):
    assert media.media_room()["ok"] is True
    monkeypatch.setattr(media.shutil, "disk_usage", lambda path: _usage(50))
    assert media.media_room() == {"free_mb": 50, "ok": False}


def _usage(free_mb: int):
    from collections import namedtuple

    return namedtuple("usage", "total used free")(100_000 * 2**20, 0, free_mb * 2**20)


def test_a_read_only_folder_is_not_well(monkeypatch):
    monkeypatch.setattr(media.os, "access", lambda path, mode: False)
    assert media.media_room()["ok"] is False


def test_old_files_that_no_row_names_are_swept(at_the_door, courier_zhao, photo, folder, caplog):
    kept = Photo.objects.create(
        order=at_the_door.order, by=courier_zhao.user, purpose=Photo.Purpose.DOOR, image=photo()
    )
    for name in ("orphan.jpg", ".partial-x.jpg", "young.jpg"):
        (folder / "orders" / name).write_bytes(b"x")
    day_before = time.time() - 2 * 86400
    with pytest.MonkeyPatch.context() as now:
        now.setattr(media.clock, "now", timezone.now)
        for path in folder.rglob("*.jpg"):
            if path.name != "young.jpg":
                os.utime(path, (day_before, day_before))
        assert media.sweep_orphans(most=1) == 1
        assert media.sweep_orphans() == 1
    assert files(folder) == sorted([Path(kept.image.name).name, "young.jpg"])
    assert "no row names" in caplog.text
