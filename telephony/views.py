"""Where providers tell how calls went, and how a page gets at a number without ever showing it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from telephony import services
from telephony.providers import PROVIDERS, BadCallback

MOST_BYTES = 1_000_000


class TelephoneRedirect(HttpResponseRedirect):
    allowed_schemes = ["tel"]


def dialled(request: HttpRequest, dial: services.Dial) -> HttpResponse:
    """Send the person's phone to the number. It stands in a header, never in a page."""
    # A form's redirect to tel: is stopped by the page's own policy in some browsers; a script may go there.
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": f"tel:{dial.number}"})
    return TelephoneRedirect(f"tel:{dial.number}")


@csrf_exempt
@require_POST
def callback(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """A provider's call records. Believed only as far as it can show who it is."""
    if provider not in PROVIDERS:
        raise Http404
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"code": 413, "msg": "too long"}, status=413)
    try:
        services.take_callback(provider=provider, secret=secret, headers=request.headers, body=request.body)
    except BadCallback as error:
        return JsonResponse({"code": 400, "msg": str(error)}, status=400)
    return JsonResponse({"code": 0, "msg": "ok"})
