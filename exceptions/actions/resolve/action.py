"""Settle the ticket, and say what was done."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.actions.base import Line, Outcome, Preview, Step, StepForm
from exceptions.detection.alarms import RING_AGAIN, alarm_of
from exceptions.models import Ticket


class ResolveForm(StepForm):
    resolution = forms.CharField(
        label=gettext_lazy("What was done, as both parties read it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Resolve(Step):
    name = "resolve"
    label = gettext_lazy("Resolve")
    icon = "circle-check"
    form_class = ResolveForm

    def available(self, ticket: Ticket, actor) -> str:
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        lines = [
            Line(_("The ticket leaves the queue. Both parties are told and may reopen it within 7 days.")),
        ]
        alarm = alarm_of(ticket.type_id, ticket.order.status)
        if alarm and getattr(ticket.order, alarm.column) is None:
            minutes = int(RING_AGAIN.total_seconds() // 60)
            lines.append(Line(_("If nothing moves, it rings again in %(n)s min.") % {"n": minutes}))
        return Preview(lines)

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        ticket.resolve(params["resolution"])
        return Outcome({}, params["resolution"])
