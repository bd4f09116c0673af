"""Under /c/."""

from django.urls import path, re_path

from delivery.views import codes, job, pages, ratings, rescues, scanning, self_pickup

app_name = "delivery"
urlpatterns = [
    path("job/<str:no>/", job.job, name="job"),
    path("job/<str:no>/live/", job.job_live, name="job_live"),
    re_path(
        r"^job/(?P<no>\w+)/(?P<name>arrive_at_pickup|pick_up|arrive_at_dropoff|bring_back)/$",
        job.step,
        name="step",
    ),
    re_path(
        r"^job/(?P<no>\w+)/(?P<name>arrive_at_pickup|arrive_at_dropoff|finish)/far/$", job.far, name="far"
    ),
    path("job/<str:no>/not-there-yet/", job.take_back, name="take_back"),
    path("job/<str:no>/deliver/", job.deliver, name="deliver"),
    path("job/<str:no>/without-photo/", job.without_photo, name="without_photo"),
    path("job/<str:no>/buy/", job.buy, name="buy"),
    path("job/<str:no>/give-back/", job.give_back, name="give_back"),
    path("job/<str:no>/call/", job.call, name="call"),
    path("job/<str:no>/collect/", rescues.collect, name="collect"),
    path("job/<str:no>/not-there/", rescues.not_there, name="not_there"),
    path("job/<str:no>/go-on/", rescues.go_on, name="go_on"),
    path("job/<str:no>/call-courier/", rescues.call_giver, name="call_giver"),
    path("job/<str:no>/where/", rescues.where_photo, name="where_photo"),
    path("job/<str:no>/photo/<int:pk>/", job.photo, name="photo"),
    re_path(r"^job/(?P<no>\w+)/code/(?P<purpose>hand_in|hand_out|transfer)/$", codes.code, name="code"),
    path("job/<str:no>/missing/", job.missing, name="missing"),
    path("job/<str:no>/shelf-photo/", job.shelf_photo, name="shelf_photo"),
    path("scan/received/<str:no>/", codes.received, name="received"),
    path("scan/wechat/", scanning.wechat_signature, name="wechat_signature"),
    path("call/<str:order_no>/", pages.call_courier, name="call_courier"),
    path("fetch/<str:order_no>/", self_pickup.fetch, name="fetch"),
    path("rate/<str:order_no>/", ratings.rate, name="rate"),
    path("ratings/", ratings.ratings, name="ratings"),
    path("way/<str:order_no>/", pages.way, name="way"),
    path("route/", job.active, name="active"),
    path("route/live/", job.active_live, name="active_live"),
    path("route/badge/", job.active_badge, name="active_badge"),
    path("earnings/", pages.earnings, name="earnings"),
    path("me/", pages.me, name="me"),
]
