from django.urls import path

from messaging import preference_views, views

app_name = "messaging"
urlpatterns = [
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
