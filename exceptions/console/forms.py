"""Forms of the console."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exceptions.actions.base import Action, ActionForm
from exceptions.models import Ticket


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class NoteForm(forms.Form):
    text = forms.CharField(max_length=500)


class AssignForm(forms.Form):
    to = forms.TypedChoiceField(label=_("Colleague"))

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(person.pk): person for person in colleagues}
        self.fields["to"].choices = [(pk, person.display_name) for pk, person in known.items()]
        self.fields["to"].coerce = known.get


def initial_values(form: forms.Form) -> dict[str, str]:
    """What a form starts with, as a browser would send it."""
    values = {}
    for name, form_field in form.fields.items():
        value = form_field.prepare_value(form.get_initial_for_field(form_field, name))
        if value is not None and value is not False and value != "":
            values[name] = str(value)
    return values


def prefilled(action: Action, ticket: Ticket, form: ActionForm) -> ActionForm:
    """The action's form, filled in with what it starts with."""
    return action.form(ticket, initial_values(form))


def errors_by_field(form: forms.Form) -> list[tuple[str, list[str]]]:
    """What is wrong at each visible field while somebody types: that the others are still empty, they know."""
    return [
        (
            field.auto_id,
            [
                str(message)
                for error in form.errors.as_data().get(field.name, ())
                if error.code != "required"
                for message in error.messages
            ],
        )
        for field in form.visible_fields()
    ]
