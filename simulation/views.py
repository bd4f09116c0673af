from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from orders.selectors import order_of
from simulation import services


@login_required
@require_POST
def run_late(request, no: str):
    """Demo only: let one's own order run late now."""
    if not settings.DEMO:
        raise Http404
    services.run_late(order=order_of(request.user, no), actor=request.user)
    return redirect("orders:detail", no)
