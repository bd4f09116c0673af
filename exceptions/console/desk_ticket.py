"""On the support desk: a conversation becomes a ticket, with what was said in it."""

import json

from django import forms
from django.core.files.base import ContentFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from chat import rooms
from chat import services as chat
from chat.desk.views import desk_view
from chat.models import Conversation, Message
from core.errors import WrongState
from core.ids import new_no
from exceptions.console.opening import OpenForm, newest_first
from exceptions.models import Ticket
from exceptions.tickets import services
from exceptions.tickets.services.reporting import MAX_PHOTOS
from orders.models import Order


def orders_of(conversation: Conversation):
    """The person's orders on the campus, as customer or as courier, the newest first."""
    mine = (
        Q(customer=conversation.person)
        if conversation.role == "customer"
        else Q(legs__courier__user=conversation.person)
    )
    return Order.objects.filter(mine, campus=conversation.campus_id).select_related("customer").distinct()


class TicketForm(OpenForm):
    description = forms.CharField(
        label=gettext_lazy("In their words"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )


@desk_view
@require_http_methods(["GET", "POST"])
def turn_into_ticket(request: HttpRequest, no: str) -> HttpResponse:
    """The dialog: which order, what is wrong, in which words. The person is told, and follows the ticket."""
    conversation = rooms.at_desk(request.user, no).conversation
    if conversation is None:
        raise WrongState
    asked = {name: value for name, value in request.GET.items() if name in TicketForm.base_fields}
    form = TicketForm(
        request.POST or None,
        orders=newest_first(orders_of(conversation)),
        initial=_initial(conversation) | asked,  # another order was chosen: its types, the words kept
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        ticket = services.report(
            order=data["order"],
            type=data["type"],
            source=Ticket.Source.OPERATOR,
            actor=request.user,
            description=data["description"],
            photos=_photos(conversation),
            on_behalf_of=conversation.person,
        )
        chat.bind(conversation=conversation, kind="ticket", ref=ticket.no)
        if conversation.operator_id is None:  # whoever works on it talks with the person
            chat.take(actor=request.user, conversation=conversation)
        if ticket.assignee_id is None:
            services.claim(ticket=ticket, actor=request.user)
        return _done(request, conversation, ticket)
    status, context = 422 if form.is_bound else 200, {"form": form, "conversation": conversation}
    context["title"] = _("Turn into a ticket")
    return render(request, "admin/desk/_dialog.html", context, status=status)


def _said(conversation: Conversation):
    return conversation.thread.messages.filter(author=conversation.person, redacted_at=None)


def _initial(conversation: Conversation) -> dict:
    """The order it is about, and the person's own last words."""
    topic = conversation.topics.filter(kind="order").last()
    said = (
        _said(conversation).filter(kind=Message.Kind.TEXT).order_by("-seq").values_list("text", flat=True)[:6]
    )
    return {"order": topic.ref if topic else None, "description": "\n".join(reversed(said))[-500:]}


def _photos(conversation: Conversation) -> list[ContentFile]:
    """What the person showed, as evidence of the ticket's own: the chat's photos go after a time."""
    lines = _said(conversation).filter(kind=Message.Kind.PHOTO).order_by("-seq")[:MAX_PHOTOS]
    photos = []
    for line in lines:
        with line.photo.open("rb") as file:
            photos.append(ContentFile(file.read(), name=f"{new_no(length=16).lower()}.jpg"))
    return photos[::-1]


def _done(request: HttpRequest, conversation: Conversation, ticket: Ticket) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('chat:desk')}?t={conversation.thread.no}")
    text = _("Ticket %(no)s is open, and on your desk.") % {"no": ticket.no}
    trigger = {"toast": {"text": text, "level": "success"}, "desk:done": {"no": conversation.thread.no}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})
