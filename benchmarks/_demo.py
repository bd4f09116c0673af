"""The demo, started from nothing in a folder of its own, with one order of the student's on its way to her."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from benchmarks._processes import ROOT, free_port, running

STUDENT, COURIER = "13800000001", "13800000002"

_FILL = f"""
import json, django; django.setup()
from datetime import timedelta
from django.test import Client
from accounts.models import User
from campus.models import Place
from couriers import services as couriers
from delivery import services as delivery
from dispatch import services as dispatch
from orders import services as orders
from orders.requests import ErrandRequest
from payments.models import Payment
from simulation.demo import load_demo

campus = load_demo(history=timedelta(hours=3), say=lambda text: None)
student, courier = (User.objects.get(phone=phone) for phone in ("{STUDENT}", "{COURIER}"))
home = student.addresses.get(is_default=True)
station = Place.objects.filter(campus=campus, kind=Place.Kind.PARCEL_STATION).order_by("code").first()

def place():
    errand = ErrandRequest(
        campus=campus, kind="parcel", pickup=station, dropoff=home.place, dropoff_detail=home.detail,
        contact_name=student.name, contact_phone=student.phone, pickup_codes="6-6-6666", size="S", weight_kg=1,
    )
    return orders.place_order(actor=student, request=errand, gateway=Payment.Gateway.WALLET)

couriers.set_duty(courier=courier.courier, on=True, actor=courier)
for _ in range(4):
    order = place()
leg = order.legs.get()
dispatch.grab(leg=leg, courier=courier.courier, actor=courier)
delivery.arrive_at_pickup(leg=leg, actor=courier)
delivery.pick_up(leg=leg, actor=courier)
couriers.report_position(courier=courier.courier, lat=station.lat, lon=station.lon)

def cookies(user):
    client = Client()
    client.force_login(user)
    return {{name: one.value for name, one in client.cookies.items()}}

print(json.dumps({{"order": order.no, "leg": leg.no, "cookies": {{one.phone: cookies(one) for one in (student, courier)}}}}))
"""


@dataclass(frozen=True)
class Demo:
    """`cookies` are those of who is logged in, by phone number."""

    address: str
    order: str
    leg: str
    cookies: dict[str, dict[str, str]]

    def pages(self) -> dict[str, tuple[str, str]]:
        """{name: (path, phone of who looks)} of the pages that people open all day."""
        return {
            "tracking": (f"/o/{self.order}/", STUDENT),
            "home": ("/", STUDENT),
            "order_form": ("/new/parcel/", STUDENT),
            "hall": ("/c/", COURIER),
            "wallet": ("/wallet/", STUDENT),
        }


@contextmanager
def demo() -> Iterator[Demo]:
    """Start it as script/demo does, without its virtual people, and end it with the block."""
    with tempfile.TemporaryDirectory(prefix="bench-demo-") as folder:
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        env |= {"VAR_DIR": folder, "DEMO": "1", "VIRTUAL_LIFE": "0", "PYTHONPATH": str(ROOT),
                "DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev"}  # fmt: skip
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=env, check=True
        )
        filled = subprocess.run([sys.executable, "-c", _FILL], cwd=ROOT, env=env, check=True,
                                stdout=subprocess.PIPE, text=True)  # fmt: skip
        port = free_port()
        server = [sys.executable, "-m", "campus_errand.embedded", "--port", str(port)]
        with (Path(folder) / "said").open("w") as said, running([server], env, stdout=said, stderr=said):
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield Demo(address, **json.loads(filled.stdout.splitlines()[-1]))


def _wait(address: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(URLError, OSError):
            urllib.request.urlopen(f"{address}/accounts/login/", timeout=10).close()
            return
        time.sleep(0.5)
    sys.exit("The demo did not start.")
