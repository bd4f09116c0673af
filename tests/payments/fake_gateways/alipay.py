"""Alipay's gateway. `FakeAlipay.callback` makes what it would send us, and what a forger might."""

import hashlib
import io
import json
import secrets
import zipfile
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from core import clock
from core.money import parse_yuan, plain_yuan
from tests.payments.fake_gateways.complaints import alipay_answer
from tests.payments.fake_gateways.provider import BEIJING, FakeProvider, Trade

ALIPAY_APPID = "2021000000000001"
_COLUMNS = [
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商品名称",
    "创建时间",
    "完成时间",
    "门店编号",
    "门店名称",
    "操作员",
    "终端号",
    "对方账户",
    "订单金额（元）",
    "商家实收（元）",
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "券名称",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
    "分润（元）",
    "备注",
]
_ALIPAY = {"open": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}


def _serial(issuer: str, number: int) -> str:
    """As Alipay names a certificate."""
    text = f"CN={issuer},OU=None,O=None,C=CN{number}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class FakeAlipay(FakeProvider):
    name, writes = "alipay", "application/x-www-form-urlencoded"
    path = "/gateway.do"
    key_setting = "ALIPAY_PUBLIC_KEY"
    new_complaint = "MERCHANT_PROCESSING"

    def __init__(self, *keys) -> None:
        self.people = {"13812342046": "赵强"}  # names of the accounts
        self.transfers: dict[str, dict] = {}  # by our number
        self.serials: tuple[str, str] = ("", "")  # of the app's certificate and the root's
        self.slow_transfers = False
        super().__init__(*keys)

    def certificates(self, folder) -> dict[str, str]:
        """Settings for paying out, with certificates made now."""
        app, ours, root = (
            self.ours.certificate("app", self.stranger),
            self.theirs.certificate("alipay", self.stranger),
            self.stranger.certificate("root"),
        )
        paths = {}
        for name, made in (("APP_CERT", app), ("CERT", ours), ("ROOT_CERT", root)):
            (folder / name).write_bytes(made.public_bytes(Encoding.PEM))
            paths[f"ALIPAY_{name}"] = str(folder / name)
        self.serials = (_serial("root", app.serial_number), _serial("root", root.serial_number))
        return paths

    def settings(self, folder) -> dict[str, str]:
        (folder / "ali_key.pem").write_bytes(self.ours.private_pem)
        (folder / "ali_pub.pem").write_bytes(self.theirs.public_pem)
        return {
            "ALIPAY_APPID": ALIPAY_APPID,
            "ALIPAY_PRIVATE_KEY": str(folder / "ali_key.pem"),
            "ALIPAY_PUBLIC_KEY": str(folder / "ali_pub.pem"),
            "ALIPAY_URL": self.url,
        }

    def read(self, target: str) -> dict[str, str] | None:
        """What a signed address of ours asks; None when its signature is wrong."""
        asked = dict(parse_qsl(urlsplit(target).query))
        sign = asked.pop("sign", "")
        text = "&".join(f"{key}={value}" for key, value in sorted(asked.items()))
        right = (
            self.ours.verifies(text, sign)
            and asked["app_id"] == ALIPAY_APPID
            and asked["sign_type"] == "RSA2"
        )
        return asked if right else None

    def open_page(self, url: str) -> Trade:
        """The customer opens the address that we made: only now Alipay knows of the trade."""
        asked = self.read(url)
        assert asked is not None, "our signature is wrong"
        content = json.loads(asked["biz_content"])
        no = content["out_trade_no"]
        return self.trades.setdefault(
            no, Trade(no, parse_yuan(content["total_amount"]), asked=asked | content)
        )

    def answer(self, method, target, headers, body):
        if urlsplit(target).path == "/bill.zip":
            day = date.fromisoformat(dict(parse_qsl(urlsplit(target).query))["day"])
            return 200, {"Content-Type": "application/zip"}, self.packed(day)
        asked = self.read(target)
        if asked is None:
            self.refused.append("wrong signature")
            return self._said("error", {"code": "40002", "sub_code": "isv.invalid-signature"})
        content = json.loads(asked["biz_content"])
        what = asked["method"]
        if what == "alipay.data.dataservice.bill.downloadurl.query":
            return self._announce_bill(what, content)
        if "complain" in what:
            return self._said(what, alipay_answer(self.book, what, content))
        if what.startswith("alipay.fund.trans"):
            return self._transfers(what, asked, content)
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return self._said(what, {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"})
        said = {"code": "10000", "msg": "Success", "out_trade_no": trade.no, "trade_no": trade.provider_no}
        if what == "alipay.trade.query":
            if self.answers_about:
                said["out_trade_no"] = self.answers_about
            return self._said(
                what, said | {"trade_status": _ALIPAY[trade.state], "total_amount": plain_yuan(trade.amount)}
            )
        if what == "alipay.trade.close":
            if trade.state == "paid":
                return self._said(what, {"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"})
            trade.state = "closed"
            return self._said(what, said)
        request_no = content["out_request_no"]
        if what == "alipay.trade.refund":
            known = request_no in trade.refunds
            if not self.give_back(trade.no, request_no, parse_yuan(content["refund_amount"])):
                return self._said(what, {"code": "40004", "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"})
            return self._said(what, said | {"fund_change": "N" if known or self.slow_refunds else "Y"})
        assert what == "alipay.trade.fastpay.refund.query"
        if request_no not in trade.refunds:
            return self._said(what, {"code": "10000", "msg": "Success"})
        arrived = {} if self.slow_refunds else {"refund_status": "REFUND_SUCCESS"}
        amount = plain_yuan(trade.refunds[request_no])
        return self._said(what, said | arrived | {"out_request_no": request_no, "refund_amount": amount})

    def _transfers(self, what, asked, content):
        if (asked.get("app_cert_sn"), asked.get("alipay_root_cert_sn")) != self.serials:
            return self._said(what, {"code": "40002", "sub_code": "isv.invalid-cert"})
        assert (content["product_code"], content["biz_scene"]) == ("TRANS_ACCOUNT_NO_PWD", "DIRECT_TRANSFER")
        no = content["out_biz_no"]
        if what == "alipay.fund.trans.common.query":
            if no not in self.transfers:
                return self._said(what, {"code": "40004", "sub_code": "ORDER_NOT_EXIST"})
        else:
            payee, fen = content["payee_info"], parse_yuan(content["trans_amount"])
            if (
                self.people.get(payee["identity"]) != payee["name"]
                or payee["identity_type"] != "ALIPAY_LOGON_ID"
            ):
                return self._said(
                    what, {"code": "40004", "sub_code": "PAYEE_NOT_EXIST", "sub_msg": "收款账号不存在"}
                )
            status = "DEALING" if self.slow_transfers else "SUCCESS"
            known = self.transfers.setdefault(no, {"amount": fen, "status": status})
            assert known["amount"] == fen
        said = {"code": "10000", "out_biz_no": no, "order_id": f"2026{no}"}
        return self._said(what, said | {"status": self.transfers[no]["status"]})

    def _announce_bill(self, what, content):
        assert content["bill_type"] == "trade"
        if not self.bills.get(date.fromisoformat(content["bill_date"])):
            return self._said(what, {"code": "40004", "sub_code": "isp.bill_not_exist"})
        address = f"http://127.0.0.1:{self.server.server_port}/bill.zip?day={content['bill_date']}"
        return self._said(what, {"code": "10000", "msg": "Success", "bill_download_url": address})

    def packed(self, day: date) -> bytes:
        """The ZIP of a day: the lines and the sums, as tables in GBK."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(f"2088_{day:%Y%m%d}_业务明细(汇总).csv", "#支付宝业务汇总查询\n".encode("gbk"))
            packed.writestr(f"2088_{day:%Y%m%d}_业务明细.csv", self.table(day))
        return file.getvalue()

    def table(self, day: date) -> bytes:
        rows = [
            "#支付宝业务明细查询",
            f"#起始日期：[{day} 00:00:00]",
            "#----业务明细列表----",
            ",".join(_COLUMNS),
        ]
        for kind, no, fen in self.bills.get(day, []):
            values = dict.fromkeys(_COLUMNS, "") | {"商品名称": "跑腿"}
            if kind == "pay":
                values |= {"商户订单号": no, "业务类型": "交易", "订单金额（元）": plain_yuan(fen)}
            else:
                values |= {
                    "商户订单号": "OF", "业务类型": "退款", "退款批次号/请求号": no,
                    "订单金额（元）": f"-{plain_yuan(fen)}",
                }  # fmt: skip
            rows.append(",".join(f"{value}\t" for value in values.values()))
        rows += ["#----业务明细列表结束----", "#业务明细合计：1笔"]
        return "\r\n".join(rows).encode("gbk")

    def _said(self, what: str, said: dict) -> tuple[int, dict[str, str], bytes]:
        text = json.dumps(said)
        name = f"{what.replace('.', '_')}_response"
        body = f'{{"{name}":{text},"sign":"{self.signer.sign(text)}"}}'
        return 200, {"Content-Type": "application/json"}, body.encode()

    def callback(
        self, trade: Trade, *, notice="", key=None, age=timedelta(0), no="", fen=0, bill_no="", drop=(),
        sign_type="RSA2", **change,
    ) -> tuple[dict[str, str], bytes]:  # fmt: skip
        """(headers, body) of a notice; `change` replaces fields before it is signed, `drop` leaves some out after."""
        sent: datetime = (clock.now() - age).astimezone(BEIJING)
        said = {
            "app_id": ALIPAY_APPID,
            "charset": "utf-8",
            "notify_id": notice or secrets.token_hex(17),
            "notify_time": sent.strftime("%Y-%m-%d %H:%M:%S"),
            "notify_type": "trade_status_sync",
            "out_trade_no": no or trade.no,
            "subject": "跑腿 & more",
            "total_amount": plain_yuan(fen or trade.amount),
            "trade_no": bill_no or trade.provider_no,
            "trade_status": "TRADE_SUCCESS",
            "version": "1.0",
        } | change
        return {}, self._form(said, key, sign_type, drop)

    def complaint_notice(
        self, complaint, *, notice="", key=None, age=timedelta(0), sign_type="RSA2", drop=(), **change
    ):
        sent: datetime = clock.now() - age
        said = {
            "app_id": ALIPAY_APPID,
            "charset": "utf-8",
            "notify_id": notice or secrets.token_hex(17),
            "utc_timestamp": str(int(sent.timestamp() * 1000)),
            "msg_method": "alipay.merchant.tradecomplain.changed",
            "biz_content": json.dumps({"complain_event_id": complaint.no}),
            "version": "1.1",
        } | change
        return {}, self._form(said, key, sign_type, drop)

    def _form(self, said: dict[str, str], key, sign_type: str, drop) -> bytes:
        """Signed; `drop` leaves fields out afterwards."""
        text = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
        said = said | {"sign": (key or self.theirs).sign(text), "sign_type": sign_type}
        return urlencode({name: value for name, value in said.items() if name not in drop}).encode()
