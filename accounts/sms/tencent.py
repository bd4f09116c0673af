"""Tencent Cloud SMS (SendSms, 2021-01-11), signed with TC3-HMAC-SHA256.

The rules of the signature: cloud.tencent.com, "Signature v3". The key is derived from the secret by day and service.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from accounts.sms import Sms
from core import clock, outside
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from core.phones import e164

ALGORITHM = "TC3-HMAC-SHA256"
_CONTENT_TYPE = "application/json; charset=utf-8"
_SERVICE, _ACTION, _VERSION = "sms", "SendSms", "2021-01-11"
_THROTTLED = ("LimitExceeded.PhoneNumber", "RequestLimitExceeded", "LimitExceeded.DeliveryFrequencyLimit")
_BAD_MESSAGE = (
    "InvalidParameterValue.IncorrectPhoneNumber", "InvalidParameterValue.Content", "InvalidParameterValue.Template",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "FailedOperation.PhoneNumberInBlacklist",
    "FailedOperation.ContainSensitiveWord", "FailedOperation.ParametersOtherError", "UnsupportedOperation",
)  # fmt: skip
_OUT_OF_ORDER = (
    "InternalError", "AuthFailure", "UnauthorizedOperation", "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.SignatureIncorrectOrUnapproved", "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.MissingSignature", "FailedOperation.FailResolvePacket", "InvalidParameterValue.SdkAppIdNotExist",
    "LimitExceeded", "ResourceUnavailable", "ResourceInsufficient",
)  # fmt: skip


def send(sms: Sms) -> str:
    own = settings.SMS["tencent"]
    body = json.dumps(
        {
            "PhoneNumberSet": [e164(sms.phone)],
            "SmsSdkAppId": own["TENCENT_SMS_APP_ID"],
            "SignName": own["TENCENT_SMS_SIGN"],
            "TemplateId": settings.SMS_TEMPLATES[sms.template],
            "TemplateParamSet": list(sms.params.values()),
        }
    )
    seconds = int(clock.now().timestamp())
    headers = {
        "Content-Type": _CONTENT_TYPE,
        "Host": urlsplit(own["TENCENT_SMS_URL"]).netloc,
        "X-TC-Action": _ACTION,
        "X-TC-Timestamp": str(seconds),
        "X-TC-Version": _VERSION,
        "X-TC-Region": own["TENCENT_SMS_REGION"],
    }
    headers["Authorization"] = authorization(
        headers,
        body,
        seconds,
        service=_SERVICE,
        key=own["TENCENT_SECRET_ID"],
        secret=own["TENCENT_SECRET_KEY"],
    )
    response = outside.answer(outside.post(own["TENCENT_SMS_URL"], data=body.encode(), headers=headers))
    try:
        said = response["Response"]
        one = said.get("Error") or said["SendStatusSet"][0]
        code = str(one["Code"])
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise OutcomeUnknown("an answer without a code") from error
    if code == "Ok":
        return str(one.get("SerialNo", ""))
    if code.startswith(_THROTTLED):
        raise RetryableError(code, after=60)
    if code.startswith(_BAD_MESSAGE):
        raise PermanentError(code)
    raise (ServiceUnavailable if code.startswith(_OUT_OF_ORDER) else RetryableError)(code)


def authorization(
    headers: dict[str, str], body: str, seconds: int, *, service: str, key: str, secret: str
) -> str:
    """The Authorization header of a POST to "/" at this moment (Unix seconds); signs the type, the host, the action."""
    signed = "content-type;host;x-tc-action"
    lines = (
        f"content-type:{headers['Content-Type']}\nhost:{headers['Host']}\n"
        f"x-tc-action:{headers['X-TC-Action'].lower()}\n"
    )
    request = "\n".join(["POST", "/", "", lines, signed, hashlib.sha256(body.encode()).hexdigest()])
    day = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"{ALGORITHM}\n{seconds}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    derived = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        derived = hmac.new(derived, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(derived, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key}/{scope}, SignedHeaders={signed}, Signature={signature}"
