"""What every gateway can do. All of it is outside the database: none may be called inside a transaction."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from django.core.checks import Error
from django.http import HttpRequest
from django.utils.functional import Promise

from payments.gateways.complaints import ComplaintDesk
from payments.models import Payment, Refund, Withdrawal

Text = str | Promise


class GatewayError(Exception):
    """The gateway did not answer, or said no. The text is for operators."""


class TransferRefused(GatewayError):
    """The gateway said for good that it does not pay this out: the money is still here."""


class BadCallback(Exception):
    """A callback that cannot be trusted: wrong signature, stale, or not readable."""


class ToldBefore(BadCallback):
    """A callback that was told before. `taken` says whether it was believed then."""

    def __init__(self, taken: bool) -> None:
        super().__init__("told before")
        self.taken = taken


class BadBill(Exception):
    """A day's bill that is not one, or not whole. The text is for operators."""


class BillStatus(StrEnum):
    UNKNOWN = "unknown"  # the gateway has never heard of it
    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True)
class Bill:
    """What a gateway says about a payment. `no` is its own number, `amount` is in fen."""

    status: BillStatus
    amount: int = 0
    no: str = ""


@dataclass(frozen=True)
class Callback:
    """A callback whose signature and time are right. `nonce` names it for ever."""

    nonce: str
    payment_no: str
    gateway_no: str
    amount: int


@dataclass(frozen=True)
class Transferred:
    """What became of a withdrawal at its gateway: `no` is the gateway's own number, once the money has arrived. Until
    then it is on its way; `confirm`, where there is one, is what the person's own app wants to take it."""

    no: str = ""
    confirm: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a day's bill: `kind` is PAY or REFUND, `no` our number of it, `fen` above zero."""

    PAY: ClassVar[str] = "pay"
    REFUND: ClassVar[str] = "refund"
    KINDS: ClassVar[tuple[str, str]] = (PAY, REFUND)

    kind: str
    no: str
    fen: int


class Device(StrEnum):
    DESKTOP = "desktop"
    PHONE = "phone"
    WECHAT = "wechat"  # the browser inside the WeChat app
    WECOM = "wecom"  # the one inside WeCom (企业微信) on a phone
    ALIPAY = "alipay-app"  # the one inside the Alipay app


@dataclass(frozen=True)
class Customer:
    """What a gateway may want to know of whoever stands before it. `openid` is the person's name at WeChat."""

    device: Device = Device.DESKTOP
    ip: str = "127.0.0.1"
    openid: str = ""


# The session's note of who the person is at WeChat.
OPENID = "wechat_openid"


@dataclass(frozen=True)
class AccountNumber:
    """What a number of an account looks like (a regular expression), and what is said when one does not."""

    pattern: str
    complaint: Text


class Gateway(ABC):
    """A way to pay. `name` is its folder and its value of `Payment.Gateway`; `title` and `hint` are what customers read
    where they choose."""

    name: str
    title: Text
    hint: Text = ""
    # Whether one pays at somebody else's cashier: all do but the wallet.
    is_outside = True
    # Where its cashier does not open: it is not offered there (`payments.browsers`).
    closed_on: frozenset[Device] = frozenset()
    # Whether real money moves. One that moves none is offered only where nothing real is configured.
    is_real = True
    # What the numbers of accounts look like to which it pays out, if it is a channel of withdrawals.
    account_number: AccountNumber | None = None
    # Whether it pays out to the name by which the provider knows the person, and not to the number of an account.
    pays_by_openid = False
    # Whether it has pages of its own: then the folder has `urls.py`.
    has_pages = False
    # What the gateway wants to hear when its callback was taken, or was not: (status, content type, body).
    thanks: tuple[int, str, str] = (200, "application/json", '{"ok": true}')
    # Whether it repeats a callback unchanged until it is thanked: then one told before is thanked for again.
    repeats = False
    # Whether it writes a bill for each day: then it is compared with our books.
    bills = True

    @property
    def complaints(self) -> ComplaintDesk | None:
        """What it has for complaints of its customers; None where it has nothing."""
        return None

    @property
    def configured(self) -> bool:
        """Whether people may be asked to pay this way. Refunds and questions work without."""
        return True

    def problems(self) -> list[Error]:
        """What `manage.py check` says of settings that are all there."""
        return []

    def transfer_problems(self) -> list[Error]:
        """What it says of those for paying out."""
        return []

    def detour(self, request: HttpRequest, payment: Payment, customer: Customer) -> str:
        """Where the customer's browser has to go before `create`; empty for nowhere."""
        return ""

    @abstractmethod
    def create(self, payment: Payment, customer: Customer | None = None) -> str:
        """Ask the gateway to collect a payment; idempotent. Returns the URL where the customer pays."""

    @abstractmethod
    def query(self, payment: Payment) -> Bill:
        """What became of it."""

    @abstractmethod
    def close(self, payment: Payment) -> Bill:
        """End it so that it can no longer be paid; answers `PAID` when that came too late."""

    @abstractmethod
    def refund(self, refund: Refund) -> bool:
        """Send money back; the refund's number makes twice once. True when it has arrived, False when not yet."""

    @abstractmethod
    def query_refund(self, refund: Refund) -> bool:
        """Whether that refund has arrived."""

    @abstractmethod
    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback | None:
        """Read what the gateway says, after checking that it is the gateway who says it, and just now. The caller
        refuses a nonce that was seen before. None when it is true but tells of no payment. Nothing outside is
        called from here, so that nobody can make us call. Raises BadCallback."""

    @abstractmethod
    def download_bill(self, day: date) -> bytes:
        """What it paid out and took in on that day (of China), as the file that finance could also fetch by hand."""

    @abstractmethod
    def read_bill(self, file: bytes) -> list[Line]:
        """The lines of such a file. BadBill when it is none, or not whole."""

    # -- Paying out. Only gateways that can; for the others a person pays and writes down the number. --

    def can_transfer(self, withdrawal: Withdrawal) -> bool:
        """Whether this gateway can pay that account out by itself."""
        return False

    def transfer(self, withdrawal: Withdrawal) -> Transferred:
        """Pay out; the withdrawal's number makes twice once. TransferRefused when it certainly will not be paid."""
        raise NotImplementedError

    def query_transfer(self, withdrawal: Withdrawal) -> Transferred | None:
        """As `transfer`, for one that may have been sent before; None when the gateway has never heard of it."""
        raise NotImplementedError
