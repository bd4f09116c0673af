"""What every page of the admin offers to operators."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from accounts.operator_scope import choose_campus
from accounts.permissions import operator_page
from core.http import came_from


@operator_page()
@require_GET
def operator_campus(request: HttpRequest) -> HttpResponse:
    """Look at one campus (`?code=…`), or at all of one's own again; then `?next=…`, or back to where one came from."""
    choose_campus(request, request.GET.get("code", ""))
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, None):
        wanted = came_from(request) or reverse("admin:index")
    return HttpResponseRedirect(wanted)
