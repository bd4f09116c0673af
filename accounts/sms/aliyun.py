"""Alibaba Cloud SMS (SendSms, 2017-05-25)."""

import json

from django.conf import settings

from accounts.sms import Sms
from core import aliyun
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable

_VERSION = "2017-05-25"
_THROTTLED = ("isv.BUSINESS_LIMIT_CONTROL", "Throttling")
_BAD_MESSAGE = (
    "isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.INVALID_PARAMETERS", "isv.PARAM_",
    "isv.TEMPLATE_MISSING_PARAMETERS", "isv.TEMPLATE_PARAMS_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "isv.INVALID_JSON_PARAM",
)  # fmt: skip
# Their machines, or our account, key, signature and templates: nothing goes out until a person has looked.
_OUT_OF_ORDER = (
    "isp.", "InternalError", "ServiceUnavailable", "SignatureDoesNotMatch", "SignatureNonceUsed", "InvalidAccessKeyId",
    "InvalidTimeStamp", "IncompleteSignature", "Forbidden", "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE",
    "isv.ACCOUNT_", "isv.PRODUCT_UN", "isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL", "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.DENY_IP_RANGE",
)  # fmt: skip


def send(sms: Sms) -> str:
    own = settings.SMS["aliyun"]
    said = aliyun.call(
        own["ALIYUN_SMS_URL"],
        "SendSms",
        _VERSION,
        {
            "PhoneNumbers": sms.phone.removeprefix("+"),  # theirs have a country code without it
            "SignName": own["ALIYUN_SMS_SIGN"],
            "TemplateCode": settings.SMS_TEMPLATES[sms.template],
            "TemplateParam": json.dumps(sms.params, ensure_ascii=False),
        },
        key=own["ALIYUN_ACCESS_KEY_ID"],
        secret=own["ALIYUN_ACCESS_KEY_SECRET"],
    )
    code = said.get("Code")
    if code == "OK":
        return str(said.get("BizId", ""))
    if not isinstance(code, str):
        raise OutcomeUnknown("an answer without a code")
    if code.startswith(_THROTTLED):
        raise RetryableError(code, after=60)
    if code.startswith(_BAD_MESSAGE):
        raise PermanentError(code)
    raise (ServiceUnavailable if code.startswith(_OUT_OF_ORDER) else RetryableError)(code)
