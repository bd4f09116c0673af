from django.urls import path

from orders import views

app_name = "orders"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("new/<slug:kind>/price/", views.price, name="price"),
    path("new/<slug:kind>/draft/", views.draft, name="draft"),
    path("new/<slug:kind>/start-over/", views.start_over, name="start_over"),
    path("orders/", views.order_list, name="list"),
    path("o/<str:no>/", views.detail, name="detail"),
    path("o/<str:no>/live/", views.live, name="live"),
    path("o/<str:no>/code/", views.code, name="code"),
    path("o/<str:no>/cancel/", views.cancel, name="cancel"),
    path("o/<str:no>/urge/", views.urge, name="urge"),
    path("o/<str:no>/patience/", views.patience, name="patience"),
    path("o/<str:no>/address/", views.address, name="address"),
    path("o/<str:no>/receipt/", views.receipt, name="receipt"),
    path("o/<str:no>/tip/", views.tip, name="tip"),
    path("o/<str:no>/confirm/", views.confirm, name="confirm"),
    path("o/<str:no>/budget/", views.budget, name="budget"),
    path("o/<str:no>/photo/<int:pk>/", views.photo, name="photo"),
]
