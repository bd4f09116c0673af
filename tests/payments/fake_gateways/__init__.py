"""Providers that speak WeChat Pay's and Alipay's protocols with real keys, honestly and otherwise."""

from tests.payments.fake_gateways.alipay import FakeAlipay
from tests.payments.fake_gateways.provider import Key
from tests.payments.fake_gateways.wechat import APPID, FakeWeChat

# By the names of the gateways that they stand in for.
FAKES = {fake.name: fake for fake in (FakeWeChat, FakeAlipay)}

__all__ = ["APPID", "FAKES", "FakeAlipay", "FakeWeChat", "Key"]
