"""An operator opens a ticket: from an order's page, the dispatch board, a courier's page or the console."""

from typing import cast

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import HANDLERS, operator_campuses, operator_page
from core.errors import DomainError
from exceptions.models import ExceptionType, Party, Ticket
from exceptions.tickets import services
from exceptions.tickets.forms import PhotosField
from exceptions.tickets.selectors import leg_concerned, types_for_operator
from orders.models import LIVE, Order

RECENT_ORDERS = 12


def newest_first(orders: QuerySet[Order]) -> list[Order]:
    """The last few, those under way first."""
    recent = list(orders.select_related("dropoff").order_by("-pk")[:RECENT_ORDERS])
    return sorted(recent, key=lambda order: order.status not in LIVE)


class OpenForm(forms.Form):
    """Which order, what is wrong with it, in which words. Only types that can be true of the order are offered."""

    order = forms.ChoiceField(label=gettext_lazy("Order"))
    type = forms.ChoiceField(label=gettext_lazy("What is wrong?"))
    description = forms.CharField(
        label=gettext_lazy("What is known"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, orders: list[Order], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.orders = {order.no: order for order in orders}
        named = [
            (no, f"{no} · {one.summary} → {one.dropoff.label} · {one.get_status_display()}")
            for no, one in self.orders.items()
        ]
        cast(forms.ChoiceField, self.fields["order"]).choices = named
        wanted = self.data.get("order") or self.initial.get("order")
        self.chosen = self.orders.get(wanted) or next(iter(self.orders.values()), None)
        self.initial["order"] = self.chosen.no if self.chosen else ""
        self.types = {one.pk: one for one in types_for_operator(self.chosen)} if self.chosen else {}
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self.types.values():
            groups.setdefault(one.get_group_display(), []).append((one.pk, one.name))
        cast(forms.ChoiceField, self.fields["type"]).choices = [("", "—"), *groups.items()]

    def clean_order(self) -> Order:
        return self.orders[self.cleaned_data["order"]]

    def clean_type(self) -> ExceptionType:
        return self.types[self.cleaned_data["type"]]


class OperatorForm(OpenForm):
    """Besides: who says so, and photos."""

    said_by = forms.ChoiceField(label=gettext_lazy("Who says so"), required=False)
    photos = PhotosField(label=gettext_lazy("Photos"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        people = [("", _("I have seen it myself"))]
        if self.chosen:
            people.append((Party.CUSTOMER, f"{Party.CUSTOMER.label} {self.chosen.customer.display_name}"))
            leg = leg_concerned(self.chosen)
            if leg and leg.courier:
                people.append((Party.COURIER, f"{Party.COURIER.label} {leg.courier.user.display_name}"))
        cast(forms.ChoiceField, self.fields["said_by"]).choices = people

    def speaker(self) -> User | None:
        """Whose words they are; None for the operator's own."""
        order: Order = self.cleaned_data["order"]
        if self.cleaned_data["said_by"] == Party.CUSTOMER:
            return order.customer
        leg = leg_concerned(order) if self.cleaned_data["said_by"] else None
        return leg.courier.user if leg and leg.courier else None


@operator_page(*HANDLERS)
@require_http_methods(["GET", "POST"])
def open_ticket(request: HttpRequest, no: str = "", pk: int = 0) -> HttpResponse:
    """About the order of this number, or one of the last orders of the courier with this `pk`."""
    form = OperatorForm(
        request.POST or None,
        request.FILES or None,
        orders=_orders(request, no, pk),
    )
    if request.method == "POST" and "renew" not in request.POST and form.is_valid():
        data = form.cleaned_data
        try:
            ticket = services.report(
                order=data["order"],
                type=data["type"],
                source=Ticket.Source.OPERATOR,
                actor=request.user,
                description=data["description"],
                photos=data["photos"],
                on_behalf_of=form.speaker(),
            )
            if ticket.assignee_id is None:
                services.claim(ticket=ticket, actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{reverse('exceptions:console')}?t={ticket.no}")
    if "renew" in request.POST:  # another order: other types can be true of it
        form = OperatorForm(orders=list(form.orders.values()), initial=request.POST.dict())
    context = {**admin.site.each_context(request), "title": _("Open a ticket"), "form": form}
    return render(request, "admin/console/open.html", context, status=422 if form.errors else 200)


def _orders(request: HttpRequest, no: str, courier: int) -> list[Order]:
    """Of the campuses where the operator handles tickets; 404 without any."""
    about = Q(no=no) if no else Q(legs__courier=courier)
    orders = Order.objects.filter(
        about, campus__in=operator_campuses(request.user, *HANDLERS)
    ).select_related("customer")
    if not (found := newest_first(orders.distinct())):
        raise Http404
    return found
