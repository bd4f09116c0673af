"""Under /admin/pause/."""

from django.urls import path

from orders.views import pausing

app_name = "pauses"
urlpatterns = [
    path("", pausing.pauses, name="pauses"),
    path("<int:pk>/resume/", pausing.resume, name="resume"),
]
