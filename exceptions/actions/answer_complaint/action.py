"""Answer a customer's complaint at the provider by which they paid."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock
from exceptions.actions.answer_complaint import texts
from exceptions.actions.answer_complaint.form import AnswerComplaintForm, open_complaints
from exceptions.actions.answer_complaint.notification import NOTIFICATIONS
from exceptions.actions.base import Action, Audience, BriefingRow, Line, Outcome, Place, Preview
from exceptions.detection.detectors.payment_complaint.detector import TYPE
from exceptions.models import Ticket
from payments.models import ComplaintReply
from payments.selectors import paid_and_back
from payments.services import reply_to_complaint

Kind = ComplaintReply.Kind


class AnswerComplaint(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = ""
    place = Place.BAR
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = AnswerComplaintForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if ticket.type_id != TYPE:
            return _("The customer has not complained at the payment provider.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def briefing(self, ticket: Ticket, params: dict) -> list[BriefingRow]:
        complaint = params.get("complaint") or open_complaints(ticket).first()
        if complaint is None:
            return [BriefingRow(_("Now"), _("The complaint is over at the provider."), loud=True)]
        said = list(complaint.replies.all())
        return [
            BriefingRow(texts.gateway_name(complaint.gateway), complaint.words or complaint.reason),
            _deadline(_("To be answered by"), complaint.answer_by, is_met=bool(said)),
            _deadline(_("To be settled by"), complaint.due_at),
            *(
                BriefingRow(f"{clock.day_time(one.created_at)} · {one.get_status_display()}", one.words)
                for one in said
            ),
        ]

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        where = {"gateway": texts.gateway_name(params["complaint"].gateway)}
        lines = [Line(_("Reads the answer at %(gateway)s, and here.") % where, "customer")]
        if params["kind"] == Kind.ANSWER:
            return Preview(lines)
        lines.append(
            Line(_("%(gateway)s is told that it is settled; the customer may go on with it.") % where)
        )
        _paid, back_fen = paid_and_back(ticket.order.no)
        nothing_came_back = params["outcome"] == ComplaintReply.Outcome.REFUNDED and not back_fen
        return Preview(
            lines, _("Nothing has been paid back for this order so far.") if nothing_came_back else ""
        )

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        complaint = params["complaint"]
        reply = reply_to_complaint(
            complaint=complaint, kind=params["kind"], words=params["text"], outcome=params["outcome"], actor=actor,
            key=f"ticket:{ticket.no}:{key}",
        )  # fmt: skip
        data = {
            "gateway": complaint.gateway,
            "no": complaint.no,
            "reply": reply.pk,
            "kind": reply.kind,
            "outcome": reply.outcome,
        }
        return Outcome(data, reply.words, Audience.CUSTOMER)


def _deadline(label: str, by: datetime | None, *, is_met: bool = False) -> BriefingRow:
    """Loud once it is missed."""
    if by is None:
        return BriefingRow(label, "—")
    return BriefingRow(label, clock.day_time(by), loud=not is_met and by <= clock.now())
