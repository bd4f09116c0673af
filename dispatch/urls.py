"""Under /c/."""

from django.urls import path

from dispatch.views import bidding, hall, offer, scan

app_name = "dispatch"
urlpatterns = [
    path("", hall.hall, name="hall"),
    path("hall/", hall.hall_list, name="hall_list"),
    path("duty/", hall.duty, name="duty"),
    path("grab/<str:no>/", hall.grab, name="grab"),
    path("wanted/<str:no>/", bidding.wanted, name="wanted"),
    path("wanted/<str:no>/withdraw/", bidding.withdraw, name="withdraw_bid"),
    path("bid/<int:pk>/choose/", bidding.choose, name="choose_bid"),
    path("offer/", offer.offer, name="offer"),
    path("offer/resume/", offer.resume, name="offer_resume"),
    path("offer/<str:no>/accept/", offer.accept, name="offer_accept"),
    path("offer/<str:no>/refuse/", offer.refuse, name="offer_refuse"),
    path("scan/", scan.scan, name="scan"),
    path("scan/take/<str:no>/", scan.take, name="scan_take"),
]
