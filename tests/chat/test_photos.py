"""What is sent as a photo: drawn anew, or refused in words that one understands."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chat.models import Message
from core import images
from delivery import services as delivery
from tests.core.test_images import archive, bomb


@pytest.fixture
def send(client_of, carried):
    """send(person, file): posts it as the page does."""

    def post(person, file, **more):
        return client_of(person).post(
            f"/chat/order-{carried.no}/say/",
            {"client": "photo-name-1", "photo": file, **more},
            headers={"Accept": "application/json"},
        )

    return post


def test_a_photo_arrives_without_where_it_was_taken(send, upload, student_lin, courier_zhao, client_of):
    original = upload()
    assert b"Exif" in original.read()
    original.seek(0)
    answer = send(student_lin, original)
    assert answer.status_code == 200
    line = Message.objects.get(kind="photo")
    url = f"/chat/order-{line.thread.ref}/photo/{line.pk}/"
    assert url in answer.json()["html"]
    got = client_of(courier_zhao).get(url)
    content = b"".join(got.streaming_content)
    assert (got.status_code, got["Content-Type"]) == (200, "image/jpeg")
    assert b"Exif" not in content
    assert Image.open(BytesIO(content)).size == (60, 40)


def test_a_photo_in_a_bucket_is_served_by_the_same_page(
    send, upload, student_lin, courier_zhao, client_of, settings, s3, student_mei
):
    photo = upload()
    options = {"bucket_name": "photos", **s3}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "core.storage.PrivateBucket", "OPTIONS": options}
    }
    assert send(student_lin, photo).status_code == 200
    line = Message.objects.get(kind="photo")
    url = f"/chat/order-{line.thread.ref}/photo/{line.pk}/"
    got = client_of(courier_zhao).get(url)
    assert got.status_code == 200
    assert Image.open(BytesIO(b"".join(got.streaming_content))).size == (60, 40)
    assert client_of(student_mei).get(url).status_code == 404


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: SimpleUploadedFile("a.jpg", b"<html><script>x()</script>", "image/jpeg"), "not a photo"),
        (lambda: SimpleUploadedFile("a.jpg", b"%PDF-1.7 ...", "image/jpeg"), "not a photo"),
        (lambda: SimpleUploadedFile("a.svg", b"<svg xmlns='x'/>", "image/svg+xml"), "not a photo"),
        (lambda: SimpleUploadedFile("a.jpg", b"", "image/jpeg"), "empty"),
        (lambda: bomb(10_000, 10_000), "too big"),
        (lambda: bomb(60_000, 60_000), "too big"),
    ],
    ids=["html", "pdf", "svg", "empty", "bomb", "huge bomb"],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_plain_photo_is_refused(send, student_lin, file, words):
    answer = send(student_lin, file())
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("more", [b"<script>alert(1)</script>", b"<?php x() ?>", archive()])
def test_a_polyglot_is_refused(send, upload, student_lin, more):
    answer = send(student_lin, upload(more))
    assert answer.status_code == 422
    assert "more than a photo" in answer.json()["error"]


def test_too_many_bytes_are_refused(send, upload, student_lin, monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    answer = send(student_lin, upload())
    assert answer.status_code == 422
    assert "too big" in answer.json()["error"]


def test_it_does_not_exist_for_others(
    send, upload, carried, student_lin, student_mei, courier_qian, client_of
):
    send(student_lin, upload())
    line = Message.objects.get()
    for stranger in (student_mei, courier_qian):
        assert client_of(stranger).get(f"/chat/order-{carried.no}/photo/{line.pk}/").status_code == 404


def test_nor_for_a_courier_who_left_before(
    send, upload, carried, student_lin, courier_zhao, client_of, simulated_clock
):
    simulated_clock.advance(seconds=5)
    delivery.give_back(leg=carried.legs.get(), actor=courier_zhao.user, reason="no_time")
    simulated_clock.advance(seconds=5)
    send(student_lin, upload())
    line = Message.objects.get(kind="photo")
    assert client_of(courier_zhao).get(f"/chat/order-{carried.no}/photo/{line.pk}/").status_code == 404


def test_operators_see_it_on_the_desk(send, upload, student_lin, operator_wang, finance_li, client_of):
    send(student_lin, upload())
    line = Message.objects.get()
    url = f"/admin/desk/{line.thread.no}/photo/{line.pk}/"
    assert client_of(operator_wang).get(url).status_code == 200
    assert client_of(finance_li).get(url).status_code == 403
