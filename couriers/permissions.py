"""Who may work in the courier's portal."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from couriers.models import Courier


def courier_of(user) -> Courier | None:
    """The person's courier profile with its campus; None for everybody else. One query."""
    return Courier.objects.select_related("user", "campus").filter(user_id=user.pk).first()


def courier_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only active couriers, as `request.courier`. Strangers log in; the others read what to do (403).

    A suspended courier may still finish what they carry: see `carrier_required`.
    """
    return _guard(view, Courier.Status.ACTIVE)


def carrier_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As `courier_required`, and also suspended couriers: goods in somebody's hands must come to their end."""
    return _guard(view, Courier.Status.ACTIVE, Courier.Status.SUSPENDED)


def learner_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Active couriers, and those who have been vetted and learn."""
    return _guard(view, Courier.Status.VETTED, Courier.Status.TRAINING, Courier.Status.ACTIVE)


def _guard(view, *allowed: str):
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        courier = courier_of(request.user)
        if courier is None or courier.status not in allowed:
            return render(request, "couriers/not_yet.html", {"courier": courier, "tab": "hall"}, status=403)
        request.courier = courier
        return view(request, *args, **kwargs)

    return guarded
