"""Providers that speak WeChat Pay's and Alipay's protocols with real keys, honestly and otherwise."""

from tests.payments.fake_gateways.alipay import FakeAlipay
from tests.payments.fake_gateways.provider import Key
from tests.payments.fake_gateways.wechat import APPID, FakeWeChat

__all__ = ["APPID", "FakeAlipay", "FakeWeChat", "Key"]
