"""Ways to pay, one folder each. `get(name)` is the one to talk to."""

from importlib import import_module

from django.urls import URLPattern

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
from payments.models import Payment, Withdrawal

__all__ = [
    "NAMES",
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
    "find",
    "get",
    "is_open",
    "offered",
    "real_cashiers",
    "transferring",
    "urlpatterns",
    "withdrawal_channels",
]

# One line a gateway, in the order in which they are offered: its folder, whose gateway.py has it as GATEWAY.
NAMES = (
    "wallet",
    "wechatpay",
    "alipay",
    "sandbox",
)
_GATEWAYS: dict[str, Gateway] = {
    name: import_module(f"payments.gateways.{name}.gateway").GATEWAY for name in NAMES
}


def get(name: str) -> Gateway:
    """The gateway of that name. KeyError for one that there is not."""
    return _GATEWAYS[name]


def find(channel: str) -> Gateway | None:
    """The gateway that a channel of withdrawals is; None for one by which a person always pays."""
    return _GATEWAYS.get(channel)


def real_cashiers() -> list[str]:
    """The names of the configured cashiers that take real money."""
    return [
        name
        for name, gateway in _GATEWAYS.items()
        if gateway.is_outside and gateway.is_real and gateway.configured
    ]


def offered() -> list[str]:
    """The names of the ways in which people may pay now, the best first. One that moves no real money only where nothing
    real is configured: beside real money it would be a way to pay nothing."""
    configured = [gateway for gateway in _GATEWAYS.values() if gateway.configured]
    return [gateway.name for gateway in configured if gateway.is_real or not real_cashiers()]


def is_open(name: str) -> bool:
    """Whether that gateway may tell of payments, also of what was begun before: one without real money only while it is
    offered."""
    return get(name).is_real or name in offered()


def cashiers() -> list[str]:
    """Of those that are offered the ones outside. Never empty where `manage.py check` has no complaint."""
    return [name for name in offered() if get(name).is_outside]


def billing() -> list[str]:
    """The names of those that write a bill for each day. One that is no longer offered may still have one."""
    return [name for name, gateway in _GATEWAYS.items() if gateway.bills and gateway.configured]


def choices() -> list[tuple[str, str]]:
    """For a form's field."""
    return [(name, Payment.Gateway(name).label) for name in offered()]


def withdrawal_channels() -> list[tuple[str, str]]:
    """Where to people may have money paid, for a form's field. What moves no real money is one only while it is offered."""
    return [
        (channel.value, str(channel.label))
        for channel in Withdrawal.Channel
        if channel not in _GATEWAYS or is_open(channel)
    ]


def transferring(withdrawal: Withdrawal) -> Gateway | None:
    """The gateway that pays this withdrawal out by itself; None where a person has to."""
    if withdrawal.channel not in offered():
        return None
    gateway = _GATEWAYS[withdrawal.channel]
    return gateway if gateway.can_transfer(withdrawal) else None


def urlpatterns() -> list[URLPattern]:
    """The addresses of pages that only one gateway has."""
    own = [name for name, gateway in _GATEWAYS.items() if gateway.has_pages]
    return [
        pattern for name in own for pattern in import_module(f"payments.gateways.{name}.urls").urlpatterns
    ]
