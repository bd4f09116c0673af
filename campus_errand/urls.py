from django.contrib import admin
from django.urls import include, path

from core import views
from core.health import healthz, readyz

urlpatterns = [
    path("", include("orders.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("chat.urls")),
    path("", include("telephony.urls")),
    path("", include("payments.urls")),
    path("", include("exceptions.urls")),
    path("", include("campus.urls")),
    path("", include("simulation.urls")),
    path("c/", include("dispatch.urls")),
    path("c/", include("delivery.urls")),
    path("c/", include("couriers.urls")),
    path("r/", include("delivery.relay_urls")),
    path("accounts/", include("accounts.login_urls")),
    path("healthz/", healthz),
    path("readyz/", readyz),
    path("sw.js", views.service_worker),
    path("MP_verify_<slug:code>.txt", views.wechat_domain),
    path("offline/", views.offline),
    path("styleguide/", views.styleguide),
    path("admin/board/", include("dispatch.board_urls")),
    path("admin/pause/", include("orders.pause_urls")),
    path("admin/", include("analytics.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "core.away.server_error"
