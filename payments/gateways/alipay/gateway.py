"""Alipay through `python-alipay-sdk`: its page on the desk (page) and on the phone (wap).

The library's verifier drops `sign_type` before it looks, and does without where it is missing: here it must be there.
Whose app, which order and how much is looked at here too; a right signature alone says only that Alipay wrote it.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import requests
from django.conf import settings
from django.core.checks import Error
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import parse_yuan, plain_yuan
from payments.gateways import config
from payments.gateways.alipay import bill as bill_table
from payments.gateways.alipay.complaints import AlipayComplaints
from payments.gateways.base import (
    AccountNumber,
    BadCallback,
    Bill,
    BillStatus,
    Callback,
    Customer,
    Device,
    Gateway,
    GatewayError,
    Line,
    Transferred,
    TransferRefused,
)
from payments.gateways.complaints import ComplaintDesk
from payments.models import Payment, Refund, Withdrawal

# Alipay's library is loaded where it is called: every process imports this module, and few ask Alipay for anything.
if TYPE_CHECKING:
    from alipay import AliPay, DCAliPay

_STATUS = {
    "TRADE_SUCCESS": BillStatus.PAID,
    "TRADE_FINISHED": BillStatus.PAID,
    "WAIT_BUYER_PAY": BillStatus.OPEN,
    "TRADE_CLOSED": BillStatus.CLOSED,
}
_TRANSFER = {"product_code": "TRANS_ACCOUNT_NO_PWD", "biz_scene": "DIRECT_TRANSFER"}
# What Alipay says of an account that will never take the money: another try would hear the same.
_NO_SUCH_PAYEE = {"PAYEE_NOT_EXIST", "PAYEE_USERINFO_ERROR", "PAYEE_ACC_OCUPIED", "PAYEE_ACC_OCCUPIED",
                  "PAYEE_USERINFO_STATUS_ERROR"}  # fmt: skip
_TIME = "%Y-%m-%d %H:%M:%S"
OK = "10000"
# Of the settings: ours, Alipay's, and the root's, in the library's order.
CERTIFICATES = ("APP_CERT", "CERT", "ROOT_CERT")


@lru_cache(maxsize=2)
def _client(appid: str, private_key: str, public_key: str, url: str) -> "AliPay":
    from alipay import AliPay
    from alipay.utils import AliPayConfig

    try:
        client = AliPay(
            appid=appid,
            app_private_key_string=config.pem(private_key),
            alipay_public_key_string=config.pem(public_key),
            sign_type="RSA2",
            config=AliPayConfig(timeout=config.TIMEOUT[1]),
        )
    except (ValueError, IndexError, TypeError) as error:
        raise GatewayError(f"Alipay's keys are not usable: {error}") from error
    client._gateway = url
    return client


@lru_cache(maxsize=2)
def _paying_client(appid: str, private_key: str, url: str, *certificates: str) -> "DCAliPay":
    """Alipay lets money out only to who signs with a certificate."""
    from alipay import DCAliPay
    from alipay.utils import AliPayConfig

    try:
        client = DCAliPay(appid, config.pem(private_key), *(config.pem(path) for path in certificates))
        client.app_cert_sn, client.alipay_root_cert_sn  # noqa: B018 - read now, so that bad ones show now
    except GatewayError:
        raise
    except Exception as error:  # the library lets pass whatever OpenSSL raises
        raise GatewayError(f"Alipay's certificates are not usable: {error}") from error
    client._config = AliPayConfig(timeout=config.TIMEOUT[1])
    client._gateway = url
    return client


def _failures() -> tuple[type[Exception], ...]:
    """What the library raises when there is no answer to use."""
    from alipay.exceptions import AliPayException, AliPayValidationError

    return OSError, ValueError, AttributeError, AliPayException, AliPayValidationError


class AlipayGateway(Gateway):
    name = Payment.Gateway.ALIPAY
    title = _("Alipay")
    account_number = AccountNumber(
        r"1[3-9]\d{9}|[^@\s]{1,40}@[\w.-]{3,22}",
        _("Enter the mobile number or e-mail address of the Alipay account."),
    )
    closed_on = frozenset({Device.WECHAT})  # WeChat does not open Alipay's pages, nor its app
    thanks = (200, "text/plain", "success")
    repeats = True

    @property
    def configured(self) -> bool:
        return not config.missing(self.name)

    @property
    def complaints(self) -> ComplaintDesk:
        return AlipayComplaints(self._complain, self._read_ours)

    def problems(self) -> list[Error]:
        return config.unusable(self._client)

    def transfer_problems(self) -> list[Error]:
        lacking = [f"ALIPAY_{name}" for name in CERTIFICATES if not settings.TRANSFERS[f"ALIPAY_{name}"]]
        if len(lacking) == len(CERTIFICATES):
            return []
        if lacking:
            said = f"Alipay cannot pay withdrawals: {', '.join(lacking)} missing."
            return [Error(said, hint="Set them all, or none (deploy/env.example).", id="payments.E005")]
        return config.unusable(self.paying_client, id="payments.E006")

    def _client(self) -> "AliPay":
        return _client(*config.values(self.name).values())

    def _ask(self, what: str, **params: str) -> dict:
        """Alipay's answer, whose signature is right. GatewayError when there is none."""
        client = self._client()
        try:
            answer = getattr(client, f"api_alipay_trade_{what}")(**params)
        except _failures() as error:
            raise GatewayError(f"Alipay, {what}: {error!r}") from error
        if (
            answer.get("code") == OK
            and answer.get("out_trade_no", params["out_trade_no"]) != params["out_trade_no"]
        ):
            raise GatewayError(f"Alipay, {what}: it answers about another payment")
        return answer

    def create(self, payment: Payment, customer: Customer | None = None) -> str:
        """Nothing is asked of Alipay yet: the address itself, signed, is the bill."""
        client = self._client()
        on_phone = (customer or Customer()).device != Device.DESKTOP
        make = client.api_alipay_trade_wap_pay if on_phone else client.api_alipay_trade_page_pay
        more = {}
        if payment.expires_at:
            more["time_expire"] = timezone.localtime(payment.expires_at).strftime(_TIME)
        query = make(
            subject=config.title(payment),
            out_trade_no=payment.no,
            total_amount=plain_yuan(payment.amount),
            return_url=config.back_url(payment),
            notify_url=config.notify_url(self.name),
            **more,
        )
        return f"{client._gateway}?{query}"

    def query(self, payment: Payment) -> Bill:
        answer = self._ask("query", out_trade_no=payment.no)
        if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return Bill(BillStatus.UNKNOWN)
        if answer.get("code") != OK:
            raise _refused("query", answer)
        try:
            state = _STATUS[answer["trade_status"]]
            return Bill(state, parse_yuan(answer["total_amount"]), answer["trade_no"])
        except (KeyError, ValueError) as error:
            raise GatewayError(f"Alipay, query: {error!r}") from error

    def close(self, payment: Payment) -> Bill:
        answer = self._ask("close", out_trade_no=payment.no)
        return Bill(BillStatus.CLOSED) if answer.get("code") == OK else self.query(payment)

    def refund(self, refund: Refund) -> bool:
        answer = self._ask(
            "refund",
            out_trade_no=refund.payment.no,
            out_request_no=refund.no,
            refund_amount=plain_yuan(refund.amount),
        )
        if answer.get("code") != OK:
            raise _refused("refund", answer)
        # "Y": money has moved just now. Else it had moved before, or has not yet: that is asked.
        return answer.get("fund_change") == "Y" or self.query_refund(refund)

    def query_refund(self, refund: Refund) -> bool:
        answer = self._ask("fastpay_refund_query", out_trade_no=refund.payment.no, out_request_no=refund.no)
        if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return False
        if answer.get("code") != OK:
            raise _refused("refund query", answer)
        if answer.get("refund_status") != "REFUND_SUCCESS":
            return False
        try:
            same = (answer["out_request_no"], parse_yuan(answer["refund_amount"])) == (
                refund.no,
                refund.amount,
            )
        except (KeyError, ValueError) as error:
            raise GatewayError(f"Alipay, refund query: {error!r}") from error
        if not same:
            raise GatewayError("Alipay, refund query: it answers about another one")
        return True

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback | None:
        said = self._read(body)
        try:
            if said["app_id"] != self._client().appid:
                raise BadCallback("wrong app")
            sent = datetime.strptime(said["notify_time"], _TIME).replace(
                tzinfo=timezone.get_default_timezone()
            )
            config.check_fresh(sent.timestamp())
            notice = said["notify_id"]
            if not notice:
                raise BadCallback("no id")
            if said["trade_status"] not in {"TRADE_SUCCESS", "TRADE_FINISHED"}:
                return None
            # Alipay's ids may be longer than our column.
            nonce = notice if len(notice) <= 40 else hashlib.sha256(notice.encode()).hexdigest()
            return Callback(nonce, said["out_trade_no"], said["trade_no"], parse_yuan(said["total_amount"]))
        except (KeyError, ValueError):
            raise BadCallback("not readable") from None

    def download_bill(self, day: date) -> bytes:
        try:
            answer = self._client().server_api(
                "alipay.data.dataservice.bill.downloadurl.query",
                {"bill_type": "trade", "bill_date": day.isoformat()},
            )
            if answer.get("sub_code") == "isp.bill_not_exist":  # nobody paid on that day
                return b""
            if answer.get("code") != OK:
                raise _refused("bill", answer)
            file = requests.get(answer["bill_download_url"], timeout=config.TIMEOUT)
            file.raise_for_status()
        except (KeyError, *_failures()) as error:
            raise GatewayError(f"Alipay, bill: {error!r}") from error
        return file.content

    def read_bill(self, file: bytes) -> list[Line]:
        return bill_table.read(file) if file else []

    def can_transfer(self, withdrawal: Withdrawal) -> bool:
        return all(settings.TRANSFERS[f"ALIPAY_{name}"] for name in CERTIFICATES)

    def transfer(self, withdrawal: Withdrawal) -> Transferred:
        """Alipay compares the holder with the name that the account is in."""
        answer = self._pay_out(
            "alipay.fund.trans.uni.transfer",
            out_biz_no=withdrawal.no,
            trans_amount=plain_yuan(withdrawal.amount),
            order_title=config.payout_title(withdrawal),
            payee_info={
                "identity": withdrawal.account_no,
                "identity_type": "ALIPAY_LOGON_ID",
                "name": withdrawal.holder,
            },
        )
        if answer.get("sub_code") in _NO_SUCH_PAYEE:
            raise TransferRefused(f"Alipay: {answer.get('sub_msg') or answer['sub_code']}")
        return _transferred(withdrawal, answer)

    def query_transfer(self, withdrawal: Withdrawal) -> Transferred | None:
        answer = self._pay_out("alipay.fund.trans.common.query", out_biz_no=withdrawal.no)
        if answer.get("sub_code") == "ORDER_NOT_EXIST":
            return None
        return _transferred(withdrawal, answer)

    def paying_client(self) -> "DCAliPay":
        ours, certificates = (
            config.values(self.name),
            (settings.TRANSFERS[f"ALIPAY_{n}"] for n in CERTIFICATES),
        )
        return _paying_client(
            ours["ALIPAY_APPID"], ours["ALIPAY_PRIVATE_KEY"], ours["ALIPAY_URL"], *certificates
        )

    def _complain(self, method: str, content: dict) -> dict:
        """Alipay's signed answer about a complaint. GatewayError unless it is one of success."""
        try:
            answer = self._client().server_api(method, content)
        except _failures() as error:
            raise GatewayError(f"Alipay, {method}: {error!r}") from error
        if answer.get("code") != OK:
            raise _refused("complaint", answer)
        return answer

    def _read_ours(self, body: bytes) -> dict[str, str]:
        """What a form says whose signature is right and which is for our app."""
        said = self._read(body)
        if said.get("app_id") != self._client().appid:
            raise BadCallback("wrong app")
        return said

    def _pay_out(self, method: str, **content) -> dict:
        client = self.paying_client()
        try:
            body = client.build_body(method, content | _TRANSFER)
            return client.verified_sync_response(body, f"{method.replace('.', '_')}_response")
        except _failures() as error:
            raise GatewayError(f"Alipay, {method}: {error!r}") from error

    def _read(self, body: bytes) -> dict[str, str]:
        """What the form says, once its signature is right."""
        if not self.configured:
            raise BadCallback("not configured")
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
        except ValueError:
            raise BadCallback("not readable") from None
        said = dict(pairs)
        if len(said) != len(pairs):
            raise BadCallback("not readable")
        if said.get("sign_type") != "RSA2":
            raise BadCallback("wrong kind of signature")
        signed = {key: value for key, value in said.items() if key not in {"sign", "sign_type"}}
        try:
            right = self._client().verify(signed, said.get("sign", ""))
        except (ValueError, TypeError):
            right = False
        if not right:
            raise BadCallback("wrong signature")
        return said


def _transferred(withdrawal: Withdrawal, answer: dict) -> Transferred:
    if answer.get("code") != OK:
        raise _refused("transfer", answer)
    if answer.get("out_biz_no") != withdrawal.no:
        raise GatewayError("Alipay, transfer: it answers about another one")
    status = answer.get("status")
    if status in {"FAIL", "CLOSED", "REFUND"}:
        raise TransferRefused(f"Alipay: {answer.get('fail_reason') or answer.get('error_code') or status}")
    return Transferred(str(answer["order_id"]) if status == "SUCCESS" else "")


def _refused(what: str, answer: dict) -> GatewayError:
    code, words = answer.get("sub_code") or answer.get("code"), answer.get("sub_msg") or answer.get("msg")
    return GatewayError(f"Alipay, {what}: {code} {words}")


GATEWAY = AlipayGateway()
