from django.urls import path

from accounts import login_views, operator_views, session_views, views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/profile/", views.profile, name="profile"),
    path("me/addresses/", views.addresses, name="addresses"),
    path("me/addresses/new/", views.address, name="address_new"),
    path("me/addresses/<int:pk>/", views.address, name="address"),
    path("me/addresses/<int:pk>/delete/", views.delete_address, name="address_delete"),
    path("me/addresses/<int:pk>/default/", views.default_address, name="address_default"),
    path("me/sessions/", session_views.session_list, name="sessions"),
    path("me/sessions/others/end/", session_views.end_other_sessions, name="end_other_sessions"),
    path("me/sessions/<str:ref>/end/", session_views.end_session, name="end_session"),
    path("me/here/", session_views.here, name="here"),
    path("me/data/", views.export, name="export"),
    path("me/erase/", views.erase, name="erase"),
    path("admin/console/campus/", operator_views.operator_campus, name="operator_campus"),
    path("language/", views.language, name="language"),
    path("privacy/", views.privacy, name="privacy"),
    path("terms/", views.terms, name="terms"),
    path("join/<str:token>/", views.join, name="join"),
    path("accounts/demo/<str:phone>/", login_views.demo_login, name="demo_login"),
]
