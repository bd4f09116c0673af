"""The photos that say something about a case."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from chat import selectors as chat
from chat.models import Message
from exceptions.models import Ticket


@dataclass(frozen=True)
class Picture:
    """A photo that says something about the case: what it is, by whom, when, and where it is shown."""

    label: str
    url: str
    at: datetime


def photos(ticket: Ticket) -> list[Picture]:
    """What was reported with, and what came with the order: receipt, goods at the door, the chat. Three queries."""
    pictures = [
        Picture(
            _("Photo by %(name)s") % {"name": photo.by.display_name},
            reverse("exceptions:console_photo", args=[ticket.no, photo.pk]),
            photo.created_at,
        )
        for photo in ticket.evidence.select_related("by")
    ]
    pictures += [
        Picture(
            f"{photo.get_purpose_display()} · {photo.by.display_name}",
            reverse("orders:photo", args=[ticket.order.no, photo.pk]),
            photo.created_at,
        )
        for photo in ticket.order.photos.select_related("by")
    ]
    lines = chat.about([("order", ticket.order.no), ("ticket", ticket.no)])
    pictures += [
        Picture(
            _("From the chat, by %(name)s") % {"name": line.author.display_name},
            reverse("chat:desk_photo", args=[line.thread.no, line.pk]),
            line.at,
        )
        for line in lines.filter(kind=Message.Kind.PHOTO, redacted_at=None)
    ]
    return pictures
