"""Ways to pay, one file each. `get("sandbox")` is the one to talk to."""

from django.utils.translation import gettext as _

from core.errors import WrongState
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
    "first_cashier",
    "get",
    "offered",
    "real_cashiers",
    "sandbox_is_open",
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


def real_cashiers() -> list[str]:
    """The names of the configured cashiers that take real money."""
    return [name for name in _REAL if _GATEWAYS[name].configured]


def offered() -> list[str]:
    """The names of the ways in which people may pay now, the best first. The sandbox only where nothing real is
    configured: beside real money it would be a way to pay nothing."""
    names = [name for name, gateway in _GATEWAYS.items() if gateway.configured]
    return [name for name in names if not (name == Payment.Gateway.SANDBOX and real_cashiers())]


def sandbox_is_open() -> bool:
    """Whether anybody may pay at the sandbox cashier now, also what was begun there before."""
    return Payment.Gateway.SANDBOX in offered()


def cashiers() -> list[str]:
    """Of these the ones outside: all but the wallet. Never empty where `manage.py check` has no complaint."""
    return [name for name in offered() if name != Payment.Gateway.WALLET]


def first_cashier() -> str:
    """The cashier that people are sent to when they have not chosen one."""
    if not (names := cashiers()):
        raise WrongState(_("Nothing can be paid on this site yet."))
    return names[0]


def billing() -> list[str]:
    """The names of those that write a bill for each day. One that is no longer offered may still have one."""
    return [name for name, gateway in _GATEWAYS.items() if gateway.bills and gateway.configured]


def choices() -> list[tuple[str, str]]:
    """For a form's field."""
    return [(name, Payment.Gateway(name).label) for name in offered()]


def transferring(withdrawal: Withdrawal) -> Gateway | None:
    """The gateway that pays this withdrawal out by itself; None where a person has to."""
    if withdrawal.channel not in offered():
        return None
    gateway = _GATEWAYS[withdrawal.channel]
    return gateway if gateway.can_transfer(withdrawal) else None
