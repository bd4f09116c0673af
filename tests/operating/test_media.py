"""Photos go into a backup from whatever keeps them, and back under their own names."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from core.backups import media
from core.storage import PrivateBucket


@pytest.fixture
def folder(tmp_path):
    return FileSystemStorage(tmp_path / "media")


def test_from_a_bucket_into_a_folder_and_back(s3, folder):
    bucket = PrivateBucket(bucket_name="photos", **s3)
    for name in ("orders/2026/11/a.jpg", "chat/2026/11/b.jpg"):
        bucket.save(name, ContentFile(name.encode()))
    out = BytesIO()
    media.write_archive(bucket, out)
    assert media.read_archive(folder, BytesIO(out.getvalue())) == 2
    assert sorted(media.names(folder)) == ["chat/2026/11/b.jpg", "orders/2026/11/a.jpg"]
    assert folder.open("orders/2026/11/a.jpg").read() == b"orders/2026/11/a.jpg"
    # Again, over what is there: no second name for the same photo.
    assert media.read_archive(bucket, BytesIO(out.getvalue())) == 2
    assert sorted(media.names(bucket)) == ["chat/2026/11/b.jpg", "orders/2026/11/a.jpg"]


def test_a_photo_that_is_removed_meanwhile_is_left_out(folder, monkeypatch):
    folder.save("a.jpg", ContentFile(b"a"))
    folder.save("b.jpg", ContentFile(b"b"))
    monkeypatch.setattr(media, "names", lambda storage: iter(["a.jpg", "gone.jpg", "b.jpg"]))
    out = BytesIO()
    media.write_archive(folder, out)
    monkeypatch.undo()
    other = FileSystemStorage(folder.base_location / "other")
    assert media.read_archive(other, BytesIO(out.getvalue())) == 2


def test_an_empty_folder_is_no_photo(folder):
    assert list(media.names(folder)) == []
    assert media.total_size(folder) == 0
