"""Positions of couriers, taken in before anything else is asked."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property

from couriers import fixes
from couriers.services import passes


class PositionMiddleware:
    """A position that comes with a pass that holds goes into the list at once: no session, no database. Whatever is not
    in order goes the ordinary way, which says what is wrong and hands out another pass."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    @cached_property
    def path(self) -> str:
        return reverse("couriers:position")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_POSITION_PASS")
        if given and request.method == "POST" and request.path_info == self.path:
            found = fixes.parse(request.body)
            kept = found and passes.take(given, found)
            if kept is not None and found:
                answer = JsonResponse({"kept": kept})
                answer["Content-Length"] = str(
                    len(answer.content)
                )  # as CommonMiddleware, which comes later, would
                return answer
        return self.get_response(request)
