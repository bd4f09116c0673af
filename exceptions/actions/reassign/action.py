"""Look for another courier: at the head of the hall with a bonus, or one who is named."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import WrongState
from core.money import YuanField, yuan
from dispatch import services as dispatch
from dispatch.models import CARRIED, Courier
from exceptions.actions.base import Line, Outcome, Preview, Step, StepForm
from exceptions.models import Ticket
from orders.models import Status

MAX_BONUS_FEN = 1000


class ReassignForm(StepForm):
    courier = forms.ModelChoiceField(
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
        self.fields["courier"].queryset = couriers.select_related("user").order_by("pk")

    def clean_bonus_fen(self) -> int:
        return self.cleaned_data["bonus_fen"] or 0


class Reassign(Step):
    name = "reassign"
    label = gettext_lazy("Send another courier")
    icon = "refresh-cw"
    form_class = ReassignForm

    def available(self, ticket: Ticket, actor) -> str:
        if ticket.order.status not in (Status.PLACED, Status.ACCEPTED):
            return _("The goods are already on the way, or the order is over.")
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        carrying = self._carrying(ticket)
        lines = []
        if carrying:
            lines.append(
                Line(
                    _("%(name)s loses the job and its pay.") % {"name": carrying.user.display_name},
                    "courier",
                )
            )
        if params.get("courier"):
            lines.append(
                Line(
                    _("%(name)s gets the job at once.") % {"name": params["courier"].user.display_name},
                    "courier",
                )
            )
        else:
            lines.append(Line(_("The job goes to the head of the hall.")))
        if bonus := params.get("bonus_fen"):
            text = _("Whoever delivers it gets %(bonus)s more, paid by the platform.") % {
                "bonus": yuan(bonus)
            }
            lines.append(Line(text, "platform", -bonus))
        lines.append(Line(_("The customer pays nothing more and is told."), "customer"))
        return Preview(lines)

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        order, carrying = ticket.order, self._carrying(ticket)
        wanted = params.get("courier")
        if wanted and carrying and wanted.pk == carrying.pk:
            raise WrongState(_("This courier has the job already."))
        leg = dispatch.reassign(
            order=order, actor=actor, reason=params.get("text", ""), bonus_fen=params.get("bonus_fen") or 0
        )
        if wanted:
            if leg is None:
                raise WrongState
            dispatch.put(leg=leg, courier=wanted, actor=actor)
        order.refresh_from_db()
        data = {
            "bonus_fen": params.get("bonus_fen") or 0,
            "courier": wanted.user.display_name if wanted else "",
            "before": carrying.user.display_name if carrying else "",
        }
        return Outcome(data, params.get("text", ""))

    def _carrying(self, ticket: Ticket) -> Courier | None:
        leg = ticket.order.legs.filter(status__in=CARRIED).select_related("courier__user").first()
        return leg.courier if leg else None
