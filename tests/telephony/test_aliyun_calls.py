"""Aliyun's AXB against a local server that verifies what Aliyun would: signature, time, nonce, pool; and its records."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from delivery import services as delivery
from telephony import services
from telephony.models import CallAttempt, NumberBinding
from telephony.providers import PROVIDERS, ProviderError
from telephony.selectors import calls_about
from tests.telephony.fake_dyplsapi import CALLBACK

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def bound(aliyun, leg, lake, student_lin):
    lake.call_provider = "aliyun"
    lake.save()
    leg.refresh_from_db()
    delivery.call_courier(leg=leg, actor=student_lin)
    return NumberBinding.objects.get()


def test_bound_renewed_unbound(aliyun, bound, student_lin, courier_zhao, simulated_clock, leg):
    asked = aliyun.taken[0]
    assert (asked["PhoneNoA"], asked["PhoneNoB"]) == (student_lin.phone, courier_zhao.user.phone)
    assert asked["Expiration"] == "2026-11-24 12:00:00"  # Beijing's, two hours on
    assert (bound.number, bound.ref) == ("17000000001", "1000000000000")
    simulated_clock.advance(minutes=115)
    services.maintain_bindings()
    assert aliyun.taken[-1]["Expiration"] == "2026-11-24 13:55:00"
    delivery.give_back(leg=leg, actor=courier_zhao.user, reason="flat tyre")
    services.maintain_bindings()
    assert aliyun.bound == {}
    bound.refresh_from_db()
    assert bound.released_at == simulated_clock()


def test_what_is_refused_is_kept_until_it_has_run_out(aliyun, bound, simulated_clock, leg, courier_zhao):
    aliyun.bound.clear()  # somebody has unbound it in Aliyun's own console
    delivery.give_back(leg=leg, actor=courier_zhao.user, reason="flat tyre")
    services.maintain_bindings()
    bound.refresh_from_db()
    assert (bound.released_at, bound.error) == (None, "UnbindSubscription: isv.SUBSCRIPTION_NOT_EXIST")
    simulated_clock.advance(hours=2)
    services.maintain_bindings()
    bound.refresh_from_db()
    assert bound.released_at == simulated_clock()
    aliyun.fails = "isv.BUSINESS_LIMIT_CONTROL"
    with pytest.raises(ProviderError, match="LIMIT"):
        PROVIDERS["aliyun"].renew(bound, bound.expires_at)


def test_an_error_names_no_number(aliyun, student_lin, courier_zhao, settings, simulated_clock):
    until = simulated_clock() + timedelta(hours=1)
    settings.ALIYUN_CALLS = settings.ALIYUN_CALLS | {"ALIYUN_CALLS_URL": "http://127.0.0.1:9/"}
    with pytest.raises(ProviderError) as error:
        PROVIDERS["aliyun"].bind(a=student_lin.phone, b=courier_zhao.user.phone, until=until)
    assert student_lin.phone not in str(error.value)
    assert error.value.__cause__ is None  # which would hold the request
    settings.ALIYUN_CALLS = settings.ALIYUN_CALLS | {
        "ALIYUN_CALLS_URL": aliyun.url,
        "ALIYUN_ACCESS_KEY_SECRET": "?",
    }
    with pytest.raises(ProviderError, match="SignatureDoesNotMatch"):
        PROVIDERS["aliyun"].bind(a=student_lin.phone, b=courier_zhao.user.phone, until=until)
    settings.ALIYUN_CALLS = settings.ALIYUN_CALLS | {"ALIYUN_CALLS_POOL_KEY": ""}
    with pytest.raises(ProviderError, match="not configured"):
        PROVIDERS["aliyun"].bind(a=student_lin.phone, b=courier_zhao.user.phone, until=until)


# -- Call records ------------------------------------------------------------------------------------------


def record(bound, **more):
    """One record as Aliyun pushes it: Lin has called Zhao, who took it after seven seconds."""
    at = datetime(2026, 11, 24, 10, 1, tzinfo=BEIJING)

    def moment(seconds):
        return (at + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")

    return {
        "pool_key": "FC1", "sub_id": int(bound.ref), "call_id": "c0c2be3bce364ca3", "phone_no": bound.a_phone,
        "secret_no": bound.number, "peer_no": bound.b_phone, "called_display_no": bound.number, "call_type": 0,
        "call_time": moment(0), "call_out_time": moment(0), "ring_time": moment(2), "free_ring_time": moment(3),
        "start_time": moment(7), "release_time": moment(79), "sms_number": None, "release_dir": 2,
        "out_id": None, "unconnected_cause": 0, "release_cause": 16,
    } | more  # fmt: skip


@pytest.fixture
def push(client):
    def push(*records, secret=CALLBACK, body=None):
        url = reverse("telephony:call_records", args=["aliyun", secret])
        return client.post(
            url, json.dumps(records) if body is None else body, content_type="application/json"
        )

    return push


def test_a_record_completes_the_attempt(bound, push):
    answer = push(record(bound))
    assert answer.json() == {"code": 0, "msg": "ok"}
    call = CallAttempt.objects.get()
    assert (call.result, call.seconds, call.provider_call) == ("answered", 72, "c0c2be3bce364ca3")
    assert push(record(bound)).status_code == 200  # Aliyun tells again until it is thanked
    assert CallAttempt.objects.count() == 1


@pytest.mark.parametrize(
    "cause, refused, result",
    [
        (17, 0, "busy"),
        (19, 0, "unanswered"),
        (20, 0, "off"),
        (21, 0, "rejected"),
        (31, 0, "unanswered"),
        (0, 3, "failed"),
    ],
)
def test_a_call_that_nobody_took(bound, push, cause, refused, result):
    at = "2026-11-24 10:01:20"
    push(record(bound, start_time=at, release_time=at, release_cause=cause, unconnected_cause=refused))
    call = CallAttempt.objects.get()
    assert (call.result, call.seconds) == (result, None)


def test_a_call_back_is_written_down_too(bound, push, student_lin, courier_zhao, leg):
    assert push(record(bound), record(bound, call_id="2", call_type=1)).status_code == 200
    back = calls_about(leg.order.no).get(provider_call="2")
    assert (back.caller, back.callee) == (courier_zhao.user, student_lin)


def test_what_cannot_be_trusted_changes_nothing(bound, push):
    good = record(bound)
    for refused in (
        push(good, secret="a-secret-that-somebody-guessed"),
        push(good | {"pool_key": "FC2"}),
        push(body=b"not json"),
        push(body=b"\xff\xfe"),
        push(body=json.dumps(good)),
        push(body="[" * 5000),
        push(*[good] * 501),
        push({"pool_key": "FC1"}),
        push(good | {"release_time": "yesterday"}),
        push(good | {"call_type": "x"}),
        push(body=json.dumps([1, None])),
    ):
        assert refused.status_code == 400
    assert push(body="x" * 1_000_001).status_code == 413
    # Trusted, and about nothing of ours: thanked, so that it is not told for ever, and not written down.
    assert push(good | {"sub_id": 7}, good | {"phone_no": "13911112222"}).status_code == 200
    assert CallAttempt.objects.get().result == "asked"


def test_a_secret_of_other_letters_is_only_wrong(bound, push):
    assert push(record(bound), secret="密码").status_code == 400
