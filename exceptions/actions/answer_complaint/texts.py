"""Facts of its entries: {gateway, no, reply, kind, outcome}, and of one that was not taken {gateway, no}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind, actor_name
from payments.models import ComplaintReply, Payment

LABEL = gettext_lazy("Answer the complaint")
ICON = "support_agent"


def gateway_name(code: str) -> str:
    """How people call the provider."""
    return str(Payment.Gateway(code).label)


def _answered(entry: TicketEvent, party: Party | None) -> str:
    facts = {"who": actor_name(entry, party), "gateway": gateway_name(entry.data["gateway"])}
    if entry.data["kind"] == ComplaintReply.Kind.ANSWER:
        return _("%(who)s answered the complaint at %(gateway)s") % facts
    facts["outcome"] = str(ComplaintReply.Outcome(entry.data["outcome"]).label)
    return _("%(who)s told %(gateway)s that the complaint is settled: %(outcome)s") % facts


def _unsent(entry: TicketEvent, party: Party | None) -> str:
    return _("%(gateway)s does not take our answer: answer on its own page") % {
        "gateway": gateway_name(entry.data["gateway"])
    }


ENTRIES = {
    "answer_complaint": EntryKind(_answered, ICON),
    "unsent": EntryKind(_unsent, "sms_failed", tone="hot"),
}
