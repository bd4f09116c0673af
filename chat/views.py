"""The pages of chat, and what their script asks: new messages, saying something, having read, typing.

`chat.desk.views` gives operators the same answers under the admin.
"""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.portals import COURIER, PORTALS, STUDENT, portal_of
from campus.selectors import campus_for
from chat import hours, rooms, selectors, services, subjects, wording
from chat.forms import MessageForm
from chat.models import Conversation, Message
from chat.rooms import Room
from core import clock
from core.errors import Invalid
from core.http import came_from
from core.ids import new_no

PAST = 5


# -- Pages -------------------------------------------------------------------------------------------------


@login_required
@require_GET
def order_chat(request: HttpRequest, no: str) -> HttpResponse:
    """Customer and courier of an order."""
    room = rooms.of_order(request.user, no)
    others = [participant for participant in room.participants if participant.user_id != request.user.pk]
    present = [participant for participant in others if participant.until is None]
    context = {"peer": (present or others or [None])[-1], "back": room.own[-1].url}
    return render(request, "chat/order.html", room_context(request, room) | context)


@login_required
@require_GET
def support(request: HttpRequest) -> HttpResponse:
    """Customer service: the open conversation, or a greeting, beside what the person may want to ask about."""
    room = rooms.with_service(request.user)
    role = room.role if room.conversation else _role(request)
    room.role = role
    asked = subjects.about(request.GET.get("about", ""), request.user)
    offered = subjects.offered(request.user, role)
    if asked and all(one.key != asked.key for one in offered):
        offered.insert(0, asked)
    past = Conversation.objects.filter(person=request.user, status=Conversation.Status.CLOSED)
    chosen = asked or room.subject
    context = {
        "offered": offered,
        "chosen": chosen.key if chosen else "",
        "past": past.select_related("thread")[:PAST],
        "is_support": True,
    }
    return render(request, "chat/support.html", room_context(request, room) | context)


@login_required
@require_GET
def past(request: HttpRequest, no: str) -> HttpResponse:
    """An earlier conversation with customer service, to read."""
    room = rooms.find(request.user, no)
    if room.conversation.is_open:
        return redirect("chat:support")
    return render(request, "chat/past.html", room_context(request, room))


def _role(request: HttpRequest) -> str:
    return Message.Role.COURIER if portal_of(request).name == COURIER else Message.Role.CUSTOMER


def room_context(request: HttpRequest, room: Room) -> dict:
    messages, more = selectors.newest(room)
    portal = PORTALS[COURIER if room.role == Message.Role.COURIER else STUDENT]
    return {
        "room": room,
        "chat_messages": messages,  # `messages` are Django's own on every page
        "more": more,
        "quick": wording.QUICK.get((room.kind, room.role), []),
        "client": new_no(length=20),
        "portal": portal.template,
        "home": reverse(portal.home),
        "tab": portal.order_tab if room.kind == "order" else "me",
        **addresses(room),
        **waiting(room, request.user),
    }


def waiting(room: Room, user) -> dict:
    """How long an answer takes: who is ahead, what is usual, or when customer service opens."""
    if room.kind != "service" or room.is_desk or not room.writes:
        return {}
    campus = room.conversation.campus if room.conversation else campus_for(user)
    if campus is None:
        return {}
    now = clock.now()
    opens = hours.closed_until(campus.pk, now)
    return {
        "opens": wording.moment(opens) if opens else "",
        "usual_minutes": hours.usual_wait(campus.pk, now),
        "ahead": hours.ahead_of(room.conversation) if room.conversation else 0,
    }


def addresses(room: Room) -> dict:
    """Where the page's script asks."""
    names = ("messages", "send", "read", "typing")
    if room.is_desk:
        return {f"{name}_url": reverse(f"chat:desk_{name}", args=[room.key]) for name in names}
    return {f"{name}_url": reverse(f"chat:{name}", args=[room.key]) for name in names}


# -- What the script asks ----------------------------------------------------------------------------------


@login_required
@require_GET
@never_cache
def messages(request: HttpRequest, key: str) -> JsonResponse:
    return answer_messages(request, rooms.find(request.user, key))


@login_required
@require_POST
def send(request: HttpRequest, key: str) -> HttpResponse:
    form, what = checked_form(request)
    if key == rooms.SUPPORT:
        campus = campus_for(request.user)
        services.contact_support(
            actor=request.user, role=_role(request), about=form.cleaned_data["about"], campus=campus,
            data=form.position(campus), **what,
        )  # fmt: skip
    else:
        services.send_message(
            actor=request.user, key=key, data=form.position(campus_for(request.user)), **what
        )
    return answer_sent(request, rooms.find(request.user, key))


@login_required
@require_POST
def read(request: HttpRequest, key: str) -> HttpResponse:
    return answer_read(request, rooms.find(request.user, key))


@login_required
@require_POST
def typing(request: HttpRequest, key: str) -> HttpResponse:
    services.typing(room=rooms.find(request.user, key))
    return HttpResponse(status=204)


@login_required
@require_GET
def photo(request: HttpRequest, key: str, pk: int) -> FileResponse:
    return answer_photo(rooms.find(request.user, key), pk)


@login_required
@require_GET
@never_cache
def badge(request: HttpRequest, key: str) -> HttpResponse:
    """How many messages are unread, for the button that leads to the chat."""
    room = rooms.find(request.user, key)
    return render(request, "chat/_badge.html", {"key": key, "unread": room.unread()})


# -- The same for parties and for operators ----------------------------------------------------------------


def checked_form(request: HttpRequest) -> tuple[MessageForm, dict]:
    """What was sent, checked. Raises Invalid with the first complaint."""
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(next(str(error) for errors in form.errors.values() for error in errors))
    return form, {name: form.cleaned_data[name] for name in ("client", "text", "photo")}


def answer_messages(request: HttpRequest, room: Room) -> JsonResponse:
    """Messages after `?after=` (or before `?before=`) as HTML, and how things stand."""
    earlier = _number(request, "before")
    if earlier:
        found, more = selectors.before(room, earlier)
    else:
        found, more = selectors.after(room, _number(request, "after")), None
    return _answer(request, room, found, more)


def answer_sent(request: HttpRequest, room: Room) -> HttpResponse:
    if "application/json" not in request.headers.get("Accept", ""):  # a browser without scripts
        return redirect(came_from(request) or "chat:support")
    return _answer(request, room, selectors.after(room, _number(request, "after")), None)


def answer_read(request: HttpRequest, room: Room) -> HttpResponse:
    services.mark_read(room=room, seq=_number(request, "seq"))
    return HttpResponse(status=204)


def answer_photo(room: Room, pk: int) -> FileResponse:
    """A picture of the chat, for those who may see its message; it does not exist for anyone else."""
    message = get_object_or_404(room.messages(), pk=pk, kind=Message.Kind.PHOTO, redacted_at=None)
    try:
        response = FileResponse(message.photo.open("rb"), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _answer(request: HttpRequest, room: Room, found: list, more: bool | None) -> JsonResponse:
    data = {
        "no": room.thread.no if room.thread else "",
        "html": render_to_string("chat/_messages.html", {"chat_messages": found, "room": room}, request),
        "read": room.read_by_others(),
        "state": room.state,
        "more": more,
    }
    if ahead := waiting(room, request.user):
        data["waiting"] = render_to_string("chat/_waiting.html", ahead | {"room": room}, request)
    return JsonResponse(data)


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name) or request.GET.get(name, "")
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else 0
