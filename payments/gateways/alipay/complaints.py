"""Alipay's complaints, of two kinds: what is told of by a message (交易投诉, `tradecomplain`), and what has to be looked
for (RiskGO 消费者投诉, `risk.complaint`), which says its own deadline. Of the first it is 72 hours after the complaint, as
Alipay has announced; the interface says none.

A number of the second kind stands here behind `RISK`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone

from payments.gateways.base import BadCallback, GatewayError
from payments.gateways.complaints import WORDS, ComplaintDesk, ComplaintDetails, ComplaintNotice, Outcome

RISK = "risk-"
SETTLE_WITHIN, ANSWER_WITHIN = timedelta(hours=72), timedelta(hours=24)
_CHANGED = "alipay.merchant.tradecomplain.changed"
_TRADE, _RISKS = "alipay.merchant.tradecomplain", "alipay.security.risk.complaint"
_OPEN = {
    "MERCHANT_PROCESSING",
    "PLATFORM_PROCESSING",
    "WAIT_PROCESS",
    "PROCESSING",
    "OVERDUE",
    "PART_OVERDUE",
}
_FEEDBACKED = {"MERCHANT_FEEDBACKED"}
# How Alipay calls what was done, of each kind.
_FEEDBACK = {Outcome.REFUNDED: "02", Outcome.AGREED: "05", Outcome.OTHER: "04"}
_PROCESS = {Outcome.REFUNDED: "REFUND", Outcome.AGREED: "CONSENSUS_WITH_CLIENT", Outcome.OTHER: "ORTHER"}
_TIME = "%Y-%m-%d %H:%M:%S"
PAGE = 20

Ask = Callable[[str, dict], dict]
Read = Callable[[bytes], dict[str, str]]


class AlipayComplaints(ComplaintDesk):
    """`ask(method, content)` gives a signed answer of success, `read(body)` a form whose signature and app are right."""

    def __init__(self, ask: Ask, read: Read) -> None:
        self._ask, self._read = ask, read

    def parse(self, headers: Mapping[str, str], body: bytes) -> ComplaintNotice | None:
        """No age is too old: Alipay repeats a message with its first time, and all that it makes us do is to ask."""
        said = self._read(body)
        if said.get("msg_method") != _CHANGED:
            return None
        try:
            no = json.loads(said["biz_content"])["complain_event_id"]
            if (
                not (isinstance(no, str) and no.isalnum() and len(no) <= 60)
                or not 1 <= len(said["notify_id"]) <= 64
            ):
                raise BadCallback("no id")
            return ComplaintNotice(said["notify_id"], no)
        except (KeyError, TypeError, ValueError):
            raise BadCallback("not readable") from None

    def query(self, no: str) -> ComplaintDetails:
        if no.startswith(RISK):
            found = _risk(self._ask(f"{_RISKS}.info.query", {"complain_id": int(no.removeprefix(RISK))}))
        else:
            found = _trade(self._ask(f"{_TRADE}.query", {"complain_event_id": no}))
        if found.no != no:
            raise GatewayError("Alipay, complaint: it answers about another one")
        return found

    def recent(self, since: date) -> list[ComplaintDetails]:
        begin = f"{since} 00:00:00"
        found = self._pages(
            f"{_TRADE}.batchquery",
            "trade_complain_infos",
            _trade,
            {"begin_time": begin},
            ("page_num", "page_size"),
        )
        return found + self._pages(
            f"{_RISKS}.info.batchquery", "complaint_list", _risk, {"gmt_complaint_start": begin},
            ("current_page_num", "page_size"),
        )  # fmt: skip

    def _pages(
        self, method: str, rows: str, details, asked: dict, names: tuple[str, str]
    ) -> list[ComplaintDetails]:
        found: list[ComplaintDetails] = []
        number, size = names
        while True:
            page = self._ask(method, asked | {number: len(found) // PAGE + 1, size: PAGE}).get(rows) or []
            found += [details(row) for row in page]
            if len(page) < PAGE:
                return found

    def takes_answers(self, no: str) -> bool:
        return not no.startswith(RISK)

    def answer(self, no: str, words: str) -> None:
        if not self.takes_answers(no):
            raise GatewayError("Alipay, complaint: takes no words before the end")
        self._ask(
            f"{_TRADE}.reply.submit", {"complain_event_id": no, "reply_content": words[: self.most_words]}
        )

    def finish(self, no: str, outcome: str, words: str) -> None:
        if no.startswith(RISK):
            said = self._ask(
                f"{_RISKS}.process.finish",
                {
                    "id_list": [int(no.removeprefix(RISK))],
                    "process_code": _PROCESS[Outcome(outcome)],
                    "remark": words[: self.most_words],
                },
            )
            if said.get("complaint_process_success") is not True:
                raise GatewayError("Alipay, complaint: not taken")
            return
        content = {
            "complain_event_id": no,
            "feedback_code": _FEEDBACK[Outcome(outcome)],
            "feedback_content": words[: self.most_words],
        }
        self._ask(f"{_TRADE}.feedback.submit", content)


def _trade(said: dict) -> ComplaintDetails:
    try:
        opened_at, state = _moment(said["gmt_create"]), str(said["status"])
        return ComplaintDetails(
            no=str(said["complain_event_id"]),
            payment_no=str(said.get("merchant_order_no", "")),
            words=str(said.get("content", ""))[:WORDS],
            reason=str(said.get("complain_reason") or said.get("leaf_category_name", "")),
            opened_at=opened_at,
            answer_by=opened_at + ANSWER_WITHIN,
            due_at=opened_at + SETTLE_WITHIN,
            is_open=state in _OPEN,
            is_ended=state not in _OPEN | _FEEDBACKED,
            provider_status=state,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise GatewayError(f"Alipay, complaint: {error!r}") from error


def _risk(said: dict) -> ComplaintDetails:
    try:
        opened_at, state = _moment(said["gmt_complain"]), str(said["status"])
        due_at = _moment(said["gmt_overdue"]) if said.get("gmt_overdue") else opened_at + SETTLE_WITHIN
        traded = (said.get("complaint_trade_info_list") or [{}])[0]
        return ComplaintDetails(
            no=f"{RISK}{said['id']}",
            payment_no=str(traded.get("out_no", "")),
            words=str(said.get("complain_content", ""))[:WORDS],
            reason="",
            opened_at=opened_at,
            answer_by=min(opened_at + ANSWER_WITHIN, due_at),
            due_at=due_at,
            is_open=state in _OPEN,
            is_ended=state not in _OPEN,
            provider_status=state,
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise GatewayError(f"Alipay, complaint: {error!r}") from error


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=timezone.get_default_timezone())
