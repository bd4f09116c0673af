"""Under /admin/."""

from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [path("today/", views.today, name="today")]
