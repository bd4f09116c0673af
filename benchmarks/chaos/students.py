"""Students: they order, pay by wallet or at a gateway, write to their courier, complain, and confirm."""

import re

from benchmarks.chaos import stand_ins
from benchmarks.chaos.browser import Answer, GaveUp, shrugging
from benchmarks.chaos.world import Person
from core.ids import new_no

OPEN_AT_ONCE = 3  # orders of one student under way
KINDS = ("parcel", "purchase", "document", "custom")


class Student(Person):
    """One student; `mine` are the numbers of their live orders as far as they know."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.mine: list[str] = []
        self.unpaid: dict[str, str] = {}  # numbers of payments begun, with the page of the cashier

    def act(self) -> None:
        todo = [self.look, self.look]
        if self.unpaid:
            todo = [self.pay_at_last]
        elif not self.world.stop.is_set():
            todo += [self.order] * 4 if len(self.mine) < OPEN_AT_ONCE else []
            todo += [self.write_to_courier] * 2 + [self.ask_support, self.top_up]
        with shrugging():
            self.rng.choice(todo)()

    # -- Ordering and paying -----------------------------------------------------------------------------------

    def order(self) -> None:
        kind, places = self.rng.choice(KINDS), self.world.places
        gateway = self.rng.choice(["wallet", "wallet", "wallet", "alipay", "wechatpay"])
        given = {
            "dropoff": places.dorm_north.pk, "dropoff_detail": "302", "gateway": gateway, "window": "asap",
            "gender_wanted": "any", "note": f"{self.user.username} {self.rng.random():.6f}",
            "quote_token": "", "expected_fen": "", "key": new_no(),
        }  # fmt: skip
        given |= {
            "parcel": {"pickup": places.parcel_station.pk, "pickup_codes": "12-3-4567", "size": "S", "weight_kg": 1},
            "purchase": {
                "pickup": places.canteen.pk, "shopping_list": "豆浆", "budget": "8", "when_missing": "skip", "weight_kg": 1,
            },
            "document": {"pickup": places.print_shop.pk, "what": "作业"},
            "custom": {"pickup": places.gate.pk, "what": "占座", "pricing": "offer", "fee_offer": "6"},
        }[kind]  # fmt: skip
        files = {"photos": self.photo()} if self.rng.random() < 0.3 else None
        try:
            answer = self.browser.submit(f"/new/{kind}/", given, action=f"/new/{kind}/", files=files)
        except GaveUp:
            self.record.unsure.add(given["key"])
            raise
        self.record.count("orders", answer.status == 302)
        if answer.status != 302:
            self.problems.append(f"order refused: {answer.status} {complaint(answer)}")
            return
        self.record.orders[given["key"]] = len(files or ())
        if files:
            self.record.count("photos")
        if found := re.match(r"/o/(\w+)/", answer.location):
            self.mine.append(found[1])
        elif found := re.match(r"/cashier/(\w+)/", answer.location):
            self.unpaid[found[1]] = gateway
            self.pay_at_last()

    def pay_at_last(self) -> None:
        """To the cashier of the gateway and back."""
        no, gateway = next(iter(self.unpaid.items()))
        answer = self.browser.insist("GET", f"/cashier/{no}/")
        if "gateway.do" in answer.location or f"/cashier/{no}/wechat/" in answer.location:
            if not stand_ins.ask(self.world.outside, "pay", gateway=gateway, no=no, url=answer.location)[
                "paid"
            ]:
                return
            self.record.payments.add(no)
            self.record.count("payments")
        elif "/pay/" in answer.location:
            return  # the gateway could not be asked just now
        del self.unpaid[no]
        back = self.browser.insist("GET", f"/cashier/{no}/back/")
        if found := re.match(r"/o/(\w+)/", back.location):
            self.mine.append(found[1])

    def top_up(self) -> None:
        answer = self.browser.submit("/wallet/", {"amount": str(self.rng.choice([20, 50]))}, action="")
        self.record.count("top_ups", answer.status == 302)
        if found := re.match(r"/cashier/(\w+)/", answer.location):
            self.unpaid[found[1]] = "wechatpay"  # the first of the cashiers
            self.pay_at_last()

    # -- While it is carried, and after ------------------------------------------------------------------------

    def look(self) -> None:
        """At the newest orders: what is delivered is confirmed or complained about."""
        page = self.browser.get("/orders/?tab=all")
        self.mine = list(dict.fromkeys(re.findall(r'href="/o/(\w+)/"', page.text)))[:6]
        for no in self.mine:
            detail = self.browser.get(f"/o/{no}/")
            if f"/o/{no}/confirm/" not in detail.text:
                continue
            if self.rng.random() < 0.2 and not self.world.stop.is_set():
                self.complain(no)
            else:
                answer = self.browser.submit(f"/o/{no}/", {}, action=f"/o/{no}/confirm/")
                self.record.count("confirmations", answer.status == 302)
        self.mine = [no for no in self.mine if f"/o/{no}/" in self.browser.get("/orders/").text]

    def complain(self, no: str) -> None:
        page = self.browser.get(f"/o/{no}/issue/")
        types = next((form.choices["type"] for form in page.forms if "type" in form.choices), [])
        if not types:
            return
        given = {"type": self.rng.choice(types), "description": "盒子压坏了", "requested_remedy": ""}
        answer = self.browser.submit(
            f"/o/{no}/issue/",
            given,
            action="/issue/" if "/issue/" in page.text else "",
            files={"photos": self.photo()},
        )
        self.record.count("reports", answer.status == 302)
        if found := re.match(r"/tickets/(\w+)/", answer.location):
            self.record.reports[found[1]] = 1

    def write_to_courier(self) -> None:
        if self.mine:
            say(self, f"order-{self.rng.choice(self.mine)}", "到哪里了？")

    def ask_support(self) -> None:
        say(self, "support", "退款什么时候到账？")


def say(person: Person, key: str, text: str) -> None:
    """One line of a chat as the page's script sends it, now and then with a photo."""
    browser, client = person.browser, new_no(length=20)
    if not browser.token():
        browser.get("/inbox/")
    files = {"photo": person.photo()} if person.rng.random() < 0.25 else None
    answer: Answer = browser.insist(
        "POST", f"/chat/{key}/say/", data={"client": client, "text": "" if files else text}, files=files,
        headers={"X-CSRFToken": browser.token(), "Accept": "application/json"},
    )  # fmt: skip
    person.record.count("chat_lines", answer.status == 200)
    if answer.status == 200:
        person.record.lines[client] = (person.user.pk, bool(files))
        if files:
            person.record.count("photos")


def complaint(answer: Answer) -> str:
    """What a page says is wrong."""
    found = re.findall(r'class="[^"]*(?:error|alert)[^"]*"[^>]*>\s*([^<]+)', answer.text)
    return " ".join(" ".join(found).split())[:120]
