from django.urls import path

from notifications.views import inbox, preferences

app_name = "notifications"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/badge/", inbox.badge, name="badge"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/<int:pk>/", inbox.open_notice, name="open"),
    path("me/notices/", preferences.preferences, name="preferences"),
    path("me/notices/push/", preferences.push_on, name="push_on"),
    path("me/notices/push/off/", preferences.push_off, name="push_off"),
    path("me/notices/email/", preferences.email, name="email"),
    path("me/notices/email/confirm/", preferences.email_confirm, name="email_confirm"),
]
