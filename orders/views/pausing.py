"""The operators' page that stops orders and takes them again."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import operator_campuses, operator_page
from campus.models import Zone
from core import clock
from core.errors import DomainError
from orders.kinds import ERRANDS
from orders.models import Kind, OrderPause
from orders.pauses import active_pauses, orders_under
from orders.services import pause_ordering, resume_ordering
from orders.services.pausing import MAY_PAUSE

MOST_ORDERS = 50
PAST = 20
pause_view = operator_page(*MAY_PAUSE)


class PauseForm(forms.Form):
    where = forms.ChoiceField(label=gettext_lazy("Where"))
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    cause = forms.ChoiceField(
        label=gettext_lazy("Because of"),
        choices=OrderPause.Cause.choices,
        widget=forms.RadioSelect,
        initial=OrderPause.Cause.STORM,
    )
    message = forms.CharField(
        label=gettext_lazy("What students read"),
        max_length=160,
        widget=forms.Textarea(attrs={"rows": 2}),
        initial=gettext_lazy(
            "We take no orders just now. Orders under way are brought as soon as it is safe."
        ),
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("Goes on"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", gettext_lazy("when somebody resumes it")),
            (30, gettext_lazy("by itself in 30 min")),
            (60, gettext_lazy("by itself in 1 h")),
            (120, gettext_lazy("by itself in 2 h")),
        ],
    )
    until = forms.DateTimeField(
        label=gettext_lazy("or by itself at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, *args, campuses, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.campuses = {str(campus.pk): campus for campus in campuses}
        self.zones = {str(zone.pk): zone for zone in Zone.objects.filter(campus__in=campuses)}
        choices: list = []
        for pk, campus in self.campuses.items():
            zones = [zone for zone in self.zones.values() if zone.campus_id == campus.pk]
            whole = (f"campus:{pk}", _("the whole of %(campus)s") % {"campus": campus.label})
            choices.append((campus.label, [whole, *((f"zone:{zone.pk}", zone.label) for zone in zones)]))
        self.fields["where"].choices = choices
        kinds = [(str(kind), kind.label) for kind in map(Kind, ERRANDS)]
        self.fields["kind"].choices = [("", _("everything")), *kinds]

    def scope(self) -> dict:
        """Campus, zone and kind as the service takes them."""
        what, _colon, pk = self.cleaned_data["where"].partition(":")
        zone = self.zones[pk] if what == "zone" else None
        campus = self.campuses[str(zone.campus_id) if zone else pk]
        return {"campus": campus, "zone": zone, "kind": self.cleaned_data["kind"]}

    def end(self) -> datetime | None:
        """When it is to go on by itself; None for never."""
        minutes = self.cleaned_data["minutes"]
        return clock.now() + timedelta(minutes=minutes) if minutes else self.cleaned_data["until"]


@pause_view
@require_http_methods(["GET", "POST"])
def pauses(request: HttpRequest) -> HttpResponse:
    """What is paused now with the orders that are under way there, a form to pause more, and what was paused before."""
    campuses = list(operator_campuses(request.user, *MAY_PAUSE).filter(is_active=True))
    form = PauseForm(request.POST or None, campuses=campuses)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pause = pause_ordering(
                **form.scope(),
                actor=request.user,
                cause=data["cause"],
                message=data["message"],
                until=form.end(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Paused: %(scope)s. Students read why.") % {"scope": pause.scope})
            return redirect("pauses:pauses")
    active = active_pauses(campuses)
    past = OrderPause.objects.filter(campus__in=campuses).exclude(pk__in=[pause.pk for pause in active])
    context = {
        **admin.site.each_context(request),
        "title": _("Pause ordering"),
        "form": form,
        "active": [(pause, orders_under(pause)[:MOST_ORDERS]) for pause in active],
        "past": past.select_related("campus", "zone", "started_by", "ended_by")[:PAST],
    }
    return render(request, "admin/orders/pauses.html", context, status=422 if form.errors else 200)


@pause_view
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    campuses = operator_campuses(request.user, *MAY_PAUSE)
    pause = get_object_or_404(OrderPause.objects.select_related("campus", "zone"), pk=pk, campus__in=campuses)
    try:
        resume_ordering(pause=pause, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Orders are taken again: %(scope)s.") % {"scope": pause.scope})
    return redirect("pauses:pauses")
