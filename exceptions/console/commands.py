"""What operators do on the console: find the ticket among their campuses, permit, call the service, say what happened."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from accounts.operator_scope import own_campuses
from core import clock
from core.errors import Invalid
from exceptions import actions
from exceptions.actions import ACTIONS
from exceptions.actions.base import Action, ActionForm, Resolving
from exceptions.actions.money import PreviewOutdated
from exceptions.console import forms, permissions, selectors
from exceptions.console.buttons import new_key
from exceptions.console.courier_candidates import unfinished_leg
from exceptions.console.parties import callable_parties
from exceptions.console.permissions import console_view
from exceptions.escalation import services as escalation
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets import services
from telephony.views import dialled


def _acting(request: HttpRequest, no: str) -> Ticket:
    ticket = selectors.get_ticket(own_campuses(request), no)
    permissions.require_acting(request.user, ticket)
    return ticket


def _done(
    request: HttpRequest, ticket: Ticket, text: str = "", *, show: bool = False, **events
) -> HttpResponse:
    """After a command: tell the page what happened; it fetches its fragments again by itself.

    The order matters: `oc:done` closes the dialog, and `oc:show` the toast, that the events are sent to.
    """
    if not request.htmx:
        return redirect(f"{reverse('exceptions:console')}?t={ticket.no}")
    trigger = {"toast": {"text": text, "level": "success"}} if text else {}
    trigger |= {**events, "oc:done": {"no": ticket.no}}
    if show:
        trigger["oc:show"] = {"no": ticket.no}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})


@console_view
@require_POST
def claim(request, no):
    """Make it mine. From a toast on another page the operator is taken to the ticket."""
    found = _acting(request, no)
    services.claim(ticket=found, actor=request.user)
    return _done(request, found, _("It is yours."), show=True)


@console_view
@require_POST
def acknowledge(request, no):
    """Take an escalated ticket: nobody else is told of it for a while."""
    found = _acting(request, no)
    escalation.acknowledge(ticket=found, actor=request.user)
    return _done(request, found, _("You have taken it."))


@console_view
@require_POST
def unassign(request, no):
    found = _acting(request, no)
    services.unassign(ticket=found, actor=request.user)
    return _done(request, found, _("Back in the queue."))


@console_view
@require_http_methods(["GET", "POST"])
def assign(request, no):
    """Give the ticket to a colleague."""
    found = _acting(request, no)
    form = forms.AssignForm(request.POST or None, colleagues=selectors.colleagues(found))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        services.assign(ticket=found, actor=request.user, to=to)
        return _done(request, found, _("Given to %(name)s.") % {"name": to.display_name})
    return _dialog(request, found, form, title=_("Give it to a colleague"), submit=_("Give"))


@console_view
@require_POST
def note(request, no):
    """Something for colleagues to read: never seen by the parties."""
    found = _acting(request, no)
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Write something first."))
    services.note(ticket=found, actor=request.user, text=form.cleaned_data["text"])
    return _done(request, found, **{"oc:noted": {}})


@console_view
@require_POST
def call(request, no, party):
    """Let the operator's phone dial. A masked number is also shown, for a phone that stands beside the desk."""
    found = _acting(request, no)
    if party not in callable_parties(found, unfinished_leg(found)):
        raise Http404
    dial = services.call_party(ticket=found, actor=request.user, to=party)
    if not request.htmx:
        return dialled(request, dial)
    said = ""
    if dial.hidden:
        said = _("Dial %(number)s from your own phone; it is yours for this case until %(time)s.") % {
            "number": dial.number,
            "time": clock.hour_minute(dial.until),
        }
    return _done(request, found, said, **{"oc:call": {"tel": f"tel:{dial.number}"}})


@console_view
@require_http_methods(["GET", "POST"])
def dismiss(request, no):
    found = _acting(request, no)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.dismiss(ticket=found, actor=request.user, reason=form.cleaned_data["reason"])
        return _done(request, found, _("Closed as a false alarm."))
    return _dialog(
        request,
        found,
        form,
        title=_("False alarm"),
        text=_("Nothing was wrong: the ticket is closed and nobody is told."),
        submit=_("Close it"),
    )


