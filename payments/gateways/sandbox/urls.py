from django.urls import path

from payments.gateways.sandbox import views

urlpatterns = [path("sandbox/<str:bill_no>/", views.sandbox, name="sandbox")]
