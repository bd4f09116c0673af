"""Where goods are, and through whose hands they went."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from delivery.models import Custody
from orders.models import Order, Photo
from orders.names import courier_name
from orders.permissions import may_see_photo

Act = Custody.Act


@dataclass(frozen=True)
class Link:
    """One hand-over as a sentence. `row` has the facts behind it; `photo` is where its picture is shown, empty for who
    may not see it."""

    at: datetime
    text: str
    row: Custody
    photo: str = ""


def where_is(order: Order) -> Custody | None:
    """Where the goods are and who had them last: the last link. One query; None before the pickup."""
    return (
        Custody.objects.filter(order=order)
        .select_related("taker", "giver", "station__place", "place", "leg")
        .order_by("-at", "-pk")
        .first()
    )


def chain(order: Order, *, viewer=None, full_names: bool = False) -> list[Link]:
    """The whole way, oldest first. Customers read of couriers as they know them, operators by name. One query."""
    rows = Custody.objects.filter(order=order).select_related(
        "giver", "taker", "station__place", "place", "photo"
    )
    return [
        Link(row.at, sentence(row, full_names=full_names), row, _picture(order, row.photo, viewer))
        for row in rows
    ]


def _picture(order: Order, photo: Photo | None, viewer) -> str:
    if photo is None or viewer is None:
        return ""
    photo.order = order
    return reverse("orders:photo", args=[order.no, photo.pk]) if may_see_photo(viewer, photo) else ""


def sentence(row: Custody, *, full_names: bool = False) -> str:
    def name(user) -> str:
        if user is None:
            return ""
        return user.display_name if full_names else courier_name(user)

    words = {
        "giver": name(row.giver),
        "taker": name(row.taker),
        "station": row.station.place.label if row.station else "",
        "slot": row.slot,
        "place": row.place.label if row.place else "",
    }
    match row.act:
        case Act.PICKED_UP if row.place:
            return _("%(taker)s picked it up at %(place)s") % words
        case Act.PICKED_UP:
            return _("%(taker)s has the goods") % words
        case Act.SHELVED if row.taker and full_names:
            return _("%(giver)s → keeper %(taker)s: %(station)s, slot %(slot)s") % words
        case Act.SHELVED:
            return _("%(giver)s put it on the shelf: %(station)s, slot %(slot)s") % words
        case Act.FETCHED:
            return _("%(taker)s took it from the shelf: %(station)s, slot %(slot)s") % words
        case Act.TRANSFERRED:
            return _("%(giver)s handed it to %(taker)s") % words
        case Act.COLLECTED:
            return _("%(taker)s collected it where it lay, near %(place)s") % words
        case Act.DELIVERED:
            return _("%(giver)s delivered it at %(place)s") % words
        case Act.BROUGHT_BACK:
            return _("%(giver)s brought it back to %(place)s") % words
        case Act.MISSED:
            return _("Not found on the shelf: %(station)s, slot %(slot)s") % words
        case Act.FOUND:
            return _("Found again: %(station)s, slot %(slot)s") % words
    return str(row.get_act_display())
