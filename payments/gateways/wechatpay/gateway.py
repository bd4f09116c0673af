"""WeChat Pay, API v3, through `wechatpayv3`: a code to scan (Native), a page on the phone (H5), or the window inside
the WeChat app (JSAPI).

The library believes callbacks of any age; here they are looked at before it sees them.

The window wants the person's openid, the name under which our official account knows them: `openid_url` sends their
browser to WeChat, which sends it back with a code, and `openid_of` asks WeChat whose code that is.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.core import signing
from django.core.checks import Error
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import new_no
from payments.gateways import config, tables
from payments.gateways.base import (
    AccountNumber,
    BadBill,
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
from payments.gateways.wechatpay import bill as bill_table
from payments.gateways.wechatpay.client import SETTINGS, make_client
from payments.gateways.wechatpay.complaints import WeChatComplaints
from payments.models import Payment, Refund, Withdrawal

if TYPE_CHECKING:
    from wechatpayv3 import WeChatPay

SALT = "payments.wechatpay"
# The session's note of what WeChat has to send back with the person.
OPENID_STATE = "wechat_state"
_STATUS = {
    "SUCCESS": BillStatus.PAID,
    "REFUND": BillStatus.PAID,  # paid, and some of it given back since
    "NOTPAY": BillStatus.OPEN,
    "USERPAYING": BillStatus.OPEN,
    "ACCEPT": BillStatus.OPEN,
    "CLOSED": BillStatus.CLOSED,
    "REVOKED": BillStatus.CLOSED,
    "PAYERROR": BillStatus.CLOSED,
}
# The scene under which WeChat knows a courier's pay.
_COMMISSION = "1005"
_SIGNED = ("Signature", "Timestamp", "Nonce", "Serial", "Signature-Type")


class WeChatPayGateway(Gateway):
    name = Payment.Gateway.WECHATPAY
    title = _("WeChat Pay")
    account_number = AccountNumber(
        r"[A-Za-z0-9_-]{6,64}", _("Enter a WeChat number: letters, digits, - and _.")
    )
    pays_by_openid = True
    # Alipay's app does not open WeChat. In WeCom on a phone neither way works with our official account: its window takes
    # payments in the name of a company (corpid, and openids made of its members' userids: developer.work.weixin.qq.com,
    # "userid与openid互换"), and WeChat's page for phones (H5) turns away whoever calls itself MicroMessenger, as WeCom does.
    closed_on = frozenset({Device.ALIPAY, Device.WECOM})
    has_pages = True
    thanks = (200, "application/json", '{"code": "SUCCESS"}')
    repeats = True

    @property
    def configured(self) -> bool:
        return not config.missing(self.name)

    def _setting(self, key: str) -> str:
        return config.values(self.name)[f"WECHATPAY_{key}"]

    def _client(self) -> "WeChatPay":
        return make_client(*(self._setting(key) for key in SETTINGS))

    def _ask(self, what: str, **params: Any) -> tuple[int, dict]:
        """(status, answer) of one request. Answers of success are signed; GatewayError without a right signature."""
        client = self._client()
        try:
            status, text = getattr(client, what)(**params)
            answer = json.loads(text) if text else {}
        except Exception as error:  # the library raises bare Exceptions beside those of `requests`
            raise GatewayError(f"WeChat Pay, {what}: {error}") from error
        if not isinstance(answer, dict):
            raise GatewayError(f"WeChat Pay, {what}: not readable")
        return status, answer

    @property
    def complaints(self) -> ComplaintDesk:
        return WeChatComplaints(self._ask, self._read)

    def problems(self) -> list[Error]:
        problems = config.unusable(self._client)
        if len(self._setting("APIV3_KEY").encode()) != 32:
            problems.append(Error("WECHATPAY_APIV3_KEY must be 32 bytes long.", id="payments.E004"))
        return problems

    def detour(self, request: HttpRequest, payment: Payment, customer: Customer) -> str:
        """Inside the WeChat app the window wants an openid: WeChat is asked once, by way of the person's browser."""
        if customer.device != Device.WECHAT or customer.openid:
            return ""
        request.session[OPENID_STATE] = state = get_random_string(32)
        return self.openid_url(reverse("payments:openid", args=[payment.no]), state)

    def create(self, payment: Payment, customer: Customer | None = None) -> str:
        from wechatpayv3 import WeChatPayType

        customer = customer or Customer()
        asked: dict[str, Any] = {
            "description": config.title(payment),
            "out_trade_no": payment.no,
            "amount": {"total": payment.amount, "currency": "CNY"},
            "notify_url": config.notify_url(self.name),
        }
        if payment.expires_at:
            asked["time_expire"] = timezone.localtime(payment.expires_at).isoformat(timespec="seconds")
        if customer.device == Device.WECHAT and customer.openid:
            kind, field = WeChatPayType.JSAPI, "prepay_id"
            asked["payer"] = {"openid": customer.openid}
        elif customer.device == Device.PHONE:
            kind, field = WeChatPayType.H5, "h5_url"
            asked["scene_info"] = {"payer_client_ip": customer.ip, "h5_info": {"type": "Wap"}}
        else:
            kind, field = WeChatPayType.NATIVE, "code_url"
        status, answer = self._ask("pay", pay_type=kind, **asked)
        if status != 200 or not answer.get(field):
            raise _refused("pay", status, answer)
        if kind == WeChatPayType.H5:
            return f"{answer[field]}&{urlencode({'redirect_url': config.back_url(payment)})}"
        # What our own page shows comes with its address: asking WeChat again for each look would be waste.
        shown = signing.dumps({"no": payment.no, field: answer[field]}, salt=SALT)
        return f"{reverse('payments:wechatpay', args=[payment.no])}?{urlencode({'bill': shown})}"

    def window(self, prepay_id: str) -> dict[str, str]:
        """What the WeChat app's own payment window (`getBrandWCPayRequest`) wants, signed."""
        stamp, nonce, package = (
            str(int(clock.now().timestamp())),
            new_no(length=20),
            f"prepay_id={prepay_id}",
        )
        sign = self._client().sign([self._setting("APPID"), stamp, nonce, package])
        return {
            "appId": self._setting("APPID"),
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": sign,
        }

    def openid_url(self, back: str, state: str) -> str:
        """Where WeChat's own browser asks who holds the phone. It comes back to `back` (a path) with `code` and
        `state`; nothing is shown to the person."""
        asked = {
            "appid": self._setting("APPID"),
            "redirect_uri": config.absolute(back),
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self._setting('LOGIN_URL')}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"

    def openid_of(self, code: str) -> str:
        """The openid for a code, which is good for once. GatewayError when WeChat does not know the code."""
        asked = {
            "appid": self._setting("APPID"),
            "secret": self._setting("APP_SECRET"),
            "code": code,
            "grant_type": "authorization_code",
        }
        url = f"{self._setting('API_URL')}/sns/oauth2/access_token"
        try:
            said = requests.get(url, params=asked, timeout=config.TIMEOUT).json()
            return str(said["openid"])
        except (requests.RequestException, KeyError, TypeError) as error:
            # Not the error's own text: it may hold the address, and that the secret.
            raise GatewayError(f"WeChat told no openid: {type(error).__name__}") from None

    def query(self, payment: Payment) -> Bill:
        status, answer = self._ask("query", out_trade_no=payment.no)
        if status == 404:
            return Bill(BillStatus.UNKNOWN)
        if status != 200:
            raise _refused("query", status, answer)
        try:
            self._check_ours(answer)
            if answer["out_trade_no"] != payment.no:
                raise BadCallback("wrong payment")
            state = _STATUS[answer["trade_state"]]
            amount = int(answer["amount"]["total"]) if state == BillStatus.PAID else payment.amount
            return Bill(state, amount, answer["transaction_id"] if state == BillStatus.PAID else "")
        except (BadCallback, KeyError, TypeError, ValueError) as error:
            raise GatewayError(f"WeChat Pay, query: {error!r}") from error

    def close(self, payment: Payment) -> Bill:
        status, _answer = self._ask("close", out_trade_no=payment.no)
        return Bill(BillStatus.CLOSED) if status == 204 else self.query(payment)

    def refund(self, refund: Refund) -> bool:
        status, answer = self._ask(
            "refund",
            out_refund_no=refund.no,
            out_trade_no=refund.payment.no,
            amount={"refund": refund.amount, "total": refund.payment.amount, "currency": "CNY"},
        )
        if status != 200:
            raise _refused("refund", status, answer)
        return _arrived(refund, answer)

    def query_refund(self, refund: Refund) -> bool:
        status, answer = self._ask("query_refund", out_refund_no=refund.no)
        if status == 404:
            return False
        if status != 200:
            raise _refused("query_refund", status, answer)
        return _arrived(refund, answer)

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback | None:
        said = self._read(headers, body)
        try:
            notice, what, resource = said["id"], said["event_type"], said["resource"]
            if not isinstance(notice, str) or not 1 <= len(notice) <= 64:
                raise BadCallback("no id")
            if what != "TRANSACTION.SUCCESS":
                return None
            self._check_ours(resource)
            if resource["trade_state"] != "SUCCESS":
                return None
            amount = resource["amount"]
            if amount["currency"] != "CNY":
                raise BadCallback("wrong currency")
            return Callback(
                notice, str(resource["out_trade_no"]), str(resource["transaction_id"]), int(amount["total"])
            )
        except (KeyError, TypeError, ValueError):
            raise BadCallback("not readable") from None

    def download_bill(self, day: date) -> bytes:
        status, answer = self._ask("trade_bill", bill_date=day.isoformat())
        if answer.get("code") == "NO_STATEMENT_EXIST":  # nobody paid on that day
            return b""
        if status != 200:
            raise _refused("trade_bill", status, answer)
        try:
            status, file = self._client().download_bill(answer["download_url"])
            if status != 200:
                raise GatewayError(f"WeChat Pay, download_bill: {status}")
            table = tables.unpacked(file)
            # What is downloaded is not signed, but the answer that names it is.
            if hashlib.sha1(table, usedforsecurity=False).hexdigest() != answer["hash_value"].lower():
                raise GatewayError("WeChat Pay, download_bill: not the file that was announced")
        except (requests.RequestException, KeyError, TypeError, AttributeError, BadBill) as error:
            raise GatewayError(f"WeChat Pay, download_bill: {error!r}") from error
        return table

    def read_bill(self, file: bytes) -> list[Line]:
        return bill_table.read(file) if file else []

    def can_transfer(self, withdrawal: Withdrawal) -> bool:
        """A courier's pay, to somebody whom our official account knows, where WeChat has allowed us to."""
        return bool(
            settings.TRANSFERS["WECHATPAY_TRANSFERS"]
            and withdrawal.openid
            and withdrawal.source == Withdrawal.Source.COURIER
        )

    def transfer(self, withdrawal: Withdrawal) -> Transferred:
        """WeChat compares the holder with the real name of whose account it is."""
        status, answer = self._ask(
            "mch_transfer_bills",
            out_bill_no=withdrawal.no,
            transfer_scene_id=_COMMISSION,
            transfer_scene_report_infos=[
                {"info_type": kind, "info_content": said}
                for kind, said in settings.TRANSFERS["WECHATPAY_REPORT"].items()
            ],
            openid=withdrawal.openid,
            user_name=withdrawal.holder,
            transfer_amount=withdrawal.amount,
            transfer_remark=config.payout_title(withdrawal),
            notify_url=config.notify_url(self.name),
        )
        if status != 200:
            raise _refused("transfer", status, answer)
        return _transferred(withdrawal, answer)

    def query_transfer(self, withdrawal: Withdrawal) -> Transferred | None:
        status, answer = self._ask("mch_transfer_bills_query", out_bill_no=withdrawal.no)
        if status == 404:
            return None
        if status != 200:
            raise _refused("transfer query", status, answer)
        if answer.get("transfer_amount") != withdrawal.amount:
            raise GatewayError("WeChat Pay, transfer query: another amount")
        if answer.get("state") == "WAIT_USER_CONFIRM" and not withdrawal.confirm:
            return self.transfer(withdrawal)  # only that answer says what the person's window wants
        return _transferred(withdrawal, answer)

    def collecting(self, withdrawal: Withdrawal) -> dict[str, str]:
        """What the WeChat app's window (`requestMerchantTransfer`) wants, to give the person the money."""
        return {
            "mchId": self._setting("MCHID"),
            "appId": self._setting("APPID"),
            "package": withdrawal.confirm,
        }

    def _read(self, headers: Mapping[str, str], body: bytes) -> dict:
        """The decrypted notice. What the library leaves open is looked at before it sees anything."""
        if not self.configured:
            raise BadCallback("not configured")
        seen = {f"Wechatpay-{part}": headers.get(f"Wechatpay-{part}", "") for part in _SIGNED}
        client = self._client()
        if seen["Wechatpay-Serial"] != client._core._public_key_id:
            raise BadCallback("unknown serial")
        if not seen["Wechatpay-Timestamp"].isdecimal():
            raise BadCallback("not readable")
        config.check_fresh(int(seen["Wechatpay-Timestamp"]))
        try:
            said = client.callback(seen, body)
        except Exception as error:  # the library raises bare Exceptions
            raise BadCallback("not readable") from error
        if not isinstance(said, dict):
            raise BadCallback("wrong signature")
        return said

    def _check_ours(self, bill: dict) -> None:
        if (bill["mchid"], bill["appid"]) != (self._setting("MCHID"), self._setting("APPID")):
            raise BadCallback("wrong app")


