"""A person's tickets as part of their own data, what stands against an erasure, and what goes."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.personal import blocks_erasure, exports
from core.outbox import on
from exceptions.models import UNRESOLVED, Ticket


def _of(user):
    return Ticket.objects.filter(Q(order__customer=user) | Q(courier__user=user))


@exports("tickets")
def tickets_of(user) -> list[dict]:
    return [
        {
            "no": ticket.no,
            "order": ticket.order.no,
            "type": ticket.type.name,
            "status": ticket.status,
            "my_words": ticket.words if ticket.reporter_id == user.pk else "",
            "opened_at": ticket.opened_at.isoformat(),
            "resolution": ticket.resolution,
        }
        for ticket in _of(user).select_related("order", "type").order_by("pk")
    ]


@blocks_erasure
def open_ticket(user) -> str:
    waiting = _of(user).filter(status__in=UNRESOLVED).exists()
    return _("Something that went wrong with an order of yours is still being put right.") if waiting else ""


@on("accounts.erased")
def forget_words(payload: dict) -> None:
    Ticket.objects.filter(reporter=payload["user"]).update(words="")
