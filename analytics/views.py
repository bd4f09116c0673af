from django.shortcuts import render
from django.views.decorators.http import require_GET

from analytics.dashboard import dashboard
from exceptions.console.permissions import console_view


@console_view
@require_GET
def today(request):
    """The dashboard alone: it fetches itself every half minute."""
    return render(request, "admin/dashboard/_today.html", dashboard(request))
