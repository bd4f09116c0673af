"""In whose app a customer's page is open, and which ways to pay work there.

WeChat keeps Alipay's pages out, and Alipay's app opens no WeChat. Each gateway says where it does not work
(`Gateway.closed_on`); what browser it is, and how one gets to the others, is told here.
"""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid, WrongState
from core.http import client_address
from payments import gateways
from payments.gateways.base import OPENID, Customer, Device

_APPS = {
    Device.WECHAT: gettext_lazy("WeChat"),
    Device.WECOM: gettext_lazy("WeCom"),
    Device.ALIPAY: gettext_lazy("Alipay"),
}


def find_device(agent: str) -> Device:
    """What a browser is by its User-Agent. WeCom names WeChat too, and is asked first."""
    said = agent.lower()
    on_phone = any(sign in said for sign in ("mobile", "android", "iphone"))
    if "wxwork" in said:  # on the desk it shows WeChat's code to scan like any other browser
        return Device.WECOM if on_phone else Device.DESKTOP
    if "micromessenger" in said:
        return Device.WECHAT
    if "alipayclient" in said:
        return Device.ALIPAY
    return Device.PHONE if on_phone else Device.DESKTOP


def device_of(request: HttpRequest) -> Device:
    return find_device(request.headers.get("User-Agent", ""))


def customer_of(request: HttpRequest) -> Customer:
    """What a gateway may want to know of whoever sends this request."""
    return Customer(device_of(request), client_address(request), request.session.get(OPENID, ""))


def cashiers(request: HttpRequest) -> list[str]:
    """The names of the cashiers that are offered and open in this browser, the best first."""
    return [name for name in gateways.cashiers() if works(request, name)]


def first_cashier(request: HttpRequest) -> str:
    """The cashier that people are sent to when they have not chosen one. WrongState where none opens."""
    if not (names := cashiers(request)):
        raise WrongState(hint(request) or _("Nothing can be paid on this site yet."))
    return names[0]


def works(request: HttpRequest, name: str) -> bool:
    return device_of(request) not in gateways.get(name).closed_on


def check(request: HttpRequest, name: str) -> None:
    """Raise Invalid for a way to pay that does not work in this browser, with what to do about it."""
    if name in gateways.NAMES and not works(request, name):
        raise Invalid(_hint(request, [name]), code="other_app")


def hint(request: HttpRequest) -> str:
    """How to pay by what is offered but does not work in this browser; "" where all of it does."""
    closed = [name for name in gateways.cashiers() if not works(request, name)]
    return _hint(request, closed) if closed else ""


def _hint(request: HttpRequest, closed: list[str]) -> str:
    words = {
        "ways": " / ".join(str(gateways.get(name).title) for name in closed),
        "app": _APPS[device_of(request)],
    }
    if device_of(request) == Device.ALIPAY:  # not in every version does its menu lead to the browser
        return (
            _(
                "%(ways)s does not work inside %(app)s. To pay with it, copy the link (··· at the top right) and open it in "
                "your phone's browser."
            )
            % words
        )
    return (
        _(
            "%(ways)s does not work inside %(app)s. To pay with it, tap ··· at the top right and choose “Open in browser”."
        )
        % words
    )
