"""Papers that are handed over in person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.kinds.base import OrderKind
from orders.kinds.form import ErrandForm, pickup_detail_field, pickup_field


class DocumentForm(ErrandForm):
    kind = "document"
    floor_by_address = True
    what_fields = ("what", "signature")

    pickup = pickup_field()
    pickup_detail = pickup_detail_field()
    what = forms.CharField(label=_("What is it"), max_length=60)
    signature = forms.BooleanField(label=_("The receiver has to sign"), required=False)

    def of_kind(self, given):
        return {"what": given.get("what", ""), "answers": {"signature": given.get("signature", False)}}


class Document(OrderKind):
    form_class = DocumentForm
    icon, tile_class = "file-text", "is-blue"
    tile_text = _("Handed over in person")
    courier_label = _("Document")

    def courier_notes(self, details):
        if details.get("signature"):
            yield "pencil", _("Needs a signature")
