"""What somebody has begun to order: kept for a day or until it is ordered, so that going back loses nothing.

Photos cannot be put back into a form, so they wait, already cleaned, in rows of their own for two hours.
"""

import base64
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.http import HttpRequest, QueryDict
from PIL import Image

from core import clock
from core.ids import new_no
from core.images import clean_photo
from core.personal_data import period
from orders.models import Draft, DraftPhoto

KEPT = timedelta(hours=2)
THUMB = (168, 168)
# Of the page itself, not of the errand.
_PASSING = {
    "csrfmiddlewaretoken",
    "quote_token",
    "expected_fen",
    "somebody",
    "give_up",
    "key",
    "drop_photo",
    "gateway",
    "forced_was",
}


def keep(request: HttpRequest, kind: str, given: QueryDict, blank: Mapping[str, object]) -> None:
    """Remember what the form holds now; not when that is only what it begins with (`blank`). Not in the session, which
    lives for weeks."""
    fields = {name: value for name, value in given.items() if name not in _PASSING and value}
    before = initial(request, kind)
    if not before and all(str(blank.get(name) or "") == value for name, value in fields.items()):
        return
    if before != fields:
        Draft.objects.update_or_create(
            user=request.user, kind=kind, defaults={"fields": fields, "changed_at": clock.now()}
        )


def initial(request: HttpRequest, kind: str) -> dict:
    """What was filled in before; nothing when that is long ago."""
    since = clock.now() - period("drafts")
    draft = Draft.objects.filter(user=request.user, kind=kind, changed_at__gt=since).first()
    return draft.fields if draft else {}


def forget(request: HttpRequest, kind: str) -> None:
    Draft.objects.filter(user=request.user, kind=kind).delete()
    if ids := request.session.pop(_name(kind, "photos"), None):
        DraftPhoto.objects.filter(user=request.user, ident__in=ids).delete()


# -- Photos ------------------------------------------------------------------------------------------------


def add_photos(request: HttpRequest, kind: str, files: list, most: int) -> None:
    """Clean new photos and put them with the draft. Raises Invalid for what is no photo; too many are left out."""
    ids = list(request.session.get(_name(kind, "photos"), ()))
    for file in files[: max(most - len(ids), 0)]:
        photo = clean_photo(file)
        ident = new_no(length=16)
        DraftPhoto.objects.create(user=request.user, ident=ident, image=photo.read())
        ids.append(ident)
        request.session[_name(kind, "photos")] = ids


def drop_photos(request: HttpRequest, kind: str, dropped: list[str]) -> None:
    ids = request.session.get(_name(kind, "photos"), ())
    if any(ident in dropped for ident in ids):
        DraftPhoto.objects.filter(user=request.user, ident__in=set(ids) & set(dropped)).delete()
        request.session[_name(kind, "photos")] = [ident for ident in ids if ident not in dropped]


def photos(request: HttpRequest, kind: str) -> list[tuple[str, ContentFile]]:
    """(id, file) of the draft's photos that are still kept."""
    ids = request.session.get(_name(kind, "photos"), ())
    if not ids:
        return []
    kept = dict(
        DraftPhoto.objects.filter(
            user=request.user, ident__in=ids, created_at__gt=clock.now() - KEPT
        ).values_list("ident", "image")
    )
    return [
        (ident, ContentFile(bytes(kept[ident]), name=f"{ident.lower()}.jpg"))
        for ident in ids
        if ident in kept
    ]


def thumbnails(request: HttpRequest, kind: str) -> list[tuple[str, str]]:
    """(id, data: address of a small picture) for the page."""
    return [(ident, _thumbnail(file)) for ident, file in photos(request, kind)]


def _thumbnail(file: ContentFile) -> str:
    with Image.open(file) as image:
        image.thumbnail(THUMB)
        out = BytesIO()
        image.save(out, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"


def _name(kind: str, part: str) -> str:
    return f"draft:{kind}:{part}"


def tidy() -> int:
    """Forget photos of drafts that were not ordered."""
    return DraftPhoto.objects.filter(created_at__lte=clock.now() - KEPT).delete()[0]
