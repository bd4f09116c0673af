"""Under /r/: for the keepers of relay stations."""

from django.urls import path

from delivery.views import shelf

app_name = "relay"
urlpatterns = [
    path("", shelf.shelf, name="shelf"),
    path("shelf/", shelf.live, name="live"),
    path("code/<str:no>/", shelf.code, name="code"),
    path("missing/<int:pk>/", shelf.missing, name="missing"),
    path("found/<int:pk>/", shelf.found, name="found"),
]
