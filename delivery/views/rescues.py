"""Goods that one courier fetches from another who cannot go on: both see it on the pages of their jobs."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import links
from core.http import go
from couriers.permissions import carrier_required
from delivery import selectors, services
from delivery.forms import CollectForm, NotThereForm
from delivery.models import Rescue
from delivery.views.job import again, where_of
from telephony.views import dialled


@require_POST
@carrier_required
def collect(request: HttpRequest, no: str) -> HttpResponse:
    """They have it, without the other one's code: a photo shows it."""
    leg = selectors.job(request.courier, no)
    form = CollectForm(request.POST, request.FILES)
    if not form.is_valid():
        return again(request, leg, "collect_form", form)
    services.collect(leg=leg, actor=request.user, photo=form.cleaned_data["photo"], where=where_of(request))
    messages.success(request, _("It is yours. Ride carefully!"))
    return go(request, "delivery:job", leg.no)


@require_POST
@carrier_required
def not_there(request: HttpRequest, no: str) -> HttpResponse:
    """Neither goods nor courier are where they should be, or who was sent cannot go."""
    leg = selectors.job(request.courier, no)
    form = NotThereForm(request.POST)
    if not form.is_valid():
        return again(request, leg, "not_there_form", form)
    words = form.cleaned_data["words"]
    if form.cleaned_data["why"] == NotThereForm.Why.NOT_THERE:
        services.report_not_there(leg=leg, actor=request.user, words=words)
        messages.success(
            request, _("Thank you for going there. Customer service looks for it, and your way is paid.")
        )
    else:
        services.decline_rescue(leg=leg, actor=request.user, words=words)
        messages.success(request, _("Thank you for saying so early. Customer service sends somebody else."))
    return go(request, links.url("courier.home"))


@require_POST
@carrier_required
def go_on(request: HttpRequest, no: str) -> HttpResponse:
    """The first courier can bring it after all."""
    leg = selectors.job(request.courier, no)
    services.go_on_oneself(giver=leg, actor=request.user)
    messages.success(request, _("It is yours again: nobody comes to fetch it. Customer service knows."))
    return redirect("delivery:job", leg.no)


@require_POST
@carrier_required
def call_giver(request: HttpRequest, no: str) -> HttpResponse:
    """Dial the courier whom they are to meet."""
    leg = selectors.job(request.courier, no)
    return dialled(request, services.call_giver(leg=leg, actor=request.user))


@require_GET
@carrier_required
def where_photo(request: HttpRequest, no: str) -> FileResponse:
    """What it looks like where the goods lie; for whoever is on the way to fetch them."""
    leg = selectors.job(request.courier, no)
    rescue = Rescue.objects.filter(leg=leg, outcome="", photo__isnull=False).select_related("photo").first()
    if rescue is None:
        raise Http404
    response = FileResponse(rescue.photo.image.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response
