"""A person's tickets as part of their own data, what stands against an erasure, and what goes."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal import blocks_erasure, exports, exports_files, named
from core.personal_data import Erasure, Keeps, Reader, erases, needles_of, not_personal, personal
from exceptions.models import PENDING, Evidence, Party, Ticket, TicketEvent
from exceptions.tickets.services.retention import delete_old_evidence
from notifications.services import cut_notices, empty_notices

OWN, STAFF = Reader.PERSON, Reader.OPERATORS
PARTIES = (OWN, Reader.CUSTOMER, Reader.COURIER, STAFF)
MEND = gettext_lazy("to put right what went wrong with an order")
FAIR = gettext_lazy("to know who decided what, and why")
BY_PARTIES = Q(role__in=Party.values)

personal(
    "exceptions.Ticket", "description", about="order__customer reporter", mentions="courier__user", exported="tickets",
    keeps=Keeps(period="transactions", since="closed_at", then=Erasure.BLANK),
    purpose=MEND, readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "exceptions.Ticket", "resolution", about="order__customer", mentions="courier__user", exported="tickets",
    keeps=Keeps(period="transactions", since="closed_at", then=Erasure.BLANK),
    purpose=MEND, readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "exceptions.Ticket", "reporter assignee",
    purpose=MEND, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "exceptions.TicketEvent", "text", about="ticket__order__customer", exported="ticket_answers",
    mentions="ticket__courier__user actor",
    keeps=Keeps(period="transactions", since="ticket__closed_at", then=Erasure.BLANK),
    purpose=MEND, readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "exceptions.TicketEvent", "text", about="actor", only=BY_PARTIES, exported="ticket_answers",
    purpose=MEND, readers=PARTIES, erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "exceptions.TicketEvent", "data", mentions="ticket__order__customer ticket__courier__user actor",
    purpose=MEND, readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "exceptions.TicketEvent", "actor",
    purpose=FAIR, readers=PARTIES, erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "exceptions.Evidence", "image by", about="by ticket__order__customer", exported="photos",
    keeps=Keeps(period="photos", sweep=delete_old_evidence),
    purpose=MEND, readers=(OWN, STAFF), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "exceptions.Ruling", "reason", about="ticket__order__customer", mentions="courier__user",
    keeps=Keeps(period="transactions", since="created_at", then=Erasure.BLANK),
    purpose=FAIR, readers=(STAFF,), erasure=Erasure.BLANK,
)  # fmt: skip
personal(
    "exceptions.Ruling", "by",
    purpose=FAIR, readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "exceptions.Watch", "data answered_at", about="leg__courier__user",
    keeps=Keeps(period="positions", since="began_at", then=Erasure.DELETE),
    purpose=gettext_lazy("to notice when something has happened to a courier on the way"), readers=(STAFF,),
    erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "exceptions.ScanFailure", "error", about="order__customer",
    keeps=Keeps(period="sends", since="last_at", then=Erasure.DELETE),
    purpose=MEND, readers=(STAFF,), erasure=Erasure.DELETE,
)  # fmt: skip
personal(
    "exceptions.ServicePolicy", "published_by",
    purpose=gettext_lazy("to know who set a rule"), readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
personal(
    "exceptions.CompensationRule", "published_by",
    purpose=gettext_lazy("to know who set a rule"), readers=(STAFF,), erasure=Erasure.PSEUDONYM,
)  # fmt: skip
not_personal(
    "exceptions.ExceptionType", "exceptions.CompensationRule.params", "exceptions.CompensationRule.reason", "exceptions.Ticket.no", "exceptions.Ticket.clock_policy",
    "exceptions.ServicePolicy.hours", "exceptions.ServicePolicy.reason",
    "exceptions.TicketEvent.kind", "exceptions.TicketEvent.role", "exceptions.TicketEvent.key",
    "exceptions.Ruling.key", "exceptions.RulingShare", "exceptions.ScanFailure.rule", "exceptions.DetectorThreshold", "exceptions.Watch.detector",
    "exceptions.AuditFinding",  # numbers of orders
)  # fmt: skip


def mine(user) -> Q:
    return Q(order__customer=user) | Q(courier__user=user)


def _of(user):
    return Ticket.objects.filter(mine(user))


@exports("tickets")
def tickets_of(user) -> list[dict]:
    return [
        {
            "no": ticket.no,
            "order": ticket.order.no,
            "type": ticket.type.name,
            "status": named(ticket, "status"),
            "my_words": ticket.description if ticket.reporter_id == user.pk else "",
            "opened_at": ticket.opened_at.isoformat(),
            "resolution": ticket.resolution,
        }
        for ticket in _of(user).select_related("order", "type").order_by("pk")
    ]


@exports("ticket_answers")
def answers_of(user) -> list[dict]:
    """What they said in tickets, and what they were asked."""
    asked = Q()
    for lookup, audience in (("ticket__order__customer", "customer"), ("ticket__courier__user", "courier")):
        asked |= Q(**{lookup: user}, audience=audience)
    found = TicketEvent.objects.filter(Q(actor=user) | asked).exclude(text="").select_related("ticket")
    return [
        {
            "at": entry.at.isoformat(),
            "ticket": entry.ticket.no,
            "mine": entry.actor_id == user.pk,
            "text": entry.text,
        }
        for entry in found.order_by("at", "pk")
    ]


@blocks_erasure
def open_ticket(user) -> str:
    waiting = _of(user).filter(PENDING).exists()
    return _("Something that went wrong with an order of yours is still being put right.") if waiting else ""


@exports_files
def evidence_of(user):
    """The photos that they gave."""
    for photo in Evidence.objects.filter(by=user).select_related("ticket").order_by("pk"):
        yield f"tickets/{photo.ticket.no}-{photo.pk}.jpg", photo.image


@erases
def empty_ticket_notices(user) -> None:
    """What others were told about the tickets of their orders, and what they themselves did in those of others."""
    about = {True: [], False: []}
    for no, customer in Ticket.objects.filter(mine(user)).values_list("no", "order__customer"):
        about[customer == user.pk].append(reverse("exceptions:ticket", args=[no]))
    empty_notices(links=about[True], but=user)
    cut_notices(links=about[False], words=needles_of(user))
