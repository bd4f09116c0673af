"""The same campus packed or written otherwise: read, or one sentence that names the format and what to download."""

import bz2
import gzip
import lzma
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from campus.models import Campus
from campus.osm import files, import_osm
from core.errors import Invalid
from tests.campus.osm_files import CASES, extract

pytestmark = pytest.mark.django_db

PLAIN = (CASES / "formats" / "plain.osm").read_bytes()
TEXT = PLAIN.decode()


@pytest.fixture
def load(tmp_path):
    def load(data: bytes):
        path = tmp_path / "map"
        path.write_bytes(data)
        return import_osm(path, code="t")

    return load


@pytest.mark.parametrize("name", ["plain.osm", "plain.osm.gz", "crlf-bom.osm", "utf16.osm"])
def test_a_case_that_is_read(name):
    report = import_osm(CASES / "formats" / name, code="t")
    assert (report.made, report.edges) == (["1号楼"], 1)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("change.osc", "a change file of OpenStreetMap"),
        ("empty.osm", "empty"),
        ("gbk.osm", "written in GBK"),
        ("map.geojson", "GeoJSON"),
        ("overpass-error.html", "the server is probably too busy to handle your request"),
        ("overpass.json", "an answer of Overpass as JSON"),
        ("ride.gpx", "a GPX track"),
        ("start.osm.pbf", "OpenStreetMap data as .pbf"),
    ],
)
def test_a_case_that_is_refused_names_the_format_and_what_to_download(name, found):
    with pytest.raises(CommandError, match="What is needed is OpenStreetMap XML") as refusal:
        call_command("import_campus", str(CASES / "formats" / name), code="t")
    assert found in str(refusal.value)
    assert not Campus.objects.exists()


def test_each_case_is_read_or_refused():
    known = {"plain.osm", "plain.osm.gz", "crlf-bom.osm", "utf16.osm"} | {
        "change.osc", "empty.osm", "gbk.osm", "map.geojson", "overpass-error.html", "overpass.json", "ride.gpx", "start.osm.pbf",
    }  # fmt: skip
    assert {path.name for path in (CASES / "formats").iterdir()} == known


def zipped(data: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("map.osm", data)
    return file.getvalue()


READ = {
    "bz2": bz2.compress(PLAIN),
    "gz": gzip.compress(PLAIN),
    "gz in two parts": gzip.compress(PLAIN[:400]) + gzip.compress(PLAIN[400:]),
    "gz of utf-16": gzip.compress(TEXT.encode("utf-16")),
    "bz2 with a BOM": bz2.compress(b"\xef\xbb\xbf" + PLAIN),
    "utf-16 big end first": TEXT.replace("UTF-8", "UTF-16").encode("utf-16-be"),
    "utf-16 that says utf-8": TEXT.encode("utf-16"),
    "no declaration": TEXT.split("?>", 1)[1].encode(),
    "blank lines before it": b"\r\n\r\n" + TEXT.split("?>", 1)[1].encode(),
    "old line ends": PLAIN.replace(b"\n", b"\r"),
    "a comment before the root": TEXT.replace("<osm", "<!-- my <campus> --><osm", 1).encode(),
    "declared in small letters": TEXT.replace('encoding="UTF-8"', "encoding='utf-8'").encode(),
}
REFUSED = {
    "nothing but blanks": (b" \r\n ", "empty"),
    "nothing in gz": (gzip.compress(b""), "empty"),
    "nothing but a BOM": (b"\xef\xbb\xbf", "empty"),
    "zip": (zipped(PLAIN), "a ZIP archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "a 7z archive"),
    "xz": (lzma.compress(PLAIN), "an xz archive"),
    "zstd": (b"\x28\xb5\x2f\xfd" + b"\0" * 40, "a zstd archive"),
    "rar": (b"Rar!\x1a\x07\x00", "a RAR archive"),
    "tar in gz": (gzip.compress(b"x" * 257 + b"ustar" + b"\0" * 250), "a tar archive"),
    "pbf": (b"\0\0\0\x0e\n\x09OSMHeader\x18", "OpenStreetMap data as .pbf"),
    "pbf in gz": (gzip.compress(b"\0\0\0\x0e\n\x09OSMHeader\x18"), "OpenStreetMap data as .pbf"),
    "o5m": (b"\xff\xe0\x04o5m2", "OpenStreetMap data as .o5m"),
    "png": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "jpeg": (b"\xff\xd8\xff\xe0", "a picture"),
    "pdf": (b"%PDF-1.7", "a PDF"),
    "geopackage": (b"SQLite format 3\0", "a database"),
    "a feature": (b'\n {"type": "Feature", "geometry": null}', "GeoJSON"),
    "json": (b'{"a": 1}', "JSON"),
    "a list": (b"[1, 2]", "JSON"),
    "kml": (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "KML"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "a drawing"),
    "a web page": (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
    "a page without doctype": (b"<html lang='en'><body>502 Bad Gateway</body></html>", "a web page"),
    "other xml": (b"<?xml version='1.0'?><rss></rss>", "XML of another kind (&lt;rss&gt;)"),
    "differences of Overpass": (
        extract().replace("</osm>", '<action type="create"><node id="9" lat="30" lon="104"/></action></osm>').encode(),
        "a list of differences",
    ),
    "text": ("第一食堂,30.1,104.2".encode(), "text"),
    "gbk without saying so": (TEXT.replace('encoding="UTF-8"', "").encode("gbk"), "written in GBK"),
    "gbk that says utf-8": (TEXT.encode("gbk"), "written in GBK"),
    "big5": (TEXT.replace("UTF-8", "Big5").replace("试验大学", "試驗大學").replace("号楼", "號樓").encode("big5"), "written in BIG5"),
    "entities": (b'<!DOCTYPE osm [<!ENTITY a "b">]><osm version="0.6"></osm>', "XML with entities"),
    "a tag that is not closed": (TEXT.replace("<nd ref=\"1\"/>", "<nd ref=\"1\">", 1).encode(), "damaged in line"),
    "a bare ampersand": (TEXT.replace("1号楼", "A & B").encode(), "damaged in line"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_more_that_is_read(load, kind):
    assert load(READ[kind]).made == ["1号楼"]


@pytest.mark.parametrize("kind", REFUSED)
def test_more_that_is_refused_by_name(load, kind):
    data, found = REFUSED[kind]
    with pytest.raises(Invalid, match="What is needed is OpenStreetMap XML") as refusal:
        load(data)
    assert found.replace("&lt;", "<").replace("&gt;", ">") in str(refusal.value)
    assert not Campus.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN[: len(PLAIN) // 2],
        gzip.compress(PLAIN)[:-20],
        bz2.compress(PLAIN)[:-20],
        gzip.compress(PLAIN)[:30],
        PLAIN[:-8],
    ],
    ids=["xml", "gz", "bz2", "the head of a gz", "the last tag"],
)
def test_half_a_file_is_called_so(load, data):
    with pytest.raises(Invalid, match="breaks off in the middle"):
        load(data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_a_file_is_unpacked_up_to_a_bound_only(load, monkeypatch, pack):
    monkeypatch.setattr(files, "MOST_BYTES", len(PLAIN) - 1)
    with pytest.raises(Invalid, match="Export only the campus"):
        load(pack(PLAIN))


def test_what_overpass_did_not_finish_is_refused(load):
    remark = '<remark> runtime error: Query timed out in "query" at line 3 after 26 seconds. </remark></osm>'
    with pytest.raises(Invalid, match="Query timed out"):
        load(extract().replace("</osm>", remark).encode())
