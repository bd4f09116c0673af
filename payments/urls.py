from django.urls import path

from payments import gateways
from payments.views import complaints, paying, settlements, statement, wallet, withdrawing

app_name = "payments"
urlpatterns = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/statement/", statement.statement, name="statement"),
    path("m/settlement/", settlements.settlements, name="settlements"),
    path("m/settlement/<str:no>/", settlements.settlement, name="settlement"),
    path("withdraw/<slug:source>/", withdrawing.withdraw, name="withdraw"),
    path("withdrawal/<str:no>/take-back/", withdrawing.take_back, name="take_back"),
    path("withdrawal/<str:no>/collect/", withdrawing.collect, name="collect"),
    path("pay/callback/<slug:gateway>/", paying.callback, name="callback"),
    path("pay/complaint/<slug:gateway>/", complaints.complaint, name="complaint"),
    path("pay/<str:ref>/", paying.pay, name="pay"),
    path("cashier/<str:no>/", paying.cashier, name="cashier"),
    path("cashier/<str:no>/back/", paying.back, name="back"),
    *gateways.urlpatterns(),
]
