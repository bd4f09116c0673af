"""The photos that say something about a case."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from chat import selectors as chat
from chat.models import Message
from exceptions.models import Evidence, Ticket


@dataclass(frozen=True)
class Picture:
    """A photo that says something about the case: what it is, by whom, when, and where it is shown."""

    label: str
    url: str
    at: datetime


def photos(ticket: Ticket, duplicates: list[Ticket]) -> list[Picture]:
    """What was reported with (of its duplicates too), and what came with the order: receipt, goods at the door, the chat.
    Three queries."""
    reported = Evidence.objects.filter(ticket__in=[ticket, *duplicates])
    pictures = [
        Picture(
            _("Photo by %(name)s") % {"name": photo.by.display_name},
            reverse("exceptions:console_photo", args=[photo.ticket.no, photo.pk]),
            photo.created_at,
        )
        for photo in reported.select_related("by", "ticket").order_by("pk")
    ]
    pictures += [
        Picture(
            f"{photo.get_purpose_display()} · {photo.by.display_name}",
            reverse("orders:photo", args=[ticket.order.no, photo.pk]),
            photo.created_at,
        )
        for photo in ticket.order.photos.select_related("by")
    ]
    topics = [("order", ticket.order.no), *(("ticket", one.no) for one in [ticket, *duplicates])]
    lines = chat.about(topics)
    pictures += [
        Picture(
            _("From the chat, by %(name)s") % {"name": line.author.display_name},
            reverse("chat:desk_photo", args=[line.thread.no, line.pk]),
            line.at,
        )
        for line in lines.filter(kind=Message.Kind.PHOTO, redacted_at=None)
    ]
    return pictures
