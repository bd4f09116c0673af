from django.urls import include, path

from exceptions.console.desk_ticket import turn_into_ticket
from exceptions.console.opening import open_ticket
from exceptions.detection.views import all_well
from exceptions.tickets import views

app_name = "exceptions"
urlpatterns = [
    path("admin/console/open/<str:no>/", open_ticket, name="open"),
    path("admin/console/open/courier/<int:pk>/", open_ticket, name="open_courier"),
    path("admin/console/", include("exceptions.console.urls")),
    path("admin/desk/<str:no>/ticket/", turn_into_ticket, name="desk_ticket"),
    path("o/<str:no>/issue/", views.report, name="report"),
    path("o/<str:no>/tickets/", views.order_tickets, name="order_tickets"),
    path("c/stop/<str:no>/issue/", views.courier_report, name="courier_report"),
    path("c/stop/<str:no>/tickets/", views.job_tickets, name="job_tickets"),
    path("c/stop/<str:no>/all-well/", all_well, name="all_well"),
    path("c/tickets/", views.courier_tickets, name="courier_tickets"),
    path("tickets/<str:no>/", views.ticket, name="ticket"),
    path("tickets/<str:no>/live/", views.ticket_live, name="ticket_live"),
    path("tickets/<str:no>/answer/", views.answer, name="answer"),
    path("tickets/<str:no>/reopen/", views.reopen, name="reopen"),
    path("tickets/<str:no>/rate/", views.rate, name="rate"),
    path("tickets/<str:no>/photo/<int:pk>/", views.photo, name="photo"),
]
