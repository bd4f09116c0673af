"""Alipay, WeChat Pay and an SMS provider that speak the real protocols, in a process of their own.

    python -m benchmarks.chaos.stand_ins FOLDER SITE PORT

writes FOLDER/outside.json (the settings under which the site finds them) and serves, at PORT, what happens outside of
the site: `/pay` (a customer pays what a cashier's page shows) and `/state` (all that they know). Who has been paid tells
the site as gateways do: twice at once, late now and then, and again until it says thank you; afterwards once more.
"""

import json
import random
import secrets
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.accounts.fake_sms import FakeAliyun
from tests.payments.fake_gateways import FakeAlipay, FakeWeChat, Key

TRIES, PAUSE = 90, 2.0
PAYEES = 40


def payee(n: int) -> tuple[str, str]:
    """(Account, holder) of a person known to Alipay."""
    return f"1381234{n:04d}", f"赵强{'甲乙丙丁戊己庚辛壬癸'[n % 10]}"


class Outside:
    """What the gateways and the SMS provider know, and what they tell the site."""

    def __init__(self, folder: Path, site: str) -> None:
        keys = Key(), Key(), Key()
        self.alipay, self.wechat, self.sms = FakeAlipay(*keys), FakeWeChat(*keys), FakeAliyun()
        self.alipay.people |= dict(payee(n) for n in range(PAYEES))
        self.site, self.rng = site, random.Random(13)
        self.lock, self.callbacks = threading.Lock(), []
        settings = self.alipay.settings(folder) | self.alipay.certificates(folder)
        settings |= self.wechat.settings(folder) | self.sms.settings
        settings |= {
            f"SMS_TEMPLATE_{name}": f"SMS_{name}" for name in ("CODE", "UNKNOWN_ACCOUNT", "ACCOUNT_EXISTS")
        }
        settings |= {"SMS_PROVIDER": "aliyun", "SMS_TEMPLATE_NOTICE": "SMS_NOTICE"}
        (folder / "outside.tmp").write_text(json.dumps(settings))
        (folder / "outside.tmp").rename(folder / "outside.json")

    def pay(self, gateway: str, no: str, url: str) -> dict:
        """The customer pays; once, however often they press."""
        fake = {"alipay": self.alipay, "wechatpay": self.wechat}[gateway]
        with self.lock:
            if gateway == "alipay":
                fake.open_page(url)
            if no not in fake.trades:
                return {"paid": False}
            if fake.trades[no].state == "open":
                trade = fake.pay(no)
                late = self.rng.choice([0, 0, 0.5, 6])
                threading.Thread(target=self._tell, args=(fake, trade, late), daemon=True).start()
        return {"paid": fake.trades[no].state == "paid"}

    def _tell(self, fake, trade, late: float) -> None:
        told = {"gateway": fake.name, "no": trade.no, "thanked": False, "answers": []}
        self.callbacks.append(told)
        notice = f"EV{secrets.token_hex(15)}"
        time.sleep(late)
        for _ in range(TRIES):
            both = [threading.Thread(target=self._post, args=(fake, trade, notice, told)) for _ in range(2)]
            for one in both:
                one.start()
            for one in both:
                one.join()
            if told["thanked"]:
                break
            time.sleep(PAUSE)
        time.sleep(3)
        self._post(fake, trade, notice, told)

    def _post(self, fake, trade, notice: str, told: dict) -> None:
        headers, body = fake.callback(trade, notice=notice)
        path = f"/pay/callback/{fake.name}/"
        request = urllib.request.Request(
            self.site + path, body, headers | {"Content-Type": fake.writes, "User-Agent": fake.name}
        )
        began, status, retry = time.time(), 0, ""
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status = answer.status
                told["thanked"] |= status in (200, 204)
        except urllib.error.HTTPError as error:
            status, retry = error.code, error.headers.get("Retry-After", "")
        except OSError:
            pass
        told["answers"].append([path, began, time.time(), status, retry])

    def state(self) -> dict:
        trades = {
            fake.name: {t.no: {"amount": t.amount, "state": t.state, "refunds": t.refunds} for t in fake.trades.values()}
            for fake in (self.alipay, self.wechat)
        }  # fmt: skip
        return {
            "trades": trades,
            "transfers": self.alipay.transfers,
            "sms": self.sms.taken,
            "callbacks": self.callbacks,
            "refused": [*self.alipay.refused, *self.wechat.refused],
        }


class Handler(BaseHTTPRequestHandler):
    outside: Outside

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        self._say(self.outside.pay(**asked) if self.path == "/pay" else self.outside.state())

    def _say(self, what: dict) -> None:
        said = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args) -> None:
        pass


def ask(port: int, what: str, **params) -> dict:
    """The client's side."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{what}", json.dumps(params).encode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


if __name__ == "__main__":
    Handler.outside = Outside(Path(sys.argv[1]), sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Handler).serve_forever()
