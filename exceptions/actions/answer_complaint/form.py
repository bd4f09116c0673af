"""What is asked of the operator."""

from typing import cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.actions.base import ActionForm
from exceptions.models import Ticket
from payments.models import Complaint, ComplaintReply
from payments.services import takes_answers


def open_complaints(ticket: Ticket) -> QuerySet[Complaint]:
    """Of the ticket's order, the next to be settled first."""
    found = Complaint.objects.filter(payment__ref=ticket.order.no, status=Complaint.Status.OPEN)
    return found.prefetch_related("replies").order_by("due_at", "pk")


class AnswerComplaintForm(ActionForm):
    complaint = forms.ModelChoiceField(
        label=gettext_lazy("Which complaint"), queryset=Complaint.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What the provider is told"),
        choices=[
            (ComplaintReply.Kind.ANSWER, gettext_lazy("An answer: there is more to come")),
            (ComplaintReply.Kind.FINISH, gettext_lazy("It is settled")),
        ],
        initial=ComplaintReply.Kind.ANSWER,
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it was settled"),
        choices=[("", "—"), *ComplaintReply.Outcome.choices],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Answer, as the customer reads it"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["complaint"])
        field.queryset = open_complaints(self.ticket)
        self.first = field.queryset.first()
        if self.first is not None:
            self.initial["complaint"] = self.first.pk

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if self.first is None:
            raise forms.ValidationError(_("The complaint is over at the provider."))
        complaint, kind = cleaned.get("complaint"), cleaned.get("kind")
        if complaint and kind == ComplaintReply.Kind.ANSWER and not takes_answers(complaint):
            self.add_error("kind", _("Only one answer is taken of this complaint: with how it was settled."))
        if kind == ComplaintReply.Kind.FINISH and not cleaned.get("outcome"):
            self.add_error("outcome", _("Say how it was settled."))
        return cleaned
