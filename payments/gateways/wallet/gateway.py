"""The wallet: a balance in our own ledger. It settles when it is asked, so there is nobody outside to talk to."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.gateways.base import (
    BadBill,
    BadCallback,
    Bill,
    BillStatus,
    Callback,
    Customer,
    Gateway,
    GatewayError,
    Line,
)
from payments.models import Payment, Refund


class WalletGateway(Gateway):
    name = Payment.Gateway.WALLET
    title = _("Wallet")
    is_outside = False
    bills = False

    def create(self, payment: Payment, customer: Customer | None = None) -> str:
        return reverse("payments:pay", args=[payment.ref])

    def query(self, payment: Payment) -> Bill:
        if payment.status == Payment.Status.PAID:
            return Bill(BillStatus.PAID, payment.amount, payment.gateway_no)
        return Bill(BillStatus.CLOSED)

    def close(self, payment: Payment) -> Bill:
        return self.query(payment)

    def refund(self, refund: Refund) -> bool:
        return refund.status == Refund.Status.DONE  # booked together with the decision

    def query_refund(self, refund: Refund) -> bool:
        return refund.status == Refund.Status.DONE

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        raise BadCallback("a wallet never calls back")

    def download_bill(self, day: date) -> bytes:
        raise GatewayError("a wallet has no bill")

    def read_bill(self, file: bytes) -> list[Line]:
        raise BadBill(_("A wallet has no bill."))


GATEWAY = WalletGateway()
