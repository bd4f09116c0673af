"""Complaints at a provider that is not there: what customers said, what we said to it, and where it tells of them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from core import clock

BEIJING = ZoneInfo("Asia/Shanghai")
PAGE = 50


@dataclass
class Complained:
    """One complaint. `said` is what we have answered, `ended_as` what we have told of its end."""

    no: str
    payment_no: str
    words: str
    at: datetime = field(default_factory=clock.now)
    state: str = ""
    said: list[str] = field(default_factory=list)
    ended_as: list[str] = field(default_factory=list)
    overdue_at: datetime | None = None


class ComplaintBook:
    """All of a provider. `no_words`: it takes no answers just now."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.complaints: dict[str, Complained] = {}
        self.url = ""  # where it tells of them
        self.no_words = False

    def add(self, payment_no: str, words: str, *, no: str = "") -> Complained:
        """A customer complains."""
        no = no or f"{secrets.randbelow(10**26):026d}"
        return self.complaints.setdefault(no, Complained(no, payment_no, words, state=self.state))


def wechat_row(one: Complained) -> dict:
    """As WeChat Pay tells it."""
    return {
        "complaint_id": one.no,
        "complaint_time": one.at.isoformat(timespec="seconds"),
        "complaint_detail": one.words,
        "complaint_state": one.state,
        "payer_phone": "c2VhbGVk",
        "complaint_order_info": [
            {"transaction_id": f"4200{one.no[:20]}", "out_trade_no": one.payment_no, "amount": 850}
        ],
        "complaint_full_refunded": False,
        "incoming_user_response": True,
        "problem_description": "未收到货",
        "user_complaint_times": 1,
    }


def wechat_answer(book: ComplaintBook, method: str, target: str, asked: dict) -> tuple[int, dict | None]:
    """(status, what is said) to a signed request below /v3/merchant-service/."""
    path = urlsplit(target).path.removeprefix("/v3/merchant-service/")
    if path == "complaint-notifications":
        if method == "GET":
            return (
                (200, {"mchid": "1900000109", "url": book.url}) if book.url else (404, {"code": "NOT_FOUND"})
            )
        if (method == "POST") == bool(book.url) or not asked["url"].startswith("https://"):
            return 400, {"code": "INVALID_REQUEST"}
        book.url = asked["url"]
        return 200, {"mchid": "1900000109", "url": book.url}
    if path == "complaints-v2":
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        begin, end = query["begin_date"], query["end_date"]
        rows = [
            wechat_row(one)
            for one in book.complaints.values()
            if begin <= clock.local_day(one.at).isoformat() <= end
        ]
        start, limit = int(query["offset"]), int(query["limit"])
        assert 1 <= limit <= PAGE
        return 200, {"data": rows[start : start + limit], "total_count": len(rows)}
    _list, no, *rest = path.split("/")
    one = book.complaints.get(no)
    if one is None:
        return 404, {"code": "RESOURCE_NOT_EXISTS"}
    if not rest:
        return 200, wechat_row(one)
    if asked["complainted_mchid"] != "1900000109" or book.no_words or one.state == "PROCESSED":
        return 400, {"code": "INVALID_REQUEST", "message": "not now"}
    if rest == ["response"]:
        one.said.append(asked["response_content"])
        one.state = "PROCESSING"
    else:
        one.ended_as.append("complete")
        one.state = "PROCESSED"
    return 204, None


def alipay_trade(one: Complained) -> dict:
    """As Alipay tells what it has sent a message about."""
    return {
        "complain_event_id": one.no,
        "status": one.state,
        "merchant_order_no": one.payment_no,
        "gmt_create": _beijing(one.at),
        "complain_reason": "未收到货",
        "content": one.words,
    }


def alipay_risk(one: Complained) -> dict:
    """As Alipay's RiskGO tells it, with its own deadline."""
    return {
        "id": int(one.no),
        "status": one.state,
        "gmt_complain": _beijing(one.at),
        "gmt_overdue": _beijing(one.overdue_at) if one.overdue_at else "",
        "complain_content": one.words,
        "complaint_trade_info_list": [{"out_no": one.payment_no, "trade_no": f"2026{one.no}"}],
    }


def alipay_answer(book: ComplaintBook, what: str, asked: dict) -> dict:
    """What is said to a signed request."""
    ok, unknown = {"code": "10000", "msg": "Success"}, {"code": "40004", "sub_code": "COMPLAIN_NOT_EXIST"}
    trades = [one for one in book.complaints.values() if one.overdue_at is None]
    risks = [one for one in book.complaints.values() if one.overdue_at is not None]
    if what == "alipay.merchant.tradecomplain.batchquery":
        start = (asked["page_num"] - 1) * asked["page_size"]
        rows = [alipay_trade(one) for one in trades if _beijing(one.at) >= asked["begin_time"]]
        return ok | {"trade_complain_infos": rows[start : start + asked["page_size"]]}
    if what == "alipay.security.risk.complaint.info.batchquery":
        start = (asked["current_page_num"] - 1) * asked["page_size"]
        rows = [alipay_risk(one) for one in risks if _beijing(one.at) >= asked["gmt_complaint_start"]]
        return ok | {"complaint_list": rows[start : start + asked["page_size"]]}
    no = str(asked.get("complain_event_id") or asked.get("complain_id") or asked["id_list"][0])
    one = book.complaints.get(no)
    if one is None:
        return unknown
    if what == "alipay.merchant.tradecomplain.query":
        return ok | alipay_trade(one)
    if what == "alipay.security.risk.complaint.info.query":
        return ok | alipay_risk(one)
    if book.no_words:
        return {"code": "20000", "sub_code": "SYSTEM_ERROR"}
    if what == "alipay.merchant.tradecomplain.reply.submit":
        one.said.append(asked["reply_content"])
        return ok
    if what == "alipay.merchant.tradecomplain.feedback.submit":
        one.said.append(asked["feedback_content"])
        one.ended_as.append(asked["feedback_code"])
        one.state = "MERCHANT_FEEDBACKED"
        return ok
    assert what == "alipay.security.risk.complaint.process.finish", what
    one.said.append(asked["remark"])
    one.ended_as.append(asked["process_code"])
    one.state = "PROCESSED"
    return ok | {"complaint_process_success": True}


def _beijing(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
