"""SMS providers that are not there: one small HTTP server that speaks Aliyun's SendSms and one that speaks Tencent's.

Each works out the signature by itself from what arrived and its own copy of the secret, refuses what does not match,
what is too old and (Aliyun) a nonce seen before, and answers as the real one does: also with its errors.
"""

import hashlib
import hmac
import json
import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

from core import clock

KEY, SECRET = "LTAI5tExampleKey", "an example secret"
APP_ID = "1400006666"


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def hmac256(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class FakeHttp:
    """`taken`: what was accepted, in order. `fails`: what it answers instead, as long as it is set:

    a code of the provider's; "503" or "garbage"; "silent" takes the message and cuts the line before it answers.
    """

    def __init__(self) -> None:
        self.taken: list = []
        self.requests = 0
        self.fails = ""
        self.location = ""  # where it sends who asks, with fails = "307"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, path: str, headers, body: bytes) -> tuple[int, dict]:
        raise NotImplementedError

    def take(self, message) -> None:
        self.taken.append(message)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.requests += 1
                if fake.fails == "503":
                    status, said = 503, b"<html>busy</html>"
                elif fake.fails == "garbage":
                    status, said = 200, b"<html>a captive portal</html>"
                else:
                    status, found = fake.answer(self.path, self.headers, body)
                    said = json.dumps(found).encode()
                if fake.fails == "silent":
                    self.close_connection = True
                    return
                self.send_response(status)
                if fake.location:
                    self.send_header("Location", fake.location)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST

            def log_message(self, *args) -> None:
                pass

        return Handler


class FakeAliyun(FakeHttp):
    actions = {"SendSms"}

    def __init__(self) -> None:
        super().__init__()
        self.nonces: set[str] = set()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "ALIYUN_ACCESS_KEY_ID": KEY,
            "ALIYUN_ACCESS_KEY_SECRET": SECRET,
            "ALIYUN_SMS_SIGN": "校园跑腿",
            "ALIYUN_SMS_URL": self.url,
        }

    def answer(self, path, headers, body):
        if wrong := self._wrong(path, headers, body):
            return 400, {"Code": wrong, "Message": wrong, "RequestId": "R"}
        if self.fails and self.fails != "silent":
            return 200, {"Code": self.fails, "Message": "…", "RequestId": "R"}
        asked = dict(parse_qsl(urlsplit(path).query))
        if not re.fullmatch(r"1[3-9]\d{9}", asked["PhoneNumbers"]):
            return 200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "…", "RequestId": "R"}
        self.take((asked["PhoneNumbers"], asked["TemplateCode"], json.loads(asked["TemplateParam"])))
        return 200, {"Code": "OK", "Message": "OK", "BizId": f"B{len(self.taken)}", "RequestId": "R"}

    def _wrong(self, path, headers, body) -> str:
        match = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=(.+),SignedHeaders=(.+),Signature=([0-9a-f]{64})",
            headers.get("Authorization", ""),
        )
        if not match:
            return "IncompleteSignature"
        key, signed, signature = match.groups()
        if key != KEY:
            return "InvalidAccessKeyId.NotFound"
        needed = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-version"}
        if not needed <= set(signed.split(";")) or headers["x-acs-content-sha256"] != sha256(body):
            return "IncompleteSignature"
        parts = urlsplit(path)
        pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
        query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in signed.split(";"))
        request = f"POST\n{parts.path}\n{query}\n{lines}\n{signed}\n{sha256(body)}"
        expected = hmac256(SECRET.encode(), f"ACS3-HMAC-SHA256\n{sha256(request)}").hex()
        if not hmac.compare_digest(expected, signature):
            return "SignatureDoesNotMatch"
        at = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs((clock.now() - at).total_seconds()) > 900:
            return "InvalidTimeStamp.Expired"
        if headers["x-acs-signature-nonce"] in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(headers["x-acs-signature-nonce"])
        known = headers["x-acs-action"] in self.actions and headers["x-acs-version"] == "2017-05-25"
        return "" if known else "InvalidAction.NotFound"


class FakeTencent(FakeHttp):
    @property
    def settings(self) -> dict[str, str]:
        return {
            "TENCENT_SECRET_ID": KEY,
            "TENCENT_SECRET_KEY": SECRET,
            "TENCENT_SMS_APP_ID": APP_ID,
            "TENCENT_SMS_SIGN": "校园跑腿",
            "TENCENT_SMS_REGION": "ap-guangzhou",
            "TENCENT_SMS_URL": self.url,
        }

    def answer(self, path, headers, body):
        if wrong := self._wrong(headers, body):
            return 200, {"Response": {"Error": {"Code": wrong, "Message": "…"}, "RequestId": "R"}}
        asked = json.loads(body)
        (phone,) = asked["PhoneNumberSet"]
        code = "" if self.fails == "silent" else self.fails
        if code.startswith(("AuthFailure", "InternalError", "RequestLimitExceeded")):
            return 200, {"Response": {"Error": {"Code": code, "Message": "…"}, "RequestId": "R"}}
        if not re.fullmatch(r"\+861[3-9]\d{9}", phone):
            code = "InvalidParameterValue.IncorrectPhoneNumber"
        one = {"SerialNo": "", "PhoneNumber": phone, "Fee": 0, "Code": code, "Message": "…", "IsoCode": "CN"}
        if not code:
            self.take((phone.removeprefix("+86"), asked["TemplateId"], asked["TemplateParamSet"]))
            one |= {"SerialNo": f"S{len(self.taken)}", "Fee": 1, "Code": "Ok"}
        return 200, {"Response": {"SendStatusSet": [one], "RequestId": "R"}}

    def _wrong(self, headers, body) -> str:
        match = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
            r"SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})",
            headers.get("Authorization", ""),
        )
        if not match:
            return "AuthFailure.InvalidAuthorization"
        key, day, signed, signature = match.groups()
        if key != KEY:
            return "AuthFailure.SecretIdNotFound"
        stamp = headers["X-TC-Timestamp"]
        if abs(clock.now().timestamp() - int(stamp)) > 300:
            return "AuthFailure.SignatureExpire"
        lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in signed.split(";"))
        request = f"POST\n/\n\n{lines}\n{signed}\n{sha256(body)}"
        to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n{sha256(request)}"
        derived = hmac256(hmac256(hmac256(f"TC3{SECRET}".encode(), day), "sms"), "tc3_request")
        if not hmac.compare_digest(hmac256(derived, to_sign).hex(), signature):
            return "AuthFailure.SignatureFailure"
        return (
            ""
            if (headers["X-TC-Action"], headers["X-TC-Version"]) == ("SendSms", "2021-01-11")
            else "InvalidAction"
        )
