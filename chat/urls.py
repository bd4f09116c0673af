from django.urls import include, path

from chat import views

app_name = "chat"
urlpatterns = [
    path("admin/desk/", include("chat.desk.urls")),
    path("o/<str:no>/chat/", views.order_chat, name="order"),
    path("support/", views.support, name="support"),
    path("support/<str:no>/", views.past, name="past_conversation"),
    path("chat/<str:key>/lines/", views.messages, name="messages"),
    path("chat/<str:key>/say/", views.send, name="send"),
    path("chat/<str:key>/read/", views.read, name="read"),
    path("chat/<str:key>/typing/", views.typing, name="typing"),
    path("chat/<str:key>/badge/", views.badge, name="badge"),
    path("chat/<str:key>/photo/<int:pk>/", views.photo, name="photo"),
]
