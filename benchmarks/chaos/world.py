"""The campus of a run, its people, and what the site has acknowledged to them."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO

from benchmarks.chaos.browser import PASSWORD, Browser, Diary
from benchmarks.chaos.stand_ins import payee

STUDENTS, COURIERS = 8, 5
SUPPORT, SUPERVISOR, FINANCE = "support", "supervisor", "finance"


@dataclass
class Record:
    """What people were told is done. Kept apart from the site, to be compared with what it knows in the end."""

    orders: dict[str, int] = field(default_factory=dict)  # photos by the order's idempotency key
    unsure: set[str] = field(default_factory=set)  # keys whose people gave up before an answer
    lines: dict[str, tuple[int, bool]] = field(default_factory=dict)  # client key: (author, with a photo)
    withdrawals: set[str] = field(default_factory=set)  # keys as the database has them
    approvals: set[int] = field(default_factory=set)
    reports: dict[str, int] = field(default_factory=dict)  # photos by the ticket's number
    deliveries: dict[str, bool] = field(default_factory=dict)  # leg's number: by photo
    payments: set[str] = field(default_factory=set)  # numbers of payments that were paid at a gateway
    done: Counter = field(default_factory=Counter)  # what was done, by kind of load
    refused: Counter = field(default_factory=Counter)  # answers with a reason, by kind of load
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str, accepted: bool = True) -> None:
        with self.lock:
            (self.done if accepted else self.refused)[what] += 1


@dataclass
class World:
    """Shared by everybody in a run."""

    site: str
    outside: int  # port of the stand-ins' own world
    campus: object
    places: object
    record: Record
    diary: Diary
    stop: threading.Event = field(default_factory=threading.Event)  # nothing new is begun
    over: threading.Event = field(default_factory=threading.Event)  # everybody goes home


class Person(threading.Thread):
    """Somebody with a browser who does things until the day is over."""

    pause = (0.4, 1.6)

    def __init__(self, world: World, user, seed: int, secret: str = "") -> None:
        super().__init__(daemon=True, name=user.username)
        self.world, self.record, self.user = world, world.record, user
        self.rng = random.Random(seed)
        self.browser = Browser(world.site, user.phone, world.diary, self.rng, secret)
        self.problems: list[str] = []

    def run(self) -> None:
        time.sleep(self.rng.uniform(0, 4))
        while not self.world.over.is_set():
            try:
                self.act()
            except Exception as error:
                self.problems.append(f"{type(error).__name__}: {error}"[:200])
            self.world.over.wait(self.rng.uniform(*self.pause))

    def act(self) -> None:
        raise NotImplementedError

    def photo(self) -> tuple:
        """A small photo, none like another."""
        from PIL import Image, ImageDraw

        image, data = Image.new("RGB", (320, 240), "white"), BytesIO()
        ImageDraw.Draw(image).text((20, 100), f"{self.user.username} {self.rng.random()}", fill="black")
        image.save(data, "JPEG", quality=70)
        return ("photo.jpg", data, "image/jpeg")


def make_world(site: str, outside: int, seed: int) -> tuple[World, list[Person]]:
    """Everybody, with rooms, money and roles. Django is set up."""
    from allauth.mfa.totp.internal import auth as totp

    from benchmarks.chaos.couriers import CourierAtWork
    from benchmarks.chaos.staff import FinanceAtWork, SupportAtWork
    from benchmarks.chaos.students import Student
    from couriers.models import Courier
    from exceptions.library.loading import load_library
    from orders.models import PriceRule, StagePolicy
    from payments.services import account, transfer
    from tests import factories

    load_library()
    campus = factories.make_campus("chaos")
    PriceRule.objects.filter(campus=campus).update(promise_minutes=2)
    StagePolicy.objects.filter(campus=campus).update(minutes=2)
    world = World(site, outside, campus, factories.places_of(campus), Record(), Diary())
    people: list[Person] = []

    def person(name: str, **fields):
        return factories.UserFactory(
            username=name, name=name, campus=campus, password=PASSWORD, language="zh-hans",
            phone=f"1391{len(people):07d}", **fields,
        )  # fmt: skip

    def give(key: str, reason: str, receiver, fen: int) -> None:
        outside = account("gateway", gateway="sandbox")
        transfer(key=key, reason=reason, moves=[(outside, -fen), (receiver, fen)])

    for n in range(STUDENTS):
        user = person(f"student{n}")
        factories.AddressFactory(user=user, place=world.places.dorm_north, detail="302", is_default=True)
        give(f"pocket:{n}", "topup", account("wallet", user=user), 50_000_00)
        people.append(Student(world, user, seed * 100 + n))
    for n in range(COURIERS):
        user = person(f"courier{n}", gender="male")
        courier = factories.CourierFactory(
            user=user, campus=campus, status=Courier.Status.ACTIVE, capacity=3, on_duty=False
        )
        give(f"earned:{n}", "earnings_released", account("courier_withdrawable", user=user), 10_000)
        people.append(CourierAtWork(world, courier, seed * 100 + 50 + n, payee(n)))
    for n, (role, portal) in enumerate(
        [(SUPPORT, SupportAtWork), (SUPERVISOR, SupportAtWork), (FINANCE, FinanceAtWork)]
    ):
        user, secret = person(role, is_staff=True), totp.generate_totp_secret()
        factories.StaffRoleFactory(user=user, campus=campus, role=role)
        totp.TOTP.activate(user, secret)
        people.append(portal(world, user, seed * 100 + 90 + n, secret))
    return world, people
