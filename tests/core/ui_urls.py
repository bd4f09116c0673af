"""The pages of core/views.py beside stand-ins for those that the tab bars link to: the style guide needs no app."""

from django.contrib import admin
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import include, path

from core import views


def page(request):
    return HttpResponse("a page")


def answer(request):
    """Says what was sent, and goes back: for forms of the style guide."""
    return HttpResponseRedirect(f"/styleguide/?pressed={request.POST.get('step', '')}")


urlpatterns = [
    path("styleguide/", views.styleguide),
    path("sw.js", views.service_worker),
    path("offline/", views.offline),
    path("answer/", answer),
    path("", include(([path("", page, name="home"), path("orders/", page, name="list")], "orders"))),
    path("", include(([path("inbox/", page, name="inbox")], "notifications"))),
    path("", include(([path("me/", page, name="me")], "accounts"))),
    path("admin/", admin.site.urls),  # the middleware of the second factor asks where it is
    path("login/", page, name="account_login"),
]
