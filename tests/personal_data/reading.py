"""Reading an export as its owner does."""

import json
from io import BytesIO
from zipfile import ZipFile


def unpacked(response) -> dict[str, bytes]:
    """{name: content} of the archive that a response sends."""
    with ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def data_of(response) -> dict:
    """What the archive says to programs."""
    return json.loads(unpacked(response)["my-data.json"])


def words_of(response) -> str:
    """Everything in it that is text."""
    return "".join(
        content.decode() for name, content in unpacked(response).items() if not name.startswith("photos/")
    )
