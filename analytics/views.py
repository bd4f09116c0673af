from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from analytics.dashboard import dashboard
from exceptions.console.permissions import console_view


@console_view
@require_GET
def today(request):
    """The dashboard alone: it fetches itself every half minute. Opened directly, the page that has it."""
    if not request.htmx:
        return redirect("admin:index")
    return render(request, "admin/dashboard/_today.html", dashboard(request))
