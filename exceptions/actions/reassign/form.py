"""What is asked of the operator."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy

from core.money import YuanField
from couriers.models import Courier
from couriers.selectors.positions import position_note
from delivery.models import UNFINISHED, Leg
from exceptions.actions.base import ActionForm

MAX_BONUS_FEN = 1000


class CourierField(forms.ModelChoiceField):
    """Couriers by name; who has sent no position for long is named with it."""

    def label_from_instance(self, obj: Courier) -> str:
        return " · ".join(filter(None, [obj.user.display_name, position_note(obj)]))


class ReassignForm(ActionForm):
    courier = CourierField(
        label=gettext_lazy("Courier"),
        queryset=Courier.objects.none(),
        required=False,
        empty_label=gettext_lazy("whoever takes it first in the hall"),
    )
    bonus_fen = YuanField(
        label=gettext_lazy("Bonus from the platform"), max_fen=MAX_BONUS_FEN, required=False, initial=200
    )
    text = forms.CharField(label=gettext_lazy("Reason (optional)"), max_length=150, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        couriers = Courier.objects.filter(Courier.MAY_WORK, campus=self.ticket.campus_id, on_duty=True)
        legs = Leg.objects.filter(order=self.ticket.order_id, status__in=UNFINISHED, excluded__isnull=False)
        field = cast(CourierField, self.fields["courier"])
        # Who gave it back is not asked again.
        field.queryset = (
            couriers.exclude(pk__in=legs.values("excluded")).select_related("user").order_by("pk")
        )

    def clean_bonus_fen(self) -> int:
        return self.cleaned_data["bonus_fen"] or 0