@console_view
@require_http_methods(["GET", "POST"])
def reopen(request, no):
    found = _acting(request, no)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.reopen(ticket=found, actor=request.user, reason=form.cleaned_data["reason"])
        return _done(request, found, _("The ticket is open again."))
    return _dialog(request, found, form, title=_("Reopen"), submit=_("Reopen"))


@console_view
@require_http_methods(["GET", "POST"])
def run_action(request, no, name):
    """An action's dialog: its form and what would happen; POST does it.

    GET with `preview` in the query only shows what the values in it would do.
    """
    found = _acting(request, no)
    action = ACTIONS.get(name)
    if action is None:
        raise Http404
    if request.method == "POST":
        if actions.find_previous_run(ticket=found, key=_key(request)):
            # Pressed twice: what the first press did may make the form of the second one invalid.
            return _run(request, found, name, {})
        form = action.form(found, request.POST, request.FILES)
        if form.is_valid():
            try:
                return _run(request, found, name, form.cleaned_data)
            except PreviewOutdated as outdated:
                return _outdated(request, found, action, str(outdated))
        return _dialog(request, found, form, action=action, key=request.POST.get("key"))
    if "preview" in request.GET:
        form = action.form(found, request.GET)
        context = _consequences(found, action, form)
        context |= {"form": form, "errors": forms.errors_by_field(form)}
        return render(request, "admin/console/_preview.html", context)
    form = action.form(found)
    form.initial |= {name: request.GET[name] for name in form.fields if name in request.GET}
    return _dialog(request, found, form, action=action)


def _outdated(request: HttpRequest, found: Ticket, action: Action, reason: str) -> HttpResponse:
    """The dialog with what is so by now, also where one press had no dialog: whoever presses again has read it."""
    data = request.POST.copy()
    data["given_fen"] = str(action.form(found).initial["given_fen"])
    answer = _dialog(
        request, found, action.form(found, data), action=action, key=data.get("key"), outdated=reason
    )
    answer.status_code = 422
    return reswap(retarget(answer, "#oc-dialog-body"), "innerHTML")


def _consequences(found: Ticket, action: Action, form: ActionForm) -> dict:
    """What a preview shows: what is so already, and what the form as filled in would do."""
    valid = form.is_valid()
    params = getattr(form, "cleaned_data", {})
    return {
        "briefing": action.briefing(found, params),
        "preview": action.preview(found, params) if valid else None,
    }


def _key(request: HttpRequest) -> str:
    """What names this press of a button."""
    key = request.POST.get("key", "")[:60]
    if not key or "\0" in key:
        raise Invalid
    return key


def _run(request: HttpRequest, found: Ticket, name: str, params: dict) -> HttpResponse:
    actions.run_action(ticket=found, action=name, params=params, actor=request.user, key=_key(request))
    found.refresh_from_db(fields=["status", "version"])
    if request.POST.get("and_resolve") and found.is_unresolved:
        resolution = str(ACTIONS[name].label)
        services.resolve(ticket=found, actor=request.user, resolution=resolution)
    return _done(request, found, _("Done: %(step)s") % {"step": ACTIONS[name].label})


@console_view
@require_POST
def undo(request, no, event):
    found = _acting(request, no)
    try:
        entry = found.events.get(pk=event)
    except TicketEvent.DoesNotExist:
        raise Http404 from None
    actions.undo_action(ticket=found, entry=entry, actor=request.user, key=request.POST.get("key", "")[:60])
    return _done(request, found, _("Taken back."))


def _dialog(
    request, found, form, *, action: Action | None = None, title="", text="", submit="", key=None, outdated=""
) -> HttpResponse:
    context = {
        "ticket": found,
        "form": form,
        "key": key or new_key(),
        "title": title or action.label,
        "text": text,
        "submit": submit,
        "outdated": outdated,
        "action": action,
        "url": request.path,
    }
    if action:
        context["reason"] = action.available(found, request.user)
        started = form if form.is_bound else forms.prefilled(action, found, form)
        context["can_resolve"] = action.resolving != Resolving.NEVER and found.is_unresolved
        context["resolves"] = action.resolving == Resolving.USUAL
        context |= _consequences(found, action, started)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "admin/console/_dialog.html", context, status=status)
