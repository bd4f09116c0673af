"""Ways to pay, one file each. `get("sandbox")` is the one to talk to."""

from payments.gateways.alipay import AlipayGateway
from payments.gateways.base import (
    BadBill,
    BadCallback,
    Bill,
    BillStatus,
    Callback,
    Customer,
    Device,
    Gateway,
    GatewayError,
    Line,
    ToldBefore,
    Transferred,
    TransferRefused,
)
from payments.gateways.sandbox import SandboxGateway
from payments.gateways.wallet import WalletGateway
from payments.gateways.wechatpay import WeChatPayGateway
from payments.models import Payment, Withdrawal

__all__ = [
    "BadBill",
    "BadCallback",
    "Bill",
    "BillStatus",
    "Callback",
    "Customer",
    "Device",
    "Gateway",
    "GatewayError",
    "Line",
    "ToldBefore",
    "TransferRefused",
    "Transferred",
    "billing",
    "cashiers",
    "choices",
    "get",
    "offered",
    "transferring",
]

_GATEWAYS: dict[str, Gateway] = {
    gateway.name: gateway
    for gateway in (WalletGateway(), WeChatPayGateway(), AlipayGateway(), SandboxGateway())
}
_REAL = (Payment.Gateway.WECHATPAY, Payment.Gateway.ALIPAY)


def get(name: str) -> Gateway:
    """The gateway of that name. KeyError for one that there is not."""
    return _GATEWAYS[name]


def offered() -> list[str]:
    """The names of the ways in which people may pay now, the best first. The sandbox only where nothing real is
    configured: beside real money it would be a way to pay nothing."""
    names = [name for name, gateway in _GATEWAYS.items() if gateway.configured]
    real = any(name in names for name in _REAL)
    return [name for name in names if not (real and name == Payment.Gateway.SANDBOX)]


def cashiers() -> list[str]:
    """Of these the ones outside: all but the wallet. Never empty."""
    return [name for name in offered() if name != Payment.Gateway.WALLET]


def billing() -> list[str]:
    """The names of those that write a bill for each day. One that is no longer offered may still have one."""
    return [name for name, gateway in _GATEWAYS.items() if gateway.bills and gateway.configured]


def choices() -> list[tuple[str, str]]:
    """For a form's field."""
    return [(name, Payment.Gateway(name).label) for name in offered()]


def transferring(withdrawal: Withdrawal) -> Gateway | None:
    """The gateway that pays this withdrawal out by itself; None where a person has to."""
    gateway = _GATEWAYS.get(withdrawal.channel)
    return gateway if gateway and gateway.configured and gateway.can_transfer(withdrawal) else None
