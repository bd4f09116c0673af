"""Photos in a bucket: private, never overwritten, and failing as a disk does."""

import pytest
from django.core.files.base import ContentFile

from core.media import CannotKeep
from core.storage import PrivateBucket


@pytest.fixture
def bucket(s3):
    return PrivateBucket(bucket_name="photos", **s3)


def test_a_photo_comes_back_as_it_was(bucket):
    name = bucket.save("evidence/2026/11/photo.jpg", ContentFile(b"picture"))
    with bucket.open(name) as file:
        assert file.read() == b"picture"
    assert bucket.size(name) == 7
    bucket.delete(name)
    assert not bucket.exists(name)


def test_a_second_photo_of_the_same_name_is_another(bucket):
    first = bucket.save("image.jpg", ContentFile(b"first"))
    second = bucket.save("image.jpg", ContentFile(b"second"))
    assert first != second
    assert bucket.open(first).read() == b"first"


def test_what_is_kept_is_not_public(bucket):
    """No public grant on the object, and every address of it is signed and ends."""
    name = bucket.save("image.jpg", ContentFile(b"picture"))
    grants = bucket.bucket.Object(name).Acl().grants
    assert [grant for grant in grants if "URI" in grant["Grantee"]] == []
    address = bucket.url(name)
    assert "X-Amz-Signature=" in address
    assert "X-Amz-Expires=300" in address


def test_a_photo_that_is_not_there_is_a_missing_file(bucket):
    with pytest.raises(FileNotFoundError):
        bucket.open("none.jpg").read()


def test_a_bucket_that_is_away_fails_like_a_disk(s3):
    away = PrivateBucket(bucket_name="photos", **(s3 | {"endpoint_url": "http://127.0.0.1:1"}))
    with pytest.raises(CannotKeep):
        away.save("image.jpg", ContentFile(b"picture"))
    with pytest.raises(OSError, match="bucket"):
        away.open("image.jpg").read()


def test_a_bucket_that_does_not_exist_fails_like_a_disk(s3):
    wrong = PrivateBucket(bucket_name="nobodys", **s3)
    with pytest.raises(CannotKeep):
        wrong.save("image.jpg", ContentFile(b"picture"))
