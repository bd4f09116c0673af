"""Aliyun's number privacy, as a local server."""

from urllib.parse import parse_qsl, urlsplit

from tests.accounts.fake_sms import FakeAliyun

CALLBACK = "a-secret-that-nobody-guesses"


class Dyplsapi(FakeAliyun):
    """`taken`: the requests as they came; `bound`: {SubsId: request}."""

    actions = {"BindAxb", "UpdateSubscription", "UnbindSubscription"}

    def __init__(self):
        super().__init__()
        self.bound = {}

    def answer(self, path, headers, body):
        if wrong := self._wrong(path, headers, body):
            return 400, {"Code": wrong}
        asked = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
        if asked["PoolKey"] != "FC1":
            return 200, {"Code": "isv.POOL_KEY_NOT_EXIST"}
        self.take(asked)
        return 200, {"Code": self.fails} if self.fails else getattr(self, headers["x-acs-action"])(asked)

    def BindAxb(self, asked):
        ref = str(1_000_000_000_000 + len(self.bound))
        self.bound[ref] = asked
        return {"Code": "OK", "SecretBindDTO": {"SecretNo": f"1700000{len(self.bound):04d}", "SubsId": ref}}

    def UpdateSubscription(self, asked):
        assert asked["OperateType"] == "updateExpire"
        return {"Code": "OK" if asked["SubsId"] in self.bound else "isv.SUBSCRIPTION_NOT_EXIST"}

    def UnbindSubscription(self, asked):
        return {"Code": "OK" if self.bound.pop(asked["SubsId"], None) else "isv.SUBSCRIPTION_NOT_EXIST"}
