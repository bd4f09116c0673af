"""On the console: a duplicate is merged into another ticket, and split off again."""

from typing import cast

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from exceptions.actions.base import Line, Preview
from exceptions.console.commands import acting_on, done
from exceptions.console.permissions import console_view
from exceptions.models import UNRESOLVED, Ticket
from exceptions.tickets import services
from exceptions.tickets.merges import duplicates_of

MOST_OFFERED = 12


def mergeable(ticket: Ticket) -> list[Ticket]:
    """Open tickets into which this one could be merged (`exceptions.tickets.merges.cannot_merge`): of the same order first, then
    of the same customer or courier, the latest first. One query."""
    related = Q(order=ticket.order_id) | Q(order__customer=ticket.order.customer_id)
    if ticket.courier_id:
        related |= Q(courier=ticket.courier_id)
    found = (
        Ticket.objects.filter(
            related, campus=ticket.campus_id, status__in=UNRESOLVED, severity__lte=ticket.severity
        )
        .exclude(pk=ticket.pk)
        .select_related("type", "order__dropoff", "order__customer", "courier__user")
        .order_by("-pk")[: 5 * MOST_OFFERED]
    )
    return sorted(found, key=lambda one: one.order_id != ticket.order_id)[:MOST_OFFERED]


class MergeForm(forms.Form):
    """Into which ticket."""

    into = forms.TypedChoiceField(label=gettext_lazy("It is the same problem as"), widget=forms.RadioSelect)

    def __init__(self, *args, ticket: Ticket, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offered = {one.no: one for one in mergeable(ticket)}
        field = cast(forms.TypedChoiceField, self.fields["into"])
        field.choices = [(no, _label(one, ticket)) for no, one in offered.items()]
        field.coerce = offered.get
        self.initial.setdefault("into", next(iter(offered), ""))


def _label(one: Ticket, ticket: Ticket) -> str:
    if one.order_id == ticket.order_id:
        where = _("this order")
    else:
        where = f"{one.order.no} · {one.order.dropoff.label} · {one.order.customer.display_name}"
    return f"{one.type.name} · {where} · {one.no}"


def _preview(ticket: Ticket) -> Preview:
    lines = [
        Line(_("It leaves the queue, and its clocks stop: those of the other ticket run on.")),
        Line(_("Reports, photos and messages about it reach the other ticket; its people keep their page.")),
        Line(_("It is settled when the other one is.")),
        Line(_("It can be split off again, as if it had never been merged.")),
    ]
    if behind := len(duplicates_of([ticket])):
        lines.insert(1, Line(_("What was merged into it goes with it: %(n)s.") % {"n": behind}))
    if ticket.asked_party:
        lines.insert(1, Line(_("The answer that it waits for is waited for no longer.")))
    return Preview(lines)


@console_view
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, no: str) -> HttpResponse:
    """The dialog: into which of the tickets that it could be a duplicate of."""
    found = acting_on(request, no)
    form = MergeForm(request.POST or None, ticket=found)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        services.merge(ticket=found, into=into, actor=request.user)
        return done(request, into, _("Merged into %(no)s.") % {"no": into.no}, left=found, show=True)
    context = {
        "ticket": found,
        "form": form,
        "url": request.path,
        "title": _("Merge"),
        "submit": _("Merge"),
        "preview": _preview(found),
    }
    if not form.fields["into"].choices:
        context["reason"] = _(
            "There is no open ticket of the same order, customer or courier that is as grave."
        )
    return render(
        request, "admin/console/_dialog.html", context, status=422 if form.is_bound and form.errors else 200
    )


@console_view
@require_POST
def split(request: HttpRequest, no: str) -> HttpResponse:
    found = acting_on(request, no)
    services.split(ticket=found, actor=request.user)
    return done(request, found, _("%(no)s is a ticket of its own again.") % {"no": found.no})
