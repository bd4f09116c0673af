"""Short messages: what each provider is asked, and what its answers and silences mean.

The providers are local servers that work out the signature by themselves (fake_sms.py).
"""

import logging
import socket

import pytest

from accounts import sms
from accounts.sms import Sms, tencent
from core import aliyun
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from tests.accounts.fake_sms import FakeAliyun, FakeTencent

LIN = "13812342046"
CODE = Sms(LIN, "code", "Your code is 123456.", {"code": "123456"})
FAKES = {"aliyun": FakeAliyun, "tencent": FakeTencent}


@pytest.fixture(params=FAKES)
def provider(request, settings, simulated_clock):
    """The fake provider, which is the one in use."""
    fake = FAKES[request.param]()
    settings.SMS_PROVIDER = request.param
    settings.SMS = {request.param: fake.settings}
    settings.SMS_TEMPLATES = {name: f"T_{name}" for name in sms.TEMPLATES}
    fake.name = request.param
    yield fake
    fake.stop()


def test_a_code_is_signed_and_taken(provider):
    assert sms.send(CODE) in ("B1", "S1")
    words = {"code": "123456"} if provider.name == "aliyun" else ["123456"]
    assert provider.taken == [(LIN, "T_code", words)]


def test_words_of_every_kind_are_signed_right(provider):
    what = "送到了：请 来 取 & 签收=100% +1~*'\"/😀"
    sms.send(Sms(LIN, "notice", what, {"what": what}))
    (_phone, _template, words) = provider.taken[0]
    assert what in (words.values() if isinstance(words, dict) else words)


def test_with_a_wrong_secret_nothing_goes_and_it_is_our_fault(provider, settings):
    for name in provider.settings:
        if "SECRET" in name and not name.endswith("_ID"):
            settings.SMS[provider.name] = provider.settings | {name: "another secret"}
    with pytest.raises(ServiceUnavailable, match="Signature"):
        sms.send(CODE)
    assert provider.taken == []


def test_a_clock_that_is_an_hour_wrong_is_told_as_such(provider, monkeypatch):
    module = aliyun if provider.name == "aliyun" else tencent
    late = module.clock.now().replace(hour=0)
    monkeypatch.setattr(module, "clock", type("Clock", (), {"now": staticmethod(lambda: late)}))
    with pytest.raises(ServiceUnavailable, match=r"InvalidTimeStamp|SignatureExpire"):
        sms.send(CODE)


ANSWERS = {
    "aliyun": [
        ("isv.BUSINESS_LIMIT_CONTROL", RetryableError),
        ("Throttling.User", RetryableError),
        ("isv.MOBILE_NUMBER_ILLEGAL", PermanentError),
        ("isv.TEMPLATE_PARAMS_ILLEGAL", PermanentError),
        ("isp.SYSTEM_ERROR", ServiceUnavailable),
        ("isv.AMOUNT_NOT_ENOUGH", ServiceUnavailable),
        ("isv.SMS_SIGNATURE_ILLEGAL", ServiceUnavailable),
        ("isv.SOMETHING_NEW", RetryableError),
    ],
    "tencent": [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", RetryableError),
        ("LimitExceeded.PhoneNumberSameContentDailyLimit", RetryableError),
        ("RequestLimitExceeded", RetryableError),
        ("FailedOperation.PhoneNumberInBlacklist", PermanentError),
        ("InvalidParameterValue.ContentLengthLimit", PermanentError),
        ("InternalError.SendAndRecvFail", ServiceUnavailable),
        ("FailedOperation.InsufficientBalanceInSmsPackage", ServiceUnavailable),
        ("AuthFailure.UnauthorizedOperation", ServiceUnavailable),
        ("FailedOperation.SomethingNew", RetryableError),
    ],
}


def test_what_each_answer_means(provider):
    for code, meaning in ANSWERS[provider.name]:
        provider.fails = code
        with pytest.raises((RetryableError, PermanentError)) as raised:
            sms.send(CODE)
        assert (raised.type, str(raised.value)) == (meaning, code)
    assert provider.taken == []


def test_throttled_it_says_how_long_to_wait(provider):
    provider.fails = ANSWERS[provider.name][0][0]
    with pytest.raises(RetryableError) as raised:
        sms.send(CODE)
    assert raised.value.after == 60


def test_no_such_number(provider):
    with pytest.raises(PermanentError):
        sms.send(Sms("12345", "code", "", {"code": "1"}))


def test_cut_off_after_it_was_taken_is_unclear(provider):
    provider.fails = "silent"
    with pytest.raises(OutcomeUnknown):
        sms.send(CODE)
    assert len(provider.taken) == 1  # which is why nobody may send it again


@pytest.mark.parametrize("fails, meaning", [("503", ServiceUnavailable), ("garbage", OutcomeUnknown)])
def test_an_answer_that_is_none(provider, fails, meaning):
    provider.fails = fails
    with pytest.raises(meaning):
        sms.send(CODE)


def test_nobody_there_is_clear(provider, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.SMS[provider.name] = {
            name: f"http://127.0.0.1:{unused.getsockname()[1]}" if name.endswith("_URL") else value
            for name, value in provider.settings.items()
        }
        with pytest.raises(ServiceUnavailable) as raised:
            sms.send(CODE)
    assert LIN not in str(raised.value)  # Aliyun's query holds the number, and what failed is logged


def test_every_message_has_a_nonce_of_its_own(provider):
    for _ in range(3):
        sms.send(CODE)
    assert len(provider.taken) == 3


def test_a_login_page_says_so_when_no_code_can_be_sent(provider, client, student_lin):
    provider.fails = "503"
    response = client.post("/accounts/login/code/", {"phone": student_lin.phone}, follow=True)
    assert response.status_code < 500
    assert "No message can be sent just now" in response.content.decode()
    provider.fails = ""
    response = client.post("/accounts/login/code/", {"phone": student_lin.phone})
    assert response.status_code == 302
    assert len(provider.taken) == 1


# -- The signatures as their makers publish them ---------------------------------------------------------------


def test_aliyuns_own_example():
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    params = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    said = aliyun.authorization(
        "POST", aliyun.canonical_query(params), headers, key="YourAccessKeyId", secret="YourAccessKeySecret"
    )
    assert said.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_tencents_own_example():
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Host": "cvm.tencentcloudapi.com",
        "X-TC-Action": "DescribeInstances",
    }
    body = r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    said = tencent.authorization(
        headers, body, 1551113065, service="cvm", key="AKID" + "*" * 28, secret="*" * 32
    )
    assert said.endswith("Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f")


# -- The console -------------------------------------------------------------------------------------------------


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, logger="accounts.sms.console")
    return caplog


def test_in_the_demo_the_log_has_the_code_but_no_number(log, settings):
    settings.DEMO = True
    sms.send(CODE)
    assert "123456" in log.text
    assert LIN not in log.text


def test_elsewhere_neither_code_nor_number(log):
    sms.send(CODE)
    assert "138****2046" in log.text
    assert "123456" not in log.text
    assert LIN not in log.text


def test_half_a_configuration_is_named(provider, settings):
    assert sms.missing(provider.name) == []
    settings.SMS_TEMPLATES = settings.SMS_TEMPLATES | {"notice": ""}
    assert sms.missing(provider.name) == ["SMS_TEMPLATE_NOTICE"]
