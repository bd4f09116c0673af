"""Under /admin/board/."""

from django.urls import path

from dispatch.views import board

app_name = "board"
urlpatterns = [
    path("", board.board, name="board"),
    path("live/", board.live, name="live"),
    path("put/", board.put, name="put"),
    path("take-back/", board.take_back, name="take_back"),
    path("split/", board.split, name="split"),
    path("without-photo/", board.without_photo, name="without_photo"),
]
