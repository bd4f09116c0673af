from django.urls import path

from payments.gateways.wechatpay import views

urlpatterns = [
    path("cashier/<str:no>/openid/", views.openid, name="openid"),
    path("cashier/<str:no>/wechat/", views.wechatpay, name="wechatpay"),
]
