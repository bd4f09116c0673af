"""What every request passes through."""

import json
import re
from functools import lru_cache

import brotli
from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from core.errors import DomainError
from core.http import came_from
from core.static_files import minified


class LivenessMiddleware:
    """Answers /livez/ under whatever name and without a database: whether this process takes requests. caddy asks it each
    second, so that a process that is away is sent nothing (see deploy/Caddyfile)."""

    PATH = "/livez/"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == self.PATH:
            return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)


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
    """A NUL character is nobody's: PostgreSQL refuses it as text wherever it is looked up or kept. So a request that
    holds one in its address, headers, cookies, form or JSON is refused before any view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        headers = (value for name, value in request.META.items() if name.startswith("HTTP_"))
        # Cookies apart: a quoted one may hold it as an escape.
        if "%00" in request.META.get("QUERY_STRING", "") or any(
            "\0" in text for text in (request.path_info, *headers, *request.COOKIES.values())
        ):
            raise BadRequest("NUL in the address, a header or a cookie")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST":
            return
        if request.content_type == "application/json":
            found = b"\\u0000" in request.body
        elif request.content_type == "multipart/form-data" and getattr(view, "csrf_exempt", False):
            return  # reads the body itself, which parsing would use up; all others have theirs parsed anyway
        else:
            found = any("\0" in text for name, values in request.POST.lists() for text in (name, *values))
        if found:
            raise BadRequest("NUL in the body")


class PermissionsPolicyMiddleware:
    """Names the device features that our pages may use, so that nothing slipped into a page can use others."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, style sheets and scripts where no proxy does (deploy/Caddyfile has its own): files minified and with
    Brotli where the browser takes it, once for all, and pages with gzip, whose length Django hides. Photos are compressed already, and
    a part of a file stays the bytes that were asked for."""

    TYPES = (
        "text/",
        "application/json",
        "application/javascript",
        "application/manifest+json",
        "application/wasm",
        "image/svg+xml",
    )

    def __init__(self, get_response):
        super().__init__(get_response)
        # Random bytes hide the length of what may hold a secret; a file holds none.
        self._files = GZipMiddleware(get_response)
        self._files.max_random_bytes = 0

    def process_response(self, request, response):
        if response.status_code == 206 or not response.get("Content-Type", "").startswith(self.TYPES):
            return response
        if not response.streaming:
            return super().process_response(request, response)
        if response.is_async or not _takes_brotli(request) or response.has_header("Content-Encoding"):
            return self._files.process_response(request, response)
        packed = _packed(
            request.path_info.removeprefix(settings.STATIC_URL), b"".join(response.streaming_content)
        )
        response.streaming_content = [packed]
        response["Content-Length"], response["Content-Encoding"] = str(len(packed)), "br"
        patch_vary_headers(response, ("Accept-Encoding",))
        return response


def _takes_brotli(request: HttpRequest) -> bool:
    return re.search(r"\bbr\b", request.headers.get("Accept-Encoding", "")) is not None


# A large file (the reader of codes) is packed in a tenth of a second rather than in two, for a tenth more of bytes.
_LARGE = 500_000


@lru_cache(maxsize=256)
def _packed(name: str, content: bytes) -> bytes:
    if len(content) > _LARGE:
        return brotli.compress(content, quality=9)
    return brotli.compress(minified(name, content), mode=brotli.MODE_TEXT)


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


class NotAPageMiddleware:
    """Who opens the address of a button (after logging in again, by a reload) reads so instead of an empty page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            response.status_code != 405
            or request.method != "GET"
            or getattr(request, "htmx", False)
            or "text/html" not in request.headers.get("Accept", "")
        ):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


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
