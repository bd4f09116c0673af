"""A payment provider that is not there: a small HTTP server with real RSA keys made when it starts. It verifies our
signatures, signs its answers, counts every request that reaches it, and keeps a bill. `wechat` and `alipay` beside
this speak WeChat Pay's API v3 and Alipay's.
"""

import base64
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from core import clock
from tests.payments.fake_gateways.complaints import BEIJING, Complained, ComplaintBook


class Key:
    """An RSA key of 2048 bits that signs with SHA-256 and PKCS #1 v1.5, as both protocols do."""

    def __init__(self) -> None:
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, text: str) -> str:
        signature = self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def verifies(self, text: str, signature: str) -> bool:
        try:
            self.private.public_key().verify(
                base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def certificate(self, name: str, issuer: "Key | None" = None) -> x509.Certificate:
        """Of this key, in that name; signed by itself without another issuer."""
        subject, by = (
            x509.Name(
                [x509.NameAttribute(NameOID.COMMON_NAME, who), x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")]
            )
            for who in (name, "root" if issuer else name)
        )
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(by, subject, self.private.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
        return made.sign((issuer or self).private, hashes.SHA256())

    @property
    def private_pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@dataclass
class Trade:
    """One line of the provider's bill; `refunds` by our numbers."""

    no: str
    amount: int
    state: str = "open"
    provider_no: str = field(default_factory=lambda: f"42000{secrets.randbelow(10**12):012d}")
    asked: dict = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)


class FakeProvider:
    """What both have in common: keys, a bill, and a count of who called."""

    name = ""
    writes = ""  # the content type of its callbacks
    path = ""
    key_setting = ""  # the one that names the file of its public key
    new_complaint = ""  # the status of one that nobody has answered

    def __init__(self, ours: Key, theirs: Key, stranger: Key) -> None:
        self.ours, self.theirs, self.stranger = ours, theirs, stranger
        self.trades: dict[str, Trade] = {}
        self.requests: list[str] = []
        self.refused: list[str] = []
        self.bills: dict[date, list[tuple[str, str, int]]] = {}  # of a day: (kind, our number, fen)
        self.slow_refunds = False  # taken, but not arrived yet
        self.forged_answers = False  # signed by somebody else
        self.down = False
        self.answers_about = ""  # another payment than the one that it was asked about
        self.book = ComplaintBook(self.new_complaint)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{self.path}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def bill(self) -> list[tuple[str, str, int]]:
        """Today's."""
        return self.bills.setdefault(self.today, [])

    @property
    def today(self) -> date:
        now: datetime = clock.now().astimezone(BEIJING)
        return now.date()

    def pay(self, no: str) -> Trade:
        """The customer pays."""
        trade = self.trades[no]
        assert trade.state == "open"
        trade.state = "paid"
        self.bill.append(("pay", no, trade.amount))
        return trade

    def give_back(self, no: str, refund_no: str, amount: int) -> bool:
        """Whether the bill allows it. The same number twice is one refund."""
        trade = self.trades[no]
        if refund_no in trade.refunds:
            return trade.refunds[refund_no] == amount
        if trade.state != "paid" or sum(trade.refunds.values()) + amount > trade.amount:
            return False
        trade.refunds[refund_no] = amount
        self.bill.append(("refund", refund_no, amount))
        return True

    @property
    def signer(self) -> Key:
        return self.stranger if self.forged_answers else self.theirs

    def answer(self, method: str, target: str, headers, body: str) -> tuple[int, dict[str, str], bytes]:
        raise NotImplementedError

    def callback(
        self, trade: Trade, *, notice="", key=None, age=timedelta(0), no="", fen=0, bill_no=""
    ) -> tuple[dict[str, str], bytes]:
        """(headers, body) with which it tells of a paid bill, or a forger does: with this number of the notice, signed
        by `key`, so long ago, about another payment, another amount in fen, or another bill of its own."""
        raise NotImplementedError

    def complaint_notice(
        self, complaint: Complained, *, notice="", key=None, age=timedelta(0)
    ) -> tuple[dict[str, str], bytes]:
        """(headers, body) with which it tells of a complaint, or a forger does."""
        raise NotImplementedError

    def settings(self, folder) -> dict[str, str]:
        """What an installation configures, with the keys written into `folder`."""
        raise NotImplementedError

    def open_page(self, url: str) -> Trade:
        """The customer opens the page that we sent them to."""
        raise NotImplementedError

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                fake.requests.append(f"{self.command} {urlsplit(self.path).path}")
                if fake.down:
                    status, headers, said = 503, {}, b""
                else:
                    status, headers, said = fake.answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *args) -> None:
                pass

        return Handler
