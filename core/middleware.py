"""What every request passes through."""

import json

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from core.errors import DomainError
from core.http import came_from


class MethodMiddleware:
    """Pages are read and forms are posted: no other method (TRACE, PUT, …) gets as far as a view."""

    ALLOWED = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in self.ALLOWED:
            return HttpResponseNotAllowed(self.ALLOWED)
        return self.get_response(request)


class NulMiddleware:
    """Addresses with a NUL character are nobody's: PostgreSQL refuses them as text wherever they are looked up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Names the device features that our pages may use, so that nothing slipped into a page can use others."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class DomainErrorMiddleware:
    """Shows a `DomainError` to the person: a toast for htmx, a message on the page they came from otherwise."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if not isinstance(error, DomainError):
            return None
        if getattr(request, "htmx", False):
            # 2xx would swap the body; htmx leaves the page alone on an error and still fires the trigger.
            trigger = {"toast": {"text": str(error), "level": "error"}, "refresh": {}}
            return HttpResponse(
                status=error.status, headers={"HX-Trigger": json.dumps(trigger), "HX-Reswap": "none"}
            )
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": str(error), "code": error.code}, status=error.status)
        if request.method == "POST" and (back := came_from(request)):
            messages.error(request, str(error))
            return HttpResponseRedirect(back)
        return render(
            request, "error.html", {"message": str(error), "status": error.status}, status=error.status
        )


class AdminCSPMiddleware:
    """Unfold's Alpine needs eval and inline styles: the policy is relaxed for the admin and nowhere else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {
                "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
                "style-src": [SELF, UNSAFE_INLINE],
            }
        return response
