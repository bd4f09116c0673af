"""What people get while the database cannot be reached: a page that says so and when to try again, instead of a 500."""

import json
import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

RETRY_AFTER = 10  # seconds; PostgreSQL is back from a restart within a few
# SQLSTATE: the connection was lost, the server goes down or starts, it has no connection left. See the appendix
# "PostgreSQL Error Codes" of its manual. A deadlock or a statement that takes too long is not among them.
_POSTGRES = ("08", "57P01", "57P02", "57P03", "53300")
_SQLITE = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR")


def database_is_away(error: BaseException | None) -> bool:
    """Whether that error says that the database did not answer, and nothing about what it was asked."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if name := getattr(error.__cause__, "sqlite_errorname", ""):
        return name.startswith(_SQLITE)
    code = getattr(error.__cause__, "pgcode", None)  # none where no server was left to give one
    return code is None or code.startswith(_POSTGRES)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that ended in an exception, wherever that was raised: 503 with Retry-After while the database
    is away, 500 for all else. Rendered without the request, whose session and person would be looked up."""
    error = sys.exc_info()[1]
    if not database_is_away(error):
        return HttpResponse(render_to_string("500.html"), status=500)
    response = _back_in_a_minute(request)
    response.headers["Retry-After"], response.headers["Cache-Control"] = str(RETRY_AFTER), "no-store"
    logger.warning("no database for %s %s: %s", request.method, request.path, str(error).partition("\n")[0])
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would add a traceback for each request of an outage
    return response


def _back_in_a_minute(request: HttpRequest) -> HttpResponse:
    text = _(
        "The system does not answer just now. What was saved before is safe; please try again in a minute."
    )
    if "HX-Request" in request.headers:  # htmx leaves the page alone on an error and still fires the trigger
        trigger = {"toast": {"text": text, "level": "error"}}
        return HttpResponse(status=503, headers={"HX-Trigger": json.dumps(trigger), "HX-Reswap": "none"})
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": text, "code": "away"}, status=503)
    return HttpResponse(render_to_string("503.html"), status=503)
