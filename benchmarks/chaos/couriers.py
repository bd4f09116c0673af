"""Couriers: they grab, carry, hand over by code or photo, write, report, and ask for their money."""

import re

from benchmarks.chaos.browser import shrugging
from benchmarks.chaos.students import complaint, say
from benchmarks.chaos.world import Person
from core.ids import new_no

MOST_WITHDRAWALS = 5  # of a person in a day
# Pressed in this order; what the page of the job does not show is not due.
STEPS = ("arrive_at_pickup", "pick_up", "arrive_at_dropoff")


class CourierAtWork(Person):
    """One courier who takes what is in the hall, one or two jobs at a time."""

    def __init__(self, world, courier, seed: int, payee: tuple[str, str]) -> None:
        super().__init__(world, courier.user, seed)
        self.courier, self.payee = courier, payee
        self.on_duty, self.withdrawn, self.jobs, self.bought = False, 0, [], set()

    def act(self) -> None:
        with shrugging():
            if not self.on_duty:
                answer = self.browser.submit("/c/", {"on": "1"}, action="/c/duty/")
                self.on_duty = answer.accepted
            elif self.jobs:
                self.carry(self.jobs[0])
            elif not self.find_job() and not self.world.stop.is_set():
                self.withdraw()

    def find_job(self) -> bool:
        under_way = re.findall(r'href="/c/job/(\w+)/"', self.browser.get("/c/route/").text)
        self.jobs = list(dict.fromkeys(under_way))
        if self.jobs:
            return True
        page = self.browser.get("/c/")
        open_legs = list(dict.fromkeys(re.findall(r'action="/c/grab/(\w+)/"', page.text)))
        if not open_legs:
            self.on_duty = 'action="/c/grab/' in page.text or 'name="on" value="1"' not in page.text
            return False
        no = self.rng.choice(open_legs[:4])
        answer = self.browser.submit("/c/", {}, action=f"/c/grab/{no}/")
        self.record.count("grabs", answer.status == 302)
        if answer.status == 302:
            self.jobs = [no]
        return True

    def carry(self, no: str) -> None:
        """The next stage of that job, whatever it is."""
        page = self.browser.get(f"/c/job/{no}/")
        actions = {form.action for form in page.forms}
        due = next((f"/c/job/{no}/{step}/" for step in STEPS if f"/c/job/{no}/{step}/" in actions), "")
        if f"/c/job/{no}/buy/" in actions and no not in self.bought:  # afterwards it can be corrected
            files = {"receipt": self.photo()}
            answer = self.browser.submit(
                f"/c/job/{no}/", {"cost": "7.50"}, action=f"/c/job/{no}/buy/", files=files
            )
            self.record.count("receipts", answer.accepted)
            if answer.accepted:
                self.bought.add(no)
        elif due:
            answer = self.browser.submit(f"/c/job/{no}/", {}, action=due)
            self.record.count("steps", answer.accepted)
            if self.rng.random() < 0.3 and not self.world.stop.is_set():
                say(self, f"order-{self._order(no)}", "我到楼下了")
        elif f"/c/job/{no}/deliver/" in actions:
            self.hand_over(no)
        else:
            self.jobs.remove(no)

    def hand_over(self, no: str) -> None:
        by_photo = self.rng.random() < 0.3
        given = {"code": "" if by_photo else self._code(no)}
        files = {"photo": self.photo()} if by_photo else None
        answer = self.browser.submit(f"/c/job/{no}/", given, action=f"/c/job/{no}/deliver/", files=files)
        self.record.count("deliveries", answer.accepted)
        if answer.accepted:
            self.record.deliveries[no] = by_photo
            self.jobs.remove(no)
        elif answer.status == 422:
            self.problems.append(f"not delivered: {complaint(answer)}")
        if answer.accepted and not self.world.stop.is_set():
            if self.rng.random() < 0.1:
                self.report(no)
            if self.rng.random() < 0.3:
                self.withdraw()

    def report(self, no: str) -> None:
        page = self.browser.get(f"/c/stop/{no}/issue/")
        types = next((form.choices["type"] for form in page.forms if "type" in form.choices), [])
        if types:
            given = {"type": self.rng.choice(types), "description": "门禁进不去"}
            answer = self.browser.submit(f"/c/stop/{no}/issue/", given, files={"photos": self.photo()})
            self.record.count("reports", answer.status == 302)
            if found := re.match(r"/tickets/(\w+)/", answer.location):
                self.record.reports[found[1]] = 1

    def withdraw(self) -> None:
        if self.withdrawn >= MOST_WITHDRAWALS:
            return
        account, holder = self.payee
        page = self.browser.get("/withdraw/courier/")
        form = next((form for form in page.forms if "to" in form.choices), None)
        if form is None:
            return
        known = form.choices["to"][0]
        given = {"amount": str(self.rng.randint(2, 9)), "to": known, "key": new_no()}
        if known == "new":
            given |= {"channel": "alipay", "account_no": account, "holder": holder}
        answer = self.browser.submit("/withdraw/courier/", given)
        self.record.count("withdrawals", answer.status == 302)
        self.withdrawn += 1
        if answer.status == 302:
            self.record.withdrawals.add(f"{self.user.pk}:{answer.key}")
        else:
            self.problems.append(f"no withdrawal: {complaint(answer)}")

    def _order(self, leg: str) -> str:
        return ask_database(lambda leg_of: leg_of(no=leg).order.no)

    def _code(self, leg: str) -> str:
        """The customer says it at the door."""
        return ask_database(lambda leg_of: leg_of(no=leg).order.receiving_code)


def ask_database(question):
    """What people tell each other, past the site: asked again while PostgreSQL is away."""
    import time

    from django.db import InterfaceError, OperationalError, connection

    from delivery.models import Leg

    for _ in range(120):
        try:
            return question(Leg.objects.select_related("order").get)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.5)
    raise RuntimeError("PostgreSQL does not come back")
