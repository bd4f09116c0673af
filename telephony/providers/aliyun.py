"""Aliyun's number privacy (Dyplsapi, product AXB).

Call records (SecretReport, pushed over HTTP in batches) carry no signature: that they come from Aliyun is shown by the
secret in the callback's address, which only the two of us know, and by naming a pool, a binding and a pair of numbers
that are ours.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from core import aliyun, clock
from core.outside import OutcomeUnknown, RetryableError
from core.phones import is_mainland
from telephony.models import CallAttempt, NumberBinding
from telephony.providers.base import BadCallback, MaskedNumber, Provider, ProviderError, Report

Result = CallAttempt.Result

VERSION = "2017-05-25"
MOST_REPORTS = 500
BEIJING = ZoneInfo("Asia/Shanghai")  # Aliyun's times are local there, whatever the installation's zone
# `release_cause` is the telephone network's (Q.850).
_CAUSES = {17: Result.BUSY, 18: Result.UNANSWERED, 19: Result.UNANSWERED, 20: Result.OFF, 21: Result.REJECTED}


class Aliyun(Provider):
    name = "aliyun"

    @property
    def configured(self) -> bool:
        return all(settings.ALIYUN_CALLS.values())

    def reaches(self, phone: str) -> bool:
        """BindAxb takes the mainland's mobile numbers only, on both sides."""
        return is_mainland(phone)

    def bind(self, *, a: str, b: str, until: datetime) -> MaskedNumber:
        answer = self._ask("BindAxb", PhoneNoA=a, PhoneNoB=b, Expiration=_local(until))
        try:
            bound = answer["SecretBindDTO"]
            return MaskedNumber(str(bound["SecretNo"]), str(bound["SubsId"]))
        except (KeyError, TypeError) as error:
            raise ProviderError("BindAxb: no number in the answer") from error

    def renew(self, binding: NumberBinding, until: datetime) -> None:
        self._ask(
            "UpdateSubscription",
            SubsId=binding.ref, PhoneNoX=binding.number, OperateType="updateExpire", Expiration=_local(until),
        )  # fmt: skip

    def unbind(self, binding: NumberBinding) -> None:
        self._ask("UnbindSubscription", SubsId=binding.ref, SecretNo=binding.number)

    def _ask(self, action: str, **params: str) -> dict:
        if not self.configured:
            raise ProviderError("not configured")
        own = settings.ALIYUN_CALLS
        try:
            answer = aliyun.call(
                own["ALIYUN_CALLS_URL"], action, VERSION, params | {"PoolKey": own["ALIYUN_CALLS_POOL_KEY"]},
                key=own["ALIYUN_ACCESS_KEY_ID"], secret=own["ALIYUN_ACCESS_KEY_SECRET"],
            )  # fmt: skip
        except (RetryableError, OutcomeUnknown) as error:
            # An unclear binding runs out by itself. What lies behind the error holds the request, and so the numbers.
            raise ProviderError(f"{action}: {error}") from None
        code = answer.get("Code")
        if code != "OK":
            raise ProviderError(f"{action}: {code}")
        return answer

    def read(self, secret: str, headers: Mapping[str, str], body: bytes) -> list[Report]:
        own = settings.ALIYUN_CALLS
        if not self.configured:
            raise BadCallback("not configured")
        if not hmac.compare_digest(secret.encode(), own["ALIYUN_CALLS_CALLBACK_SECRET"].encode()):
            raise BadCallback("wrong secret")
        try:
            rows = json.loads(body)
            if not isinstance(rows, list) or len(rows) > MOST_REPORTS:
                raise BadCallback("not a list of records")
            return [_report(row, own["ALIYUN_CALLS_POOL_KEY"]) for row in rows]
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
            raise BadCallback("not readable") from None


def _report(row: dict, pool: str) -> Report:
    if row["pool_key"] != pool:
        raise BadCallback("another pool")
    phone, peer = str(row["phone_no"]), str(row["peer_no"])
    # 0: phone_no has called; 1: it was called. (2 to 5 are text messages, which we do not use.)
    caller, callee = (phone, peer) if int(row["call_type"]) == 0 else (peer, phone)
    began, ended = _moment(row.get("start_time")), _moment(row["release_time"])
    seconds = max(int((ended - began).total_seconds()), 0) if began and ended else 0
    if seconds:
        result = Result.ANSWERED
    elif int(row.get("unconnected_cause") or 0):
        result = Result.FAILED  # the platform itself has refused it
    else:
        result = _CAUSES.get(int(row.get("release_cause") or 0), Result.UNANSWERED)
    return Report(
        call=str(row["call_id"])[:64],
        ref=str(row["sub_id"])[:64],
        number=str(row["secret_no"]),
        caller=caller,
        callee=callee,
        at=_moment(row["call_time"]) or clock.now(),
        result=result,
        seconds=seconds,
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str | None) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING) if text else None
