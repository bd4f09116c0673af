"""WeChat Pay's API v3, and the corner of WeChat that says who a person is.

`FakeWeChat.callback` makes what it would send us, and everything that a forger or a bad network might: another key,
another serial, an old time, another amount, another app, the same notice twice.
"""

import base64
import gzip
import hashlib
import json
import re
import secrets
import time
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1

from core import clock
from core.money import plain_yuan
from tests.payments.fake_gateways.complaints import wechat_answer
from tests.payments.fake_gateways.provider import FakeProvider, Trade

MCHID, APPID, SERIAL = "1900000109", "wxd678efh567hg6787", "444F4864EA9B34415"
PUBLIC_KEY_ID, APIV3_KEY = "PUB_KEY_ID_0119000001092024", "0123456789abcdef0123456789ABCDEF"
APP_SECRET = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


_COLUMNS = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
]


class FakeWeChat(FakeProvider):
    name, writes = "wechatpay", "application/json"
    key_setting = "WECHATPAY_PUBLIC_KEY"
    new_complaint = "PENDING"

    def __init__(self, *keys) -> None:
        self.codes: dict[str, str] = {}  # openids by code
        self.other_file = False  # than the one whose hash was announced
        self.people = {"o-zhao": "赵强"}  # real names by openid
        self.transfers: dict[str, dict] = {}  # by our number
        super().__init__(*keys)

    def settings(self, folder) -> dict[str, str]:
        (folder / "wx_key.pem").write_bytes(self.ours.private_pem)
        (folder / "wx_pub.pem").write_bytes(self.theirs.public_pem)
        return {
            "WECHATPAY_MCHID": MCHID,
            "WECHATPAY_APPID": APPID,
            "WECHATPAY_SERIAL": SERIAL,
            "WECHATPAY_APIV3_KEY": APIV3_KEY,
            "WECHATPAY_PRIVATE_KEY": str(folder / "wx_key.pem"),
            "WECHATPAY_PUBLIC_KEY_ID": PUBLIC_KEY_ID,
            "WECHATPAY_PUBLIC_KEY": str(folder / "wx_pub.pem"),
            "WECHATPAY_APP_SECRET": APP_SECRET,
            "WECHATPAY_URL": self.url,
            "WECHATPAY_API_URL": self.url,
            "WECHATPAY_LOGIN_URL": "https://open.weixin.qq.com",
        }

    def open_page(self, url: str) -> Trade:
        """The customer sees the code or the page. WeChat has known of the trade since we asked for it."""
        return self.trades[next(reversed(self.trades))]

    def visit(self, openid: str) -> str:
        """That person's phone was sent here to say who it is: the code that it takes back to us."""
        code = secrets.token_hex(16)
        self.codes[code] = openid
        return code

    def _who(self, asked: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        """Not a part of WeChat Pay: nothing is signed, the secret is ours, and each code is good for once."""
        known = (asked.get("appid"), asked.get("secret")) == ([APPID], [APP_SECRET])
        openid = self.codes.pop(asked.get("code", [""])[0], None) if known else None
        said = {"openid": openid} if openid else {"errcode": 40029, "errmsg": "invalid code"}
        return 200, {"Content-Type": "text/plain"}, json.dumps(said).encode()

    def answer(self, method, target, headers, body):
        if urlsplit(target).path == "/sns/oauth2/access_token":
            return self._who(parse_qs(urlsplit(target).query))
        if problem := self._wrong(method, target, headers, body):
            self.refused.append(problem)
            return self._said(401, {"code": "SIGN_ERROR", "message": problem})
        path = urlsplit(target).path
        asked = json.loads(body) if body else {}
        if match := re.fullmatch(r"/v3/pay/transactions/(native|h5|jsapi)", path):
            return self._make(match[1], asked)
        if match := re.fullmatch(r"/v3/pay/transactions/out-trade-no/(\w+)(/close)?", path):
            return self._close(match[1]) if match[2] else self._query(match[1])
        if path == "/v3/refund/domestic/refunds":
            return self._refund(asked)
        if match := re.fullmatch(r"/v3/refund/domestic/refunds/(\w+)", path):
            return self._tell_refund(match[1])
        if path == "/v3/fund-app/mch-transfer/transfer-bills":
            return self._transfer(asked, headers)
        if match := re.fullmatch(r"/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/(\w+)", path):
            return self._tell_transfer(match[1])
        if path == "/v3/bill/tradebill":
            return self._announce_bill(parse_qs(urlsplit(target).query)["bill_date"][0])
        if path == "/v3/billdownload/file":
            table = self.table(date.fromisoformat(parse_qs(urlsplit(target).query)["token"][0]))
            return 200, {"Content-Type": "application/octet-stream"}, gzip.compress(table)
        if path.startswith("/v3/merchant-service/"):
            return self._said(*wechat_answer(self.book, method, target, asked))
        return self._said(404, {"code": "NOT_FOUND"})

    def _wrong(self, method, target, headers, body) -> str:
        kind, _space, rest = headers.get("Authorization", "").partition(" ")
        said = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        if (
            kind != "WECHATPAY2-SHA256-RSA2048"
            or said.get("mchid") != MCHID
            or said.get("serial_no") != SERIAL
        ):
            return "who are you?"
        if abs(time.time() - int(said["timestamp"])) > 300:
            return "old"
        text = f"{method}\n{target}\n{said['timestamp']}\n{said['nonce_str']}\n{body}\n"
        return "" if self.ours.verifies(text, said["signature"]) else "wrong signature"

    def _said(self, status: int, said: dict | None = None) -> tuple[int, dict[str, str], bytes]:
        body = json.dumps(said) if said is not None else ""
        return status, self._signed(body) | {"Content-Type": "application/json"}, body.encode()

    def _signed(
        self, body: str, *, key=None, serial=PUBLIC_KEY_ID, at: float | None = None
    ) -> dict[str, str]:
        stamp = str(int(time.time() if at is None else at))
        nonce = secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Signature": (key or self.signer).sign(f"{stamp}\n{nonce}\n{body}\n"),
        }

    def _make(self, kind, asked):
        no, total = asked["out_trade_no"], asked["amount"]["total"]
        if (asked["mchid"], asked["appid"]) != (MCHID, APPID) or not asked["notify_url"].startswith(
            "https://"
        ):
            return self._said(400, {"code": "PARAM_ERROR"})
        trade = self.trades.setdefault(no, Trade(no, total, asked=asked))
        if trade.amount != total or trade.state != "open":
            return self._said(403, {"code": "OUT_TRADE_NO_USED", "message": "used"})
        if kind == "jsapi":
            return self._said(200, {"prepay_id": f"wx{no}{asked['payer']['openid']}"})
        if kind == "h5":
            assert asked["scene_info"]["payer_client_ip"]
            return self._said(200, {"h5_url": f"https://wx.tenpay.com/checkmweb?prepay_id=wx{no}"})
        return self._said(200, {"code_url": f"weixin://wxpay/bizpayurl?pr={no}"})

    def _query(self, no):
        if no not in self.trades:
            return self._said(404, {"code": "ORDER_NOT_EXIST"})
        return self._said(200, self.resource(self.trades[self.answers_about or no]))

    def resource(self, trade: Trade) -> dict:
        state = {"open": "NOTPAY", "paid": "SUCCESS", "closed": "CLOSED"}[trade.state]
        said = {
            "mchid": MCHID,
            "appid": APPID,
            "out_trade_no": trade.no,
            "trade_state": "REFUND" if trade.refunds else state,
            "amount": {"total": trade.amount, "payer_total": trade.amount, "currency": "CNY"},
        }
        return said | ({"transaction_id": trade.provider_no} if trade.state == "paid" else {})

    def _close(self, no):
        if no not in self.trades:
            return self._said(404, {"code": "ORDER_NOT_EXIST"})
        if self.trades[no].state == "paid":
            return self._said(400, {"code": "ORDER_PAID"})
        self.trades[no].state = "closed"
        return self._said(204)

    def _refund(self, asked):
        no, amount = asked["out_trade_no"], asked["amount"]
        if no not in self.trades or amount["total"] != self.trades[no].amount:
            return self._said(400, {"code": "PARAM_ERROR"})
        if not self.give_back(no, asked["out_refund_no"], amount["refund"]):
            return self._said(403, {"code": "NOT_ENOUGH", "message": "not enough left"})
        return self._tell_refund(asked["out_refund_no"])

    def _tell_refund(self, refund_no):
        for trade in self.trades.values():
            if refund_no in trade.refunds:
                said = {
                    "out_refund_no": refund_no,
                    "out_trade_no": trade.no,
                    "status": "PROCESSING" if self.slow_refunds else "SUCCESS",
                    "amount": {"refund": trade.refunds[refund_no], "total": trade.amount, "currency": "CNY"},
                }
                return self._said(200, said)
        return self._said(404, {"code": "RESOURCE_NOT_EXISTS"})

    def _transfer(self, asked, headers):
        reported = [info["info_type"] for info in asked["transfer_scene_report_infos"]]
        if (asked["appid"], asked["transfer_scene_id"], reported) != (
            APPID,
            "1005",
            ["岗位类型", "报酬说明"],
        ):
            return self._said(400, {"code": "PARAM_ERROR"})
        if headers["Wechatpay-Serial"] != PUBLIC_KEY_ID:
            return self._said(400, {"code": "PARAM_ERROR", "message": "which key?"})
        sha1 = SHA1()  # noqa: S303 - what the protocol asks for
        sealed, oaep = base64.b64decode(asked["user_name"]), padding.OAEP(padding.MGF1(sha1), sha1, None)
        name, amount = self.theirs.private.decrypt(sealed, oaep).decode(), asked["transfer_amount"]
        known = self.transfers.setdefault(
            asked["out_bill_no"], {"amount": amount, "state": "WAIT_USER_CONFIRM"}
        )
        if known["amount"] != amount:
            return self._said(400, {"code": "INVALID_REQUEST", "message": "used"})
        if self.people.get(asked["openid"]) != name:
            known |= {"state": "FAIL", "reason": "REALNAME_CHECK_FAILED"}
        return self._tell_transfer(asked["out_bill_no"], {"package_info": f"pack:{asked['out_bill_no']}"})

    def _tell_transfer(self, no, more=None):
        if no not in self.transfers:
            return self._said(404, {"code": "NOT_FOUND"})
        known = self.transfers[no]
        said = {"out_bill_no": no, "transfer_bill_no": f"13300{no}", "state": known["state"]}
        said |= {"fail_reason": known["reason"]} if "reason" in known else {}
        return self._said(200, said | (more or {"transfer_amount": known["amount"]}))

    def _announce_bill(self, day: str):
        if not self.bills.get(date.fromisoformat(day)):
            return self._said(400, {"code": "NO_STATEMENT_EXIST", "message": "nothing on that day"})
        table = b"another" if self.other_file else self.table(date.fromisoformat(day))
        said = {"hash_type": "SHA1", "hash_value": hashlib.sha1(table, usedforsecurity=False).hexdigest()}
        return self._said(200, said | {"download_url": f"{self.url}/v3/billdownload/file?token={day}"})

    def table(self, day: date) -> bytes:
        """The day's bill (type ALL), each value behind a backtick, the sums last."""
        lines = self.bills.get(day, [])
        rows = [",".join(_COLUMNS)]
        for kind, no, fen in lines:
            values = dict.fromkeys(_COLUMNS, "") | {"商品名称": "跑腿", "交易时间": f"{day} 10:00:00"}
            if kind == "pay":
                values |= {"商户订单号": no, "交易状态": "SUCCESS", "订单金额": plain_yuan(fen)}
            else:
                values |= {"商户退款单号": no, "交易状态": "REFUND", "申请退款金额": plain_yuan(fen)}
            rows.append(",".join(f"`{value}" for value in values.values()))
        rows += [
            "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
            f"`{len(lines)}" + ",`0.00" * 6,
        ]
        return ("\ufeff" + "\r\n".join(rows) + "\r\n").encode()

    def callback(
        self, trade: Trade, *, notice="", key=None, serial=PUBLIC_KEY_ID, age=timedelta(0), secret=APIV3_KEY,
        no="", fen=0, bill_no="", event="TRANSACTION.SUCCESS", **change,
    ) -> tuple[dict[str, str], bytes]:  # fmt: skip
        """(headers, body) of a notice; `change` replaces fields of what is encrypted before."""
        resource = self.resource(trade) | {
            "trade_state": "SUCCESS",
            "transaction_id": bill_no or trade.provider_no,
        }
        resource["out_trade_no"] = no or trade.no
        if fen:
            resource["amount"] = resource["amount"] | {"total": fen}
        body = _sealed(notice, event, resource | change, secret, "transaction")
        at = (clock.now() - age).timestamp()
        return self._signed(body, key=key or self.theirs, serial=serial, at=at), body.encode()

    def complaint_notice(
        self, complaint, *, notice="", key=None, age=timedelta(0), serial=PUBLIC_KEY_ID, secret=APIV3_KEY,
        event="COMPLAINT.CREATE", **change,
    ):  # fmt: skip
        resource = {"complaint_id": complaint.no, "action_type": "CREATE_COMPLAINT"} | change
        body = _sealed(notice, event, resource, secret, "complaint")
        at = (clock.now() - age).timestamp()
        return self._signed(body, key=key or self.theirs, serial=serial, at=at), body.encode()


def _sealed(notice: str, event: str, resource: dict, secret: str, about: str) -> str:
    """The body of a notice, its resource encrypted."""
    nonce = secrets.token_hex(6)
    sealed = AESGCM(secret.encode()).encrypt(nonce.encode(), json.dumps(resource).encode(), about.encode())
    return json.dumps(
        {
            "id": notice or f"EV-{secrets.token_hex(12)}",
            "event_type": event,
            "resource_type": "encrypt-resource",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "nonce": nonce,
                "associated_data": about,
            },
        }
    )
