"""Parcels that wait at a station, by their pickup codes."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campus.models import Place
from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, Number, pickup_field
from orders.models import Order
from orders.pickup_codes import MOST_LENGTH, count_codes, has_words, pickup_codes

_SIZE_TAGS = {"S": _("Small parcel"), "M": _("Medium parcel"), "L": _("Large parcel")}


class ParcelForm(ErrandForm):
    kind = "parcel"
    floor_by_address = True
    what_fields = ("pickup_codes", "pieces", "size", "weight_kg")
    pickup_kinds = (Place.Kind.PARCEL_STATION,)

    pickup = pickup_field(label=_("Parcel station"))
    pickup_codes = forms.CharField(
        label=_("Pickup code"),
        max_length=1000,  # of an SMS, or several
        help_text=_(
            "Several parcels: leave a space between the codes, or paste the SMS. Only your courier sees them, at the station."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "12-3-4567"}),
    )
    pieces = Number(
        1,
        30,
        label=_("Parcels"),
        required=False,
        help_text=_("Leave it empty for one parcel a code; more if one code is for several."),
    )
    pieces.widget.attrs["placeholder"] = _("auto")
    size = forms.ChoiceField(
        label=_("Size"),
        choices=[("S", _("Small")), ("M", _("Medium")), ("L", _("Large"))],
        widget=forms.RadioSelect,
        initial="S",
        help_text=_("Small fits into a school bag, large needs both arms."),
    )
    weight_kg = Number(1, 30, label=_("Weight (kg)"), initial=1)

    def clean_pickup_codes(self):
        codes = pickup_codes(self.cleaned_data["pickup_codes"])
        if len(codes) > MOST_LENGTH:
            raise forms.ValidationError(_("Enter the codes alone, please: this is too long."))
        return codes

    def clean(self):
        cleaned = super().clean()
        codes, pieces = cleaned.get("pickup_codes", ""), cleaned.get("pieces")
        count = count_codes(codes)
        if pieces and pieces < count and not has_words(codes):
            text = _(
                "There are %(count)s codes, so at least as many parcels. No blanks within a code, please."
            )
            self.add_error("pieces", text % {"count": count})
        return cleaned

    def of_kind(self, given):
        codes = given.get("pickup_codes", "")
        return {
            "pickup_codes": codes,
            "pieces": given.get("pieces") or count_codes(codes),
            "size": given.get("size") or "S",
            "weight_kg": given.get("weight_kg") or 1,
        }

    @classmethod
    def again(cls, order):
        return {name: value for name, value in super().again(order).items() if name != "pieces"}


class Parcel(OrderKind):
    form_class = ParcelForm
    icon, tag_class = "package", "tag-blue"
    tile_text = _("From the station to your door")
    courier_label = _("Parcel")
    has_pickup_code = True

    def initial(self, customer, campus):
        """The station of the last parcel, else the first one of the campus."""
        last = Order.objects.filter(customer=customer, kind=self.name).order_by("-id").first()
        if last:
            return {"pickup": last.pickup_id}
        stations = ParcelForm(campus=campus).fields["pickup"].queryset
        return {"pickup": stations.values_list("pk", flat=True).first()}

    def summary(self, request):
        if request.what:
            return super().summary(request)
        count = request.pieces or count_codes(request.pickup_codes)
        return ngettext("%(count)s parcel", "%(count)s parcels", count) % {"count": count}

    def courier_tags(self, details):
        if size := details.get("size"):
            yield _SIZE_TAGS.get(size, size)
