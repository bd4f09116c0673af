"""WeChat Pay's complaints (消费者投诉 2.0): a signed and encrypted notice names one, its words are asked for.

An answer is expected within 24 hours of the complaint, and its end within 72 (kf.qq.com, 消费者投诉处理指南, 三): the
interface itself says no deadline. The customer's phone number comes encrypted and is left so.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from core import clock
from payments.gateways.base import BadCallback, GatewayError
from payments.gateways.complaints import WORDS, ComplaintDesk, ComplaintDetails, ComplaintNotice

ANSWER_WITHIN, SETTLE_WITHIN = timedelta(hours=24), timedelta(hours=72)
_EVENTS = {"COMPLAINT.CREATE", "COMPLAINT.STATE_CHANGE"}
_OPEN, _ENDED = {"PENDING", "PROCESSING"}, {"PROCESSED"}
PAGE = 50

Ask = Callable[..., tuple[int, dict]]
Read = Callable[[Mapping[str, str], bytes], dict]


class WeChatComplaints(ComplaintDesk):
    """`ask` and `read` are the gateway's own: signed requests, and notices whose signature is checked."""

    def __init__(self, ask: Ask, read: Read) -> None:
        self._ask, self._read = ask, read

    def parse(self, headers: Mapping[str, str], body: bytes) -> ComplaintNotice | None:
        said = self._read(headers, body)
        try:
            notice, no = said["id"], said["resource"]["complaint_id"]
            if said["event_type"] not in _EVENTS:
                return None
            if not (isinstance(notice, str) and 1 <= len(notice) <= 64) or not _is_number(no):
                raise BadCallback("no id")
            return ComplaintNotice(notice, no)
        except (KeyError, TypeError):
            raise BadCallback("not readable") from None

    def query(self, no: str) -> ComplaintDetails:
        found = _details(self._call("complaint_detail_query", complaint_id=no))
        if found.no != no:
            raise GatewayError("WeChat Pay, complaint: it answers about another one")
        return found

    def recent(self, since: date) -> list[ComplaintDetails]:
        found: list[ComplaintDetails] = []
        while True:
            page = self._call(
                "complaint_list_query", begin_date=since.isoformat(), end_date=clock.today().isoformat(),
                limit=PAGE, offset=len(found),
            )  # fmt: skip
            rows = page.get("data") or []
            found += [_details(row) for row in rows]
            if len(rows) < PAGE:
                return found

    def answer(self, no: str, words: str) -> None:
        self._call("complaint_response", complaint_id=no, response_content=words[: self.most_words])

    def finish(self, no: str, outcome: str, words: str) -> None:
        """First the words, as to be finished is all that the call for it says."""
        self.answer(no, words)
        self._call("complaint_complete", complaint_id=no)

    def subscribe(self, url: str) -> None:
        status, said = self._ask("complaint_notification_query")
        if status == 200 and said.get("url") == url:
            return
        known = status == 200
        self._call("complaint_notification_update" if known else "complaint_notification_create", url=url)

    def _call(self, what: str, **params: Any) -> dict:
        status, said = self._ask(what, **params)
        if status not in (200, 204):
            raise GatewayError(
                f"WeChat Pay, {what}: {status} {said.get('code', '')} {said.get('message', '')}"
            )
        return said


def _is_number(no: object) -> bool:
    return isinstance(no, str) and no.isalnum() and len(no) <= 64


def _details(said: dict) -> ComplaintDetails:
    try:
        opened_at = _moment(said["complaint_time"])
        state = str(said["complaint_state"])
        paid = (said.get("complaint_order_info") or [{}])[0]
        return ComplaintDetails(
            no=str(said["complaint_id"]),
            payment_no=str(paid.get("out_trade_no", "")),
            words=str(said.get("complaint_detail", ""))[:WORDS],
            reason=str(said.get("problem_description", "")),
            opened_at=opened_at,
            answer_by=opened_at + ANSWER_WITHIN,
            due_at=opened_at + SETTLE_WITHIN,
            is_open=state in _OPEN,
            is_ended=state in _ENDED,
            provider_status=state,
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise GatewayError(f"WeChat Pay, complaint: {error!r}") from error


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError(text)
    return found
