"""The demo has no proxy in front: pages and files are compressed by the platform itself."""

import gzip

import brotli
import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from core.middleware import CompressionMiddleware

WORDS = b"the same words " * 200


def answer(response, **headers):
    request = RequestFactory(headers={"Accept-Encoding": "gzip", **headers}).get("/")
    return CompressionMiddleware(lambda request: response)(request)


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "text/css", "text/javascript", "image/svg+xml", "application/json"]
)
def test_what_is_text_travels_compressed(kind):
    found = answer(HttpResponse(WORDS, content_type=kind))
    assert found["Content-Encoding"] == "gzip"
    assert len(found.content) < len(WORDS) / 4
    assert gzip.decompress(found.content) == WORDS
    assert "Accept-Encoding" in found["Vary"]


def test_files_too(tmp_path):
    (tmp_path / "ui.css").write_bytes(WORDS)
    found = answer(FileResponse((tmp_path / "ui.css").open("rb"), content_type="text/css"))
    assert gzip.decompress(b"".join(found.streaming_content)) == WORDS


def test_files_are_smaller_still_for_who_takes_brotli(tmp_path):
    (tmp_path / "ui.css").write_bytes(WORDS)
    found = answer(
        FileResponse((tmp_path / "ui.css").open("rb"), content_type="text/css"),
        **{"Accept-Encoding": "gzip, br"},
    )
    packed = b"".join(found.streaming_content)
    assert (found["Content-Encoding"], found["Content-Length"]) == ("br", str(len(packed)))
    assert brotli.decompress(packed) == WORDS


def test_a_page_is_never_packed_without_hiding_its_length():
    found = answer(HttpResponse(WORDS, content_type="text/html"), **{"Accept-Encoding": "gzip, br"})
    assert found["Content-Encoding"] == "gzip"


def test_photos_are_left_alone():
    assert "Content-Encoding" not in answer(HttpResponse(WORDS, content_type="image/jpeg"))


def test_a_part_of_a_file_is_the_bytes_that_were_asked_for():
    found = answer(HttpResponse(WORDS, content_type="text/css", status=206), Range="bytes=0-2999")
    assert found.content == WORDS


def test_who_cannot_read_it_gets_it_plain():
    assert (
        answer(HttpResponse(WORDS, content_type="text/html"), **{"Accept-Encoding": "identity"}).content
        == WORDS
    )


def test_the_same_page_has_another_length_each_time():
    """Its length tells nothing about a secret in it (BREACH)."""
    assert len({len(answer(HttpResponse(WORDS, content_type="text/html")).content) for _ in range(20)}) > 1
