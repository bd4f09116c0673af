"""Where providers tell of complaints."""

import logging

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments import gateways, services

logger = logging.getLogger(__name__)
MOST = 20_000


@csrf_exempt
@require_POST
def complaint(request: HttpRequest, gateway: str) -> HttpResponse:
    """A customer's complaint at the provider by which they paid. Believed only with a right signature; see
    `services.take_complaint`."""
    if gateway not in gateways.NAMES or gateways.get(gateway).complaints is None:
        raise Http404
    if len(request.body) > MOST:
        return JsonResponse({"ok": False, "error": "too long"}, status=413)
    try:
        services.take_complaint(gateway=gateway, headers=request.headers, body=request.body)
    except gateways.BadCallback as error:
        return JsonResponse({"ok": False, "error": str(error)}, status=400)
    except gateways.GatewayError:  # our own keys cannot be read: it will say it again
        logger.exception("complaint of %s could not be checked", gateway)
        return JsonResponse({"ok": False, "error": "not now"}, status=503)
    status, content_type, said = gateways.get(gateway).thanks
    return HttpResponse(said, content_type=content_type, status=status)
