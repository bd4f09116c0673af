from django.urls import path

from telephony.views import callback

app_name = "telephony"
urlpatterns = [path("calls/<slug:provider>/<str:secret>/", callback, name="call_records")]
