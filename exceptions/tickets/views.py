"""The parties' pages: report a problem, follow it, answer, rate it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.errors import Invalid
from core.media import CannotKeep
from couriers.permissions import carrier_required
from delivery.models import Leg
from exceptions.models import UNRESOLVED, Evidence, Party
from exceptions.rulings.selectors import offences
from exceptions.tickets import panels, selectors, services, summary
from exceptions.tickets.forms import AnswerForm, RateForm, ReopenForm, ReportForm
from orders.selectors import order_of

PER_PAGE = 20


# -- Reporting ---------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, no: str) -> HttpResponse:
    """The customer says what is wrong with an order of theirs."""
    order = order_of(request.user, no)
    context = {"base": "student/base.html", "tab": "orders", "order": order, "party": Party.CUSTOMER}
    context["tickets"] = [t for t in selectors.tickets_for_customer(order) if t.is_unresolved]
    return _report(request, order, Party.CUSTOMER, context)


@carrier_required
@require_http_methods(["GET", "POST"])
def courier_report(request: HttpRequest, no: str) -> HttpResponse:
    """The courier says what is wrong with a job of theirs."""
    leg = get_object_or_404(
        Leg.objects.select_related("order__campus", "order__dropoff", "courier__user"),
        no=no,
        courier=request.courier,
    )
    context = {"base": "couriers/base.html", "tab": "active", "order": leg.order, "leg": leg}
    context |= {"party": Party.COURIER, "courier": request.courier}
    tickets = selectors.tickets_for_courier(request.courier).filter(order=leg.order, status__in=UNRESOLVED)
    context["tickets"] = list(tickets)
    return _report(request, leg.order, Party.COURIER, context)


def _report(request: HttpRequest, order, party: Party, context: dict) -> HttpResponse:
    types = selectors.reportable_types(order, party)
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, order=order, types=types, party=party)
        if form.is_valid():
            data, leg = form.cleaned_data, context.get("leg")
            try:
                ticket = services.report(
                    order=order,
                    type=data["type"],
                    source=party.value,
                    actor=request.user,
                    description=data["description"],
                    requested_remedy=data.get("requested_remedy", ""),
                    photos=data["photos"],
                    leg=leg,
                    courier=leg.courier if leg else None,
                )
            except CannotKeep as error:  # what was written stays on the page
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Thank you. We are on it, and you see each step here."))
                return redirect("exceptions:ticket", ticket.no)
    else:
        form = ReportForm(
            order=order, types=types, party=party, initial={"type": request.GET.get("type", "")}
        )
    status = 422 if form.is_bound else 200
    return render(request, "exceptions/report.html", context | {"form": form}, status=status)


# -- One ticket --------------------------------------------------------------------------------------------


@login_required
@require_GET
def ticket(request: HttpRequest, no: str) -> HttpResponse:
    """How it stands: what happened, what is being done, by when, what one gets."""
    context = _ticket_context(request, no)
    context |= {"answer_form": AnswerForm(), "reopen_form": ReopenForm()}
    return render(request, "exceptions/ticket.html", context)


@login_required
@require_GET
def ticket_live(request: HttpRequest, no: str) -> HttpResponse:
    """The live part. When the ticket was settled or reopened the whole page is fetched anew: its forms are others."""
    context = _ticket_context(request, no)
    if request.GET.get("state") != context["state"]:
        return HttpResponseClientRefresh()
    return render(request, "exceptions/_ticket.html", context)


def _ticket_context(request: HttpRequest, no: str) -> dict:
    """All that is open about the order, as one: whichever of its tickets is asked for. A settled ticket is shown by itself."""
    found, party = selectors.ticket_of(request.user, no)
    is_courier = party == Party.COURIER
    shown = selectors.open_with(found, party)
    card, tickets = summary.case_card(shown, party), selectors.with_duplicates(shown, party, request.user)
    context = {
        "ticket": card.ticket,
        "order": card.ticket.order,
        "party": party,
        "card": card,
        "log": summary.log(tickets, party),
        "gains": summary.gains(tickets, party),
        "photos": Evidence.objects.filter(ticket__in=tickets, by=request.user).select_related("ticket"),
        "state": "settled" if card.settled else "open",
        "asked_for": found.no,
        "base": "couriers/base.html" if is_courier else "student/base.html",
        "tab": "active" if is_courier else "orders",
    }
    if is_courier:
        context |= {"courier": found.courier, "leg": found.leg}
    return context


@login_required
@require_POST
def answer(request: HttpRequest, no: str) -> HttpResponse:
    """To the ticket of the case that asks this person, else to the one that leads it."""
    found, party = selectors.ticket_of(request.user, no)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(" ".join(error for errors in form.errors.values() for error in errors))
    case = summary.case_card(selectors.open_with(found, party), party)
    services.answer(
        ticket=case.ticket,
        actor=request.user,
        text=form.cleaned_data["text"],
        photos=form.cleaned_data["photos"],
    )
    messages.success(request, _("Thank you, customer service sees it now."))
    return redirect("exceptions:ticket", no)


@login_required
@require_POST
def reopen(request: HttpRequest, no: str) -> HttpResponse:
    found, _party = selectors.ticket_of(request.user, no)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Say what is still wrong."))
    services.reopen(ticket=found, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("It is open again. We look at it once more."))
    return redirect("exceptions:ticket", no)


@login_required
@require_POST
def rate(request: HttpRequest, no: str) -> HttpResponse:
    found, _party = selectors.ticket_of(request.user, no)
    form = RateForm(request.POST)
    if not form.is_valid():
        raise Invalid
    services.rate(ticket=found, actor=request.user, stars=form.cleaned_data["stars"])
    messages.success(request, _("Thank you, this helps us to do better."))
    return redirect("exceptions:ticket", no)


@login_required
@require_GET
def photo(request: HttpRequest, no: str, pk: int) -> HttpResponse:
    """A photo that supports a report, for the one who gave it. Operators see it in their console."""
    found, _party = selectors.ticket_of(request.user, no)
    evidence = get_object_or_404(found.evidence, pk=pk, by=request.user)
    try:
        response = FileResponse(evidence.image.open("rb"), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=3600"
    return response


# -- Lists and fragments -----------------------------------------------------------------------------------


@carrier_required
@require_GET
def courier_tickets(request: HttpRequest) -> HttpResponse:
    """All that concerned this courier's jobs, and the warnings that still count."""
    tickets = selectors.tickets_for_courier(request.courier)
    tab = "all" if request.GET.get("tab") == "all" else "open"
    if tab == "open":  # few: nobody carries a hundred orders
        page = Paginator(
            summary.cards(tickets.filter(status__in=UNRESOLVED), Party.COURIER), PER_PAGE
        ).get_page(request.GET.get("page"))
        cards = list(page)
    else:
        page = Paginator(tickets, PER_PAGE).get_page(request.GET.get("page"))
        cards = [summary.card(one, Party.COURIER) for one in page]
    context = {
        "tab": "me",
        "shown": tab,
        "page_obj": page,
        "cards": cards,
        "offences": list(offences(request.courier).select_related("ticket__type")),
        "courier": request.courier,
    }
    return render(request, "exceptions/courier_tickets.html", context)


@login_required
@require_GET
def order_tickets(request: HttpRequest, no: str) -> HttpResponse:
    """The part of an order's page that tells of its problems."""
    return HttpResponse(panels.order_tickets(request, order_of(request.user, no)))


@carrier_required
@require_GET
def job_tickets(request: HttpRequest, no: str) -> HttpResponse:
    """The part of a job's page that tells of its problems."""
    legs = Leg.objects.select_related("order", "courier")
    return HttpResponse(panels.job_tickets(request, get_object_or_404(legs, no=no, courier=request.courier)))