def _arrived(refund: Refund, answer: dict) -> bool:
    try:
        named = (answer["out_refund_no"], answer["out_trade_no"], int(answer["amount"]["refund"]))
        state = answer["status"]
    except (KeyError, TypeError, ValueError) as error:
        raise GatewayError(f"WeChat Pay, refund: {error!r}") from error
    if named != (refund.no, refund.payment.no, refund.amount):
        raise GatewayError("WeChat Pay, refund: it answers about another one")
    if state in {"CLOSED", "ABNORMAL"}:
        raise GatewayError(f"WeChat Pay, refund: {state}")
    return state == "SUCCESS"


def _transferred(withdrawal: Withdrawal, answer: dict) -> Transferred:
    state = answer.get("state")
    if answer.get("out_bill_no") != withdrawal.no:
        raise GatewayError("WeChat Pay, transfer: it answers about another one")
    if state in {"FAIL", "CANCELLED"}:
        raise TransferRefused(f"WeChat: {answer.get('fail_reason') or state}")
    if state == "SUCCESS":
        return Transferred(str(answer["transfer_bill_no"]))
    return Transferred(confirm=answer.get("package_info", "") if state == "WAIT_USER_CONFIRM" else "")


def _refused(what: str, status: int, answer: dict) -> GatewayError:
    return GatewayError(f"WeChat Pay, {what}: {status} {answer.get('code', '')} {answer.get('message', '')}")


GATEWAY = WeChatPayGateway()
