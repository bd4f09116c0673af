"""The desk's pages and fragments. Parties' pages are in `chat.views`, which also makes the answers."""

import json

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.operator_scope import active_campuses
from accounts.permissions import HANDLERS, is_operator, operator_page
from chat import rooms, services, subjects
from chat.desk import selectors
from chat.models import Conversation
from chat.rooms import Room
from chat.views import answer_messages, answer_photo, answer_read, answer_sent, checked_form, room_context
from core.errors import WrongState

# A page of the admin for those who answer: support, dispatchers, supervisors.
desk_view = operator_page(*HANDLERS)


# -- Reading -----------------------------------------------------------------------------------------------


@desk_view
@require_GET
def desk(request):
    """The page: who waits, and the conversation that is asked for."""
    campuses = active_campuses(request.user, *HANDLERS)
    queue = selectors.queue(campuses, request.user, request.GET.get("tab", ""))
    no = request.GET.get("t", "")
    context = {
        **admin.site.each_context(request),
        "title": _("Support desk"),
        "queue": queue,
        "tabs": selectors.TABS,
        "no": no,
    }
    if no:
        context |= desk_context(request, rooms.at_desk(request.user, no))
    return render(request, "admin/desk/page.html", context)


@desk_view
@require_GET
def queue(request):
    found = selectors.queue(
        active_campuses(request.user, *HANDLERS), request.user, request.GET.get("tab", "waiting")
    )
    context = {"queue": found, "tabs": selectors.TABS, "no": request.GET.get("t", ""), "oob": True}
    return render(request, "admin/desk/_queue.html", context)


@desk_view
@require_GET
def pulse(request):
    """How many wait, for the menu's badge."""
    return JsonResponse({"waiting": selectors.waiting_count(active_campuses(request.user, *HANDLERS))})


@desk_view
@require_GET
def room(request, no):
    """One conversation, as the right side of the desk."""
    if not request.htmx:
        return redirect(f"{reverse('chat:desk')}?t={no}")
    context = desk_context(request, rooms.at_desk(request.user, no))
    return render(request, "admin/desk/_room.html", context)


def desk_context(request: HttpRequest, found: Room) -> dict:
    conversation = found.conversation
    return {
        **room_context(request, found),
        "conversation": conversation,
        "mine": bool(conversation and conversation.operator_id == request.user.pk),
        "offered": subjects.offered(conversation.person, conversation.role)
        if conversation
        else [found.subject],
        "canned": selectors.canned(found.thread.campus_id),
    }


@desk_view
@require_GET
def messages(request, no):
    return answer_messages(request, rooms.at_desk(request.user, no))


@desk_view
@require_GET
def photo(request, no, pk):
    return answer_photo(rooms.at_desk(request.user, no), pk)


# -- Commands ----------------------------------------------------------------------------------------------


@desk_view
@require_POST
def order(request: HttpRequest, no: str) -> HttpResponse:
    """Go to the chat of an order, from wherever operators look at it; nobody need have written in it yet."""
    found = subjects.find("order", no)
    if found is None or not is_operator(request.user, found.campus_id, *HANDLERS):
        raise Http404
    return redirect(f"{reverse('chat:desk')}?t={services.order_thread(found).no}")


@desk_view
@require_POST
def send(request, no):
    found = rooms.at_desk(request.user, no)
    form, what = checked_form(request)
    internal = form.cleaned_data["internal"]
    services.answer(actor=request.user, thread=found.thread, internal=internal, **what)
    return answer_sent(request, rooms.at_desk(request.user, no))


@desk_view
@require_POST
def read(request, no):
    return answer_read(request, rooms.at_desk(request.user, no))


@desk_view
@require_POST
def typing(request, no):
    services.typing(room=rooms.at_desk(request.user, no))
    return HttpResponse(status=204)


@desk_view
@require_POST
def take(request, no):
    services.take(actor=request.user, conversation=_conversation(request, no))
    return _done(request, no, _("It is yours."))


@desk_view
@require_POST
def put_back(request, no):
    services.put_back(actor=request.user, conversation=_conversation(request, no))
    return _done(request, no, _("Back in the queue."))


@desk_view
@require_POST
def close(request, no):
    services.close(actor=request.user, conversation=_conversation(request, no))
    return _done(request, no, _("The conversation has ended."))


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Colleague"))
    note = forms.CharField(
        label=gettext_lazy("What they should know"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@desk_view
@require_http_methods(["GET", "POST"])
def hand_over(request, no):
    """To a colleague, with a note: a dialog."""
    conversation = _conversation(request, no)
    form = HandOverForm(request.POST or None)
    form.fields["to"].queryset = selectors.colleagues(conversation.campus, request.user)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        services.hand_over(
            actor=request.user, conversation=conversation, to=to, note=form.cleaned_data["note"]
        )
        return _done(request, no, _("Given to %(name)s.") % {"name": to.display_name})
    status = 422 if form.is_bound else 200
    return render(
        request,
        "admin/desk/_dialog.html",
        {"form": form, "conversation": conversation, "title": _("Hand over")},
        status=status,
    )


def _conversation(request: HttpRequest, no: str) -> Conversation:
    conversation = rooms.at_desk(request.user, no).conversation
    if conversation is None:
        raise WrongState
    return conversation


def _done(request: HttpRequest, no: str, text: str) -> HttpResponse:
    """The page fetches its parts again by itself."""
    if not request.htmx:
        return redirect(f"{reverse('chat:desk')}?t={no}")
    trigger = {"toast": {"text": text, "level": "success"}, "desk:done": {"no": no}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})
