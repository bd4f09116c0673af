from django.urls import path

from simulation import views

app_name = "simulation"
urlpatterns = [path("demo/late/<str:no>/", views.run_late, name="run_late")]
