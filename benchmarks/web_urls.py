from django.http import HttpRequest, HttpResponse
from django.urls import include, path

handler400 = "django.views.defaults.bad_request"


def bare(request: HttpRequest) -> HttpResponse:
    """What the server and Django's middleware cost before a page does anything."""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), path("", include("campus_errand.urls"))]
