"""One job from acceptance to the door, and the way through all of them."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_fsm import can_proceed
from django_htmx.http import HttpResponseClientRefresh

from core import clock, links
from core.errors import Invalid, WrongState
from core.http import go
from core.media import CannotKeep
from couriers.fixes import Position
from couriers.permissions import carrier_required
from delivery import panels, selectors, services, stages
from delivery.call_sides import obstacle_to_giver, obstacles_of_courier
from delivery.forms import (
    BuyForm,
    CollectForm,
    DeliverForm,
    FarForm,
    GiveBackForm,
    NotThereForm,
    PositionForm,
    ShelfPhotoForm,
)
from delivery.models import UNDO_SHOWN, Leg, LegStatus
from delivery.services.courier_actions import FREE_TO_GIVE_BACK
from delivery.services.proximity import FarAway, metres_away
from orders.kinds import KINDS
from orders.models import Photo
from orders.services.budget import over_budget_limit
from telephony.models import CallRole
from telephony.views import dialled

STEPS = {
    "arrive_at_pickup": services.arrive_at_pickup,
    "pick_up": services.pick_up,
    "arrive_at_dropoff": services.arrive_at_dropoff,
    "bring_back": services.bring_back,
}


@require_GET
@carrier_required
def job(request: HttpRequest, no: str) -> HttpResponse:
    if (leg := _own(request, no)) is None:
        return _handed_on(request)
    forms = {
        "give_back_form": GiveBackForm(),
        "buy_form": BuyForm(),
        "deliver_form": DeliverForm(),
        "shelf_photo_form": ShelfPhotoForm(),
        "collect_form": CollectForm(),
        "not_there_form": NotThereForm(),
    }
    return render(request, "delivery/job.html", _context(request, leg) | forms)


@require_GET
@carrier_required
def job_live(request: HttpRequest, no: str) -> HttpResponse:
    """The live part of a job. When the stage has changed the whole page is fetched anew: its buttons are others."""
    if (leg := _own(request, no)) is None:
        return _handed_on(request)
    context = _context(request, leg)
    if request.GET.get("state") != context["state"]:
        return HttpResponseClientRefresh()
    return render(request, "delivery/_job.html", context)


def _own(request: HttpRequest, no: str) -> Leg | None:
    """The courier's leg; None when they had it: it was handed to another courier, or is not on the shelf. Anybody
    else's does not exist (404)."""
    try:
        return selectors.job(request.courier, no)
    except Http404:
        if not selectors.had_job(request.courier, no):
            raise
        return None


def _handed_on(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("This job is not with you any more."))
    return go(request, "delivery:active")


