"""The inbox, in the portal that the person came from."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.portals import portal_of
from notifications import panels, selectors, services
from notifications.models import Notice

PAGE_SIZE = 20


@login_required
@require_GET
def inbox(request):
    """A page of notices, those about one thing together; the live fragment of it for htmx."""
    page = Paginator(selectors.matters(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tab": "inbox",
        "portal": portal_of(request).template,
        "page_obj": page,
        "matters": selectors.notices_by_matter(request.user, page.object_list),
        "unread": selectors.unread_count(request.user),
    }
    return render(
        request, "notifications/_list.html" if request.htmx else "notifications/inbox.html", context
    )


@login_required
@require_GET
@never_cache
def badge(request):
    """How much wants to be looked at, for the tab bars."""
    return HttpResponse(panels.inbox_badge(request, request.user))


@login_required
@require_POST
def read_all(request):
    services.mark_read(user=request.user)
    return redirect("notifications:inbox")


@login_required
@require_POST
def open_notice(request, pk):
    """Mark one as read, with the others about the same, and go where it leads."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    services.mark_read(user=request.user, notices=[notice.pk])
    if notice.about:
        services.mark_read_about(user=request.user, order_no=notice.about)
    elif notice.link:
        services.mark_read_at(user=request.user, link=notice.link)
    leads_home = url_has_allowed_host_and_scheme(notice.link, {request.get_host()}, request.is_secure())
    return redirect(notice.link if leads_home else reverse("notifications:inbox"))
