"""What customers and couriers fill in about a problem."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.images import clean_photo
from exceptions.models import ExceptionType, Party, Ticket
from exceptions.tickets.services.reporting import MAX_PHOTOS
from orders.models import Order

RequestedRemedy = Ticket.RequestedRemedy
# So many choices need no order; of more, so many stand apart at the top.
FEW, LIKELIEST = 5, 4


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos, drawn anew by `core.images`: what comes out can be kept."""

    widget = PhotosInput

    def clean(self, data, initial=None) -> list:
        uploads = [one for one in (data if isinstance(data, list) else [data]) if one]
        if len(uploads) > MAX_PHOTOS:
            raise ValidationError(_("At most %(n)s photos."), params={"n": MAX_PHOTOS})
        try:
            return [clean_photo(super(PhotosField, self).clean(one, initial)) for one in uploads]
        except Invalid as error:
            raise ValidationError(str(error)) from None


class ReportForm(forms.Form):
    """A report. `types` are those that fit the order as it stands."""

    type = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    description = forms.CharField(
        label=_("In your own words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("What happened?")}),
    )
    requested_remedy = forms.ChoiceField(
        label=_("What would help you most?"),
        widget=forms.RadioSelect,
        choices=RequestedRemedy.choices,
        required=False,
    )
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args, order: Order, types: list[ExceptionType], party: Party, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.types = {one.pk: one for one in types}
        self.fields["type"].choices = [(one.pk, one.name) for one in types]
        if party == Party.COURIER:
            del self.fields["requested_remedy"]
        else:
            pointless = RequestedRemedy.REDELIVER if order.is_live else RequestedRemedy.HURRY
            self.fields["requested_remedy"].choices = [
                choice for choice in RequestedRemedy.choices if choice[0] != pointless
            ]

    def groups(self) -> list[tuple[str, list]]:
        """The choices: the likeliest, then the others by group. (Title, its radio buttons with their types)."""
        options = [(option, self.types[option.data["value"]]) for option in self["type"]]
        if len(options) <= FEW:
            return [(str(self.fields["type"].label), options)]
        by_group: dict[str, list] = {str(gettext("likeliest")): options[:LIKELIEST]}
        for option, one in sorted(options[LIKELIEST:], key=lambda pair: pair[1].position):
            by_group.setdefault(one.get_group_display(), []).append((option, one))
        return list(by_group.items())

    def clean(self) -> dict:
        cleaned = super().clean()
        chosen = self.types.get(cleaned.get("type"))
        if chosen and chosen.photo_required and not cleaned.get("photos") and "photos" not in self.errors:
            self.add_error("photos", _("Please add a photo: it is needed for this."))
        if chosen and chosen.description_required and not cleaned.get("description"):
            self.add_error("description", _("Please say in a few words what happened."))
        return cleaned


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PhotosField(label=_("Photos"), required=False)


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("What is still wrong?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(forms.Form):
    stars = forms.IntegerField(min_value=1, max_value=5)