@require_POST
@carrier_required
def step(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Arrived, picked up, at the door."""
    leg = selectors.job(request.courier, no)
    try:
        STEPS[name](leg=leg, actor=request.user, where=where_of(request))
    except FarAway as error:
        return _far_away(request, leg, name, error)
    return redirect("delivery:job", leg.no)


@carrier_required
def far(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Arrived, or left at the door, by somebody who is elsewhere by their position: why, and a photo."""
    leg = selectors.job(request.courier, no)
    if request.method != "POST":  # loaded anew
        return redirect("delivery:job", leg.no)
    form = FarForm(request.POST, request.FILES)
    where = where_of(request)
    if not form.is_valid():
        place = leg.pickup if name == "arrive_at_pickup" else leg.dropoff
        return _far_away(request, leg, name, FarAway(metres_away(place, where) or 0, place), form)
    if name == "finish":
        excuse = form.excuse()
        services.deliver(leg=leg, actor=request.user, where=where, photo=excuse.photo, excuse=excuse)
    else:
        STEPS[name](leg=leg, actor=request.user, where=where, excuse=form.excuse())
    return redirect("delivery:job", leg.no)


def _far_away(
    request: HttpRequest, leg: Leg, name: str, error: FarAway, form: FarForm | None = None
) -> HttpResponse:
    context = {
        "tab": "active",
        "courier": request.courier,
        "leg": leg,
        "name": name,
        "far": error,
        "form": form or FarForm(),
    }
    return render(request, "delivery/far.html", context, status=422)


def where_of(request: HttpRequest) -> Position | None:
    """Where the courier's phone is: as it said with the press, else as it was last heard."""
    if position := PositionForm(request.POST).position():
        return position
    if request.courier.position is None:
        return None
    accuracy_m, located_at = request.courier.accuracy_m, request.courier.located_at
    return Position(*request.courier.position, accuracy_m or 0.0, clock.now() - located_at)


@require_POST
@carrier_required
def take_back(request: HttpRequest, no: str) -> HttpResponse:
    """ "Arrived" was pressed by mistake."""
    leg = selectors.job(request.courier, no)
    services.take_back_arrival(leg=leg, actor=request.user)
    return redirect("delivery:job", leg.no)


@require_POST
@carrier_required
def deliver(request: HttpRequest, no: str) -> HttpResponse:
    leg = selectors.job(request.courier, no)
    form = DeliverForm(request.POST, request.FILES)
    check(form)
    try:
        services.deliver(
            leg=leg, actor=request.user, where=where_of(request),
            code=form.cleaned_data["code"], photo=form.cleaned_data["photo"],
        )  # fmt: skip
    except FarAway as error:
        return _far_away(request, leg, "finish", error)
    return go(request, "delivery:job", leg.no)


@require_POST
@carrier_required
def without_photo(request: HttpRequest, no: str) -> HttpResponse:
    """Ask a supervisor to let it be left without a photo; once that is allowed, leave it."""
    leg = selectors.job(request.courier, no)
    if "leave" in request.POST:
        try:
            services.deliver(leg=leg, actor=request.user, where=where_of(request))
        except FarAway as error:
            return _far_away(request, leg, "finish", error)
    else:
        services.ask_without_photo(leg=leg, actor=request.user)
        messages.success(
            request, _("The supervisors have been asked. Wait here for a moment: you see it at once.")
        )
    return go(request, "delivery:job", leg.no)


@require_POST
@carrier_required
def buy(request: HttpRequest, no: str) -> HttpResponse:
    """What the goods cost. Over the budget the customer is asked."""
    leg = selectors.job(request.courier, no)
    form = BuyForm(request.POST, request.FILES)
    asked = None
    if form.is_valid():
        try:
            asked = services.buy_goods(
                leg=leg, actor=request.user, cost_fen=form.cleaned_data["cost"], photo=form.cleaned_data["receipt"]
            )  # fmt: skip
        except (Invalid, CannotKeep) as error:
            form.add_error("cost", str(error))
    if form.errors:
        return again(request, leg, "buy_form", form)
    if asked:
        messages.info(request, _("The customer has been asked. You will hear at once."))
    else:
        messages.success(request, _("Noted. You get it back together with your pay."))
    return go(request, "delivery:job", leg.no)


@require_POST
@carrier_required
def give_back(request: HttpRequest, no: str) -> HttpResponse:
    leg = selectors.job(request.courier, no)
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return again(request, leg, "give_back_form", form)
    services.give_back(leg=leg, actor=request.user, reason=form.reason())
    if form.cleaned_data["why"] == stages.GiveBackReason.PROHIBITED:
        messages.success(request, _("Thank you for saying so. An operator looks at it now."))
    else:
        messages.success(request, _("The job is back in the hall. Thank you for saying so early."))
    return go(request, links.url("courier.home"))


@require_POST
@carrier_required
def missing(request: HttpRequest, no: str) -> HttpResponse:
    """The courier stands at the shelf, and it is not there."""
    leg = selectors.job(request.courier, no)
    item = selectors.item_of(leg.order_id)
    if item is None or not leg.from_shelf:
        raise WrongState
    services.report_missing(item=item, actor=request.user)
    messages.warning(
        request, _("Thank you for saying so. The job is off your list; customer service looks into it.")
    )
    return redirect(links.url("courier.home"))


@require_POST
@carrier_required
def shelf_photo(request: HttpRequest, no: str) -> HttpResponse:
    leg = selectors.job(request.courier, no)
    form = ShelfPhotoForm(request.POST, request.FILES)
    check(form)
    services.photograph_on_shelf(leg=leg, actor=request.user, photo=form.cleaned_data["photo"])
    messages.success(request, _("Thank you. Should it go missing, this shows that you put it there."))
    return redirect("delivery:job", leg.no)


@require_POST
@carrier_required
def call(request: HttpRequest, no: str) -> HttpResponse:
    """Dial the receiver or (`to=customer`) who ordered; the number is given out for this call, which is written down."""
    leg = selectors.job(request.courier, no)
    to = request.POST.get("to", CallRole.RECEIVER)
    return dialled(request, services.call_customer(leg=leg, actor=request.user, to=to))


@require_GET
@carrier_required
def photo(request: HttpRequest, no: str, pk: int) -> FileResponse:
    """A photo of the order, while the job is in the courier's hands."""
    leg = selectors.job(request.courier, no)
    picture = get_object_or_404(
        Photo, pk=pk, order=leg.order_id, order__legs__in=Leg.objects.filter(pk=leg.pk)
    )
    if not leg.is_carried:
        picture = get_object_or_404(Photo, pk=pk, order=leg.order_id, by=request.user)
    response = FileResponse(picture.image.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_GET
@carrier_required
def active(request: HttpRequest) -> HttpResponse:
    return render(request, "delivery/active.html", _route_context(request))


@require_GET
@carrier_required
def active_live(request: HttpRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("delivery:active")
    return render(request, "delivery/_active.html", _route_context(request))


@require_GET
@carrier_required
def active_badge(request: HttpRequest) -> HttpResponse:
    """The number of jobs under way, for the tab bar."""
    return HttpResponse(panels.jobs_under_way(request, request.user))


def _route_context(request: HttpRequest) -> dict:
    stops = selectors.route_stops(request.courier)
    return {
        "tab": "active",
        "courier": request.courier,
        "handing_on": selectors.handing_on(request.courier),
        "stops": stops,
        "map": selectors.route_map(request.courier, stops),
    }


def _context(request: HttpRequest, leg: Leg) -> dict:
    order, page = leg.order, selectors.job_page(leg)
    kind = KINDS[order.kind]
    waiver = selectors.photo_waiver(leg)
    return {
        "tab": "active",
        "courier": request.courier,
        "leg": leg,
        "order": order,
        "page": page,
        # What the page's buttons depend on.
        "state": f"{leg.status}-{getattr(page.over_budget, 'status', '')}-{order.goods_cost_fen or ''}-{waiver}",
        "photo_waiver": waiver,
        "title": stages.title(leg),
        "steps": stages.progress(leg),
        "step": stages.next_step(leg),
        "map": selectors.job_map(leg),
        "kind": kind,
        "pickup_label": selectors.pickup_label(leg),
        "missing_text": kind.when_missing(order.details),
        "notes": list(kind.courier_notes(order.details)),
        "tags": list(selectors.tags(leg)),
        "total_fen": leg.total_fen + leg.tip_fen,
        "item": selectors.item_of(order.pk) if leg.from_shelf and leg.is_carried else None,
        "shows_codes": leg.status in (LegStatus.AT_PICKUP, LegStatus.PICKED_UP, LegStatus.AT_DROPOFF),
        "rescue": page.rescue,
        "giver_obstacle": obstacle_to_giver(page.rescue) if leg.rescues_id and page.rescue else "",
        "may_take_back": leg.arrived_at is not None and clock.now() - leg.arrived_at <= UNDO_SHOWN,
        "may_give_back": can_proceed(leg.release),
        "obstacles": obstacles_of_courier(leg) if leg.is_carried else {},
        "most_fen": over_budget_limit(order) if order.budget_fen else 0,
        "free_until": leg.assigned_at + FREE_TO_GIVE_BACK,
        "is_free": clock.now() - leg.assigned_at <= FREE_TO_GIVE_BACK,
    }


def again(request: HttpRequest, leg: Leg, name: str, form) -> HttpResponse:
    """Back into the open sheet, with what was entered and what is wrong with it; without htmx as before."""
    if not request.htmx:
        check(form)
    form.fields[next(iter(form.errors))].widget.attrs["autofocus"] = True
    return render(request, f"delivery/_{name}.html", _context(request, leg) | {name: form}, status=422)


def check(form) -> None:
    """A form's first complaint, as a sentence for the person."""
    if not form.is_valid():
        raise Invalid(next(error for errors in form.errors.values() for error in errors))
