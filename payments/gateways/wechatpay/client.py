"""A client of the library `wechatpayv3`, with what it leaves open closed.

It fetches certificates when it meets a serial that it does not know: a stranger could make us call out. Here WeChat
Pay's public key is configured, no other serial is known, and the library's way to fetch certificates is closed.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from payments.gateways import config
from payments.gateways.base import GatewayError

# WeChat Pay's library is loaded where it is called: every process imports this module, and few ask WeChat for anything.
if TYPE_CHECKING:
    from wechatpayv3 import WeChatPay

# What the library wants to be told, in the order in which `make_client` takes it.
SETTINGS = ("MCHID", "APPID", "SERIAL", "APIV3_KEY", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY", "URL")


@lru_cache(maxsize=2)
def make_client(
    mchid: str,
    appid: str,
    serial: str,
    apiv3_key: str,
    private_key: str,
    public_key_id: str,
    public_key: str,
    url: str,
) -> "WeChatPay":
    """Made once for the same settings. GatewayError for keys that cannot be used."""
    from wechatpayv3 import WeChatPay, WeChatPayType

    try:
        client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=mchid,
            appid=appid,
            cert_serial_no=serial,
            apiv3_key=apiv3_key,
            private_key=config.pem(private_key),
            public_key_id=public_key_id,
            public_key=config.pem(public_key),
            timeout=config.TIMEOUT,
        )
    except GatewayError:
        raise
    except Exception as error:  # the library raises nothing narrower
        raise GatewayError(f"WeChat Pay's keys are not usable: {error}") from error
    client._core._gate_way = url.rstrip("/")
    client._core._update_certificates = lambda: None  # a serial that we do not know is refused, not looked up
    return client
