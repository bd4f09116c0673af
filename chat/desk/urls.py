"""Under /admin/desk/, in the namespace `chat`: `chat:desk`, `chat:desk_queue` …"""

from django.urls import path

from chat.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("queue/", views.queue, name="desk_queue"),
    path("pulse/", views.pulse, name="desk_pulse"),
    path("order/<str:no>/", views.order, name="desk_order"),
    path("<str:no>/", views.room, name="desk_room"),
    path("<str:no>/lines/", views.messages, name="desk_messages"),
    path("<str:no>/say/", views.send, name="desk_send"),
    path("<str:no>/read/", views.read, name="desk_read"),
    path("<str:no>/typing/", views.typing, name="desk_typing"),
    path("<str:no>/photo/<int:pk>/", views.photo, name="desk_photo"),
    path("<str:no>/take/", views.take, name="desk_take"),
    path("<str:no>/put-back/", views.put_back, name="desk_put_back"),
    path("<str:no>/hand-over/", views.hand_over, name="desk_hand_over"),
    path("<str:no>/close/", views.close, name="desk_close"),
]
