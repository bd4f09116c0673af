from django.urls import include, path

from messaging import preference_views, views
from messaging.chat import views as chat

app_name = "messaging"
urlpatterns = [
    path("admin/desk/", include("messaging.desk.urls")),
    path("o/<str:no>/chat/", chat.order_chat, name="order_chat"),
    path("support/", chat.support, name="support"),
    path("support/<str:no>/", chat.past, name="past_conversation"),
    path("chat/<str:key>/lines/", chat.lines, name="chat_lines"),
    path("chat/<str:key>/say/", chat.say, name="chat_say"),
    path("chat/<str:key>/read/", chat.read, name="chat_read"),
    path("chat/<str:key>/typing/", chat.typing, name="chat_typing"),
    path("chat/<str:key>/badge/", chat.badge, name="chat_badge"),
    path("chat/<str:key>/photo/<int:pk>/", chat.photo, name="chat_photo"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/badge/", views.badge, name="badge"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/", views.open_notice, name="open"),
    path("me/notices/", preference_views.preferences, name="preferences"),
    path("me/notices/push/", preference_views.push_on, name="push_on"),
    path("me/notices/push/off/", preference_views.push_off, name="push_off"),
    path("me/notices/email/", preference_views.email, name="email"),
    path("me/notices/email/confirm/", preference_views.email_confirm, name="email_confirm"),
]
