"""Under /c/."""

from django.urls import path

from dispatch.views import bidding, hall, offer, people, scan

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
    path("people/", people.people, name="people"),
    path("people/favourite/<str:order_no>/", people.favourite, name="favourite"),
    path("people/favourite/<int:pk>/off/", people.unfavourite, name="unfavourite"),
    path("people/never/courier/<str:order_no>/", people.block_courier, name="block_courier"),
    path("people/never/customer/<str:no>/", people.block_customer, name="block_customer"),
    path("people/again/<int:pk>/", people.unblock, name="unblock"),
    path("scan/", scan.scan, name="scan"),
    path("scan/take/<str:no>/", scan.take, name="scan_take"),
]
