from django.urls import path

from campus import views

app_name = "campus"
urlpatterns = [
    path("map/", views.campus_page, name="map"),
    path("campus/<slug:code>/map.json", views.map_data, name="map_data"),
]
