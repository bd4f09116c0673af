"""The console's pages and fragments to look at. Thin: find the ticket among the operator's campuses, render."""

from django.contrib import admin
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_fsm import can_proceed

from accounts.operator_scope import own_campuses, seen_campuses
from core.admin import log_searched_numbers
from core.ids import as_pk
from core.phones import is_phone
from exceptions.console import permissions, selectors, silent
from exceptions.console.buttons import buttons, suggestion
from exceptions.console.courier_candidates import unfinished_leg
from exceptions.console.due_clock import DueClock
from exceptions.console.figures import kpis
from exceptions.console.parties import carrier, contacts
from exceptions.console.permissions import console_view
from exceptions.console.photos import photos
from exceptions.console.ticket_map import map_of
from exceptions.console.timeline import facts
from exceptions.escalation.panel import EscalationPanel
from exceptions.models import Evidence, Ticket
from exceptions.tickets.log import resolution_text

# The same search by the same operator within this time is one search.
SEARCHED_SECONDS = 600


def _ticket(request: HttpRequest, no: str) -> Ticket:
    return selectors.get_ticket(own_campuses(request), no)


# -- Reading -----------------------------------------------------------------------------------------------


def _filters(request: HttpRequest) -> selectors.Filters:
    """What is asked for. A search by a whole phone number tells whose it is, and is written down: once, however often
    the list renews itself meanwhile."""
    filters = selectors.Filters.read(request.GET)
    if is_phone(filters.q) and cache.add(f"searched:{request.user.pk}:{filters.q}", True, SEARCHED_SECONDS):
        log_searched_numbers(request, filters.q, "exceptions.Ticket")
    return filters


@console_view
@require_GET
def console(request):
    """The page: figures, queue, and the ticket that is asked for or the most urgent one."""
    campuses = seen_campuses(request)
    filters = _filters(request)
    queue = selectors.queue(campuses, request.user, filters)
    asked = request.GET.get("t", "")
    no = asked or (queue.rows[0].no if queue.rows else "")
    context = {
        **admin.site.each_context(request),
        "title": _("Exception console"),
        "queue": queue,
        "filters": filters,
        "tabs": selectors.TABS,
        "choices": selectors.choices(campuses),
        "kpis": kpis(campuses),
        "silent": silent.to_call(request),
        "asked": asked,
        "no": no,
    }
    if no:
        context |= ticket_context(request, _ticket(request, no))
    return render(request, "admin/console/page.html", context)


@console_view
@require_GET
def queue(request):
    """The list alone, and the counts on its tabs."""
    filters = _filters(request)
    campuses = seen_campuses(request)
    return render(
        request,
        "admin/console/_queue.html",
        {
            "queue": selectors.queue(campuses, request.user, filters),
            "filters": filters,
            "tabs": selectors.TABS,
            "no": request.GET.get("t", ""),
            "oob": True,
        },
    )


@console_view
@require_GET
def figures(request):
    return render(request, "admin/console/_kpis.html", {"kpis": kpis(seen_campuses(request))})


@console_view
@require_GET
def pulse(request):
    """How many tickets are open, for the menu's badge and the window's title."""
    return JsonResponse({"open": selectors.open_count(own_campuses(request))})


@console_view
@require_GET
def toast(request):
    """One toast for the new tickets `?t=…&t=…`, or for those of which there is news, `?news=1&t=…`: the gravest in full,
    the others, with the `more` that were not named, as a number."""
    nos, more = request.GET.getlist("t")[:50], as_pk(request.GET.get("more", "")) or 0
    found = selectors.unresolved(own_campuses(request)).filter(no__in=nos)
    is_news = "news" in request.GET
    if is_news:
        found = found.exclude(news="")
    tickets = list(
        found.select_related("type", "campus", "order__dropoff", "assignee").order_by(
            "severity", "respond_by"
        )
    )
    if not tickets:
        return HttpResponse()
    context = {
        "ticket": tickets[0],
        "others": len(tickets) - 1 + more,
        "is_news": is_news,
        "several": len(own_campuses(request)) > 1,
    }
    return render(request, "admin/console/_toast.html", context)


@console_view
@require_GET
def ticket(request, no):
    """One ticket, as the right side of the console."""
    if not request.htmx:
        return redirect(f"{reverse('exceptions:console')}?t={no}")
    return render(request, "admin/console/_ticket.html", ticket_context(request, _ticket(request, no)))


@console_view
@require_GET
def parts(request, no):
    """The parts of an open ticket's page that may have changed, each swapped in its place."""
    context = ticket_context(request, _ticket(request, no)) | {"oob": True}
    return render(request, "admin/console/_parts.html", context)


def ticket_context(request: HttpRequest, ticket: Ticket) -> dict:
    """All that a ticket's page shows. A constant number of queries."""
    leg = unfinished_leg(ticket)
    acting = permissions.may_act(request.user, ticket)
    return {
        "ticket": ticket,
        "order": ticket.order,
        "leg": leg,
        "clock": DueClock.of(ticket),
        "escalation": EscalationPanel.of(ticket),
        "buttons": buttons(ticket, request.user) if acting else [],
        "suggestion": suggestion(ticket, leg, request.user),
        "map": map_of(ticket, leg),
        "facts": facts(ticket, request.user),
        "past": selectors.past(ticket),
        "photos": photos(ticket),
        "carrier": carrier(leg),
        "courier": ticket.courier,
        "late_minutes": int(ticket.order.lateness().total_seconds() // 60),
        "resolution": resolution_text(ticket),
        "can_reopen": acting and can_proceed(ticket.reopen),
        "acting": acting,
        "contacts": contacts(ticket, leg, request.user) if acting and ticket.is_unresolved else {},
        "books": permissions.may_read_books(request.user, ticket),
        "mine": ticket.assignee_id == request.user.pk,
    }


@console_view
@require_GET
def photo(request, no, pk):
    """A photo that supports the report, for operators of its campus alone."""
    try:
        evidence = _ticket(request, no).evidence.get(pk=pk)
    except Evidence.DoesNotExist:
        raise Http404 from None
    return FileResponse(evidence.image.open(), content_type="image/jpeg")
