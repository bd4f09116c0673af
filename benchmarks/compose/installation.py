"""An installation in containers: a clone, its .env, docker compose, and the people who use it from outside."""

import base64
import contextlib
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import requests
import urllib3
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = "errand-trial"
SERVICES = ("web", "websockets", "worker", "beat", "redis", "postgres", "caddy")
PARTS = ("web", "websockets", "worker", "beat")  # what a host of the application runs
STUDENT, PASSWORD = "13800000001", "demo-campus"
urllib3.disable_warnings()  # caddy's certificates for localhost are its own


def execute(
    command: list, *, folder: Path = ROOT, check: bool = True, **more
) -> subprocess.CompletedProcess[str]:
    """Runs the command; ends the trial with its last lines if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False, **more
    )
    if check and done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{(done.stdout + done.stderr)[-3000:]}")
    return done


def run(command: list, **more) -> str:
    """What the command printed."""
    return execute(command, **more).stdout


class Installation:
    def __init__(self, folder: Path, *, half_a_core: bool) -> None:
        self.folder, self.half_a_core = folder, half_a_core
        self.address = f"https://localhost:{os.environ.get('HTTPS_PORT', '')}".rstrip(":")
        self.files = ["docker-compose.yml"]
        self.environment = os.environ | {"COMPOSE_PROJECT_NAME": PROJECT}
        run(["git", "clone", "--quiet", ROOT, folder])
        self.write_env()
        if half_a_core:
            self.limit_cores()

    # -- as README says --

    def write_env(self) -> None:
        """deploy/env.example with the values that must be filled in; the passwords hold what breaks addresses."""
        text = (self.folder / "deploy/env.example").read_text(encoding="utf-8")
        values = {
            "DOMAIN": "localhost", "SECRET_KEY": secrets.token_urlsafe(64), "SANDBOX": "1",
            "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }  # fmt: skip
        for name in ("POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD"):
            values[name] = f"'{secrets.token_urlsafe(9)}/$x #%41@:'"
        for name, value in values.items():
            text, found = re.subn(
                rf"^(# )?{name}=.*$", lambda _, n=name, v=value: f"{n}={v}", text, flags=re.M
            )
            if not found:
                text += f"\n{name}={value}\n"
        for name in ("HTTP_PORT", "HTTPS_PORT"):
            if name in os.environ:
                text += f"\n{name}={os.environ[name]}\n"
        (self.folder / ".env").write_text(text, encoding="utf-8")

    def compose(self, *arguments: str, check: bool = True) -> str:
        files = [part for file in self.files for part in ("-f", file)]
        return run(
            ["docker", "compose", *files, *arguments], folder=self.folder, check=check, env=self.environment
        )

    def script(
        self, name: str, *arguments: str, check: bool = True, **more: str
    ) -> subprocess.CompletedProcess[str]:
        files = {"COMPOSE_FILE": ":".join(self.files)}
        return execute(
            [f"script/{name}", *arguments],
            folder=self.folder,
            check=check,
            env=self.environment | files | more,
        )

    def manage(self, *arguments: str) -> str:
        return self.compose("exec", "-T", "web", "python", "manage.py", *arguments)

    def shell(self, code: str):
        """What the Python expression is, within the installation."""
        text = self.manage("shell", "--verbosity", "0", "-c", f"import json; print(json.dumps({code}))")
        return json.loads(text.strip().splitlines()[-1])

    def pid(self, service: str) -> int:
        container = self.compose("ps", "-q", service).split()[0]
        return int(run(["docker", "inspect", "-f", "{{.State.Pid}}", container]))

    def kill(self, service: str) -> None:
        """As the kernel kills it: the container's restart policy brings it back."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid(service), signal.SIGKILL)

    # -- versions --

    def version(self, service: str = "web") -> str:
        """The tag of the image of the service's first container."""
        container = self.compose("ps", "-q", service).split()[0]
        return run(["docker", "inspect", "-f", "{{.Config.Image}}", container]).strip().rpartition(":")[2]

    def set_env(self, name: str, value: str) -> None:
        env = self.folder / ".env"
        env.write_text(re.sub(rf"^{name}=.*$", f"{name}={value}", env.read_text(), flags=re.M))

    def change_code(self, line: str) -> None:
        with (self.folder / "campus_errand/wsgi.py").open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")

    def take_back_code(self) -> None:
        run(["git", "checkout", "--quiet", "campus_errand/wsgi.py"], folder=self.folder)

    def remove(self) -> None:
        self.compose("down", "--volumes", "--timeout", "3", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- trials of a smaller or a second machine --

    def limit_cores(self) -> None:
        """Half a core for all containers together, by a parent group of theirs."""
        old, new = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
        group = (old if old.is_dir() else new) / PROJECT
        group.mkdir(exist_ok=True)
        if old.is_dir():
            (group / "cpu.cfs_period_us").write_text("100000")
            (group / "cpu.cfs_quota_us").write_text("50000")
        else:
            (group / "cpu.max").write_text("50000 100000")
        self.write_override({name: {"cgroup_parent": f"/{PROJECT}"} for name in (*SERVICES, "migrate")})

    def add_second_host(self) -> None:
        """The application's processes once more, as host b, with the same database, Redis and photos."""
        services: dict = {
            f"{part}-b": {
                "extends": {"file": "docker-compose.yml", "service": part},
                "environment": {"HOST_NAME": "b"},
            }
            for part in PARTS
        }
        services["caddy"] = {
            "environment": {"WEB": "web:8000 web-b:8000", "LIVE": "websockets:8000 websockets-b:8000",
                            "LB_POLICY": "round_robin"}
        }  # fmt: skip
        self.write_override(services)

    def write_override(self, services: dict) -> None:
        (self.folder / "trial.yml").write_text(json.dumps({"services": services}), encoding="utf-8")
        self.files = ["docker-compose.yml", "trial.yml"]

    # -- waiting --

    def wait_until_well(self, seconds: float = 300) -> float:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.address}/healthz/", verify=False, timeout=10).status_code == 200:  # noqa: S501
                    return time.monotonic() - started
            time.sleep(0.5)
        sys.exit(f"The installation does not get well.\n{self.compose('ps')}")

    def wait_until_healthy(self, service: str, seconds: float = 180) -> None:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            container = self.compose("ps", "-q", service).split()
            if (
                container
                and run(
                    ["docker", "inspect", "-f", "{{.State.Health.Status}}", container[0]], check=False
                ).strip()
                == "healthy"
            ):
                return
            time.sleep(1)
        sys.exit(f"{service} is not healthy.\n{self.compose('ps')}")


class Student:
    """Somebody with a browser."""

    def __init__(self, installation: Installation) -> None:
        self.site, self.web = installation, requests.Session()
        self.web.verify = self.web.trust_env = False  # the environment may name certificates, and then wins
        self.web.headers["Referer"] = installation.address + "/"
        self.places = installation.shell(
            "(lambda all: [next(p.pk for p in all if p.kind == kind) for kind in ('canteen', 'dorm')])"
            "(list(__import__('django.apps').apps.apps.get_model('campus.Place').objects.all()))"
        )

    def log_in(self) -> None:
        page = self.web.get(f"{self.site.address}/accounts/login/", timeout=60)
        page.raise_for_status()
        form = {"login": STUDENT, "password": PASSWORD, "csrfmiddlewaretoken": self.cookie("csrftoken")}
        answer = self.web.post(
            f"{self.site.address}/accounts/login/", form, timeout=60, allow_redirects=False
        )
        if answer.status_code != 302 or not self.cookie("sessionid"):
            sys.exit(f"Nobody can log in: {answer.status_code}")

    def cookie(self, name: str) -> str:
        """Its name may begin with __Host-."""
        return next((value for key, value in self.web.cookies.items() if key.endswith(name)), "")

    def order(self, key: str, photo: bytes | None = None, timeout: float = 60) -> str:
        """The number of the order; "" when there was no answer, so that one presses again with the same key."""
        token = self.cookie("csrftoken")
        form = {
            "csrfmiddlewaretoken": token, "key": key, "pickup": self.places[0], "dropoff": self.places[1],
            "dropoff_detail": "302", "shopping_list": "milk", "budget": "5", "when_missing": "skip", "weight_kg": 1,
            "window": "asap", "gender_wanted": "any", "gateway": "wallet",
        }  # fmt: skip
        files = {"photos": ("photo.jpg", photo, "image/jpeg")} if photo else None
        try:
            answer = self.web.post(
                f"{self.site.address}/new/purchase/",
                form,
                files=files,
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            return ""
        found = re.match(r"/o/(\w+)/", answer.headers.get("Location", ""))
        if answer.status_code == 302 and found:
            return found[1]
        if answer.status_code not in (302, 500, 502, 503):
            sys.exit(f"An order was answered with {answer.status_code}: {answer.text[-1500:]}")
        return ""

    def photo_of(self, number: str) -> str:
        page = self.web.get(f"{self.site.address}/o/{number}/", timeout=60).text
        found = re.search(rf"/o/{number}/photo/\d+/", page)
        return found[0] if found else sys.exit("The order's page shows no photo.")

    def get(self, path: str) -> requests.Response:
        return self.web.get(self.site.address + path, timeout=60)


class Watcher(threading.Thread):
    """Asks for a page four times a second, as different people; a good answer is one within ten seconds."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.stop = address, threading.Event()
        self.good: list[float] = []

    def run(self) -> None:
        self.began = time.monotonic()
        while not self.stop.wait(0.25):
            threading.Thread(target=self._ask, args=[time.monotonic()], daemon=True).start()

    def _ask(self, at: float) -> None:
        with contextlib.suppress(requests.RequestException):
            answer = requests.get(f"{self.address}/accounts/login/", verify=False, timeout=10)  # noqa: S501
            if answer.status_code == 200 and time.monotonic() - at <= 10:
                self.good.append(at)

    def gap(self) -> float:
        """The longest time in which nobody who asked got a good answer, in seconds."""
        self.stop.set()
        self.join()
        ended = time.monotonic()
        time.sleep(10.5)  # who asked last may still get one
        times = [self.began, *sorted(self.good), ended]
        return max(0.0, max(b - a for a, b in itertools.pairwise(times)) - 0.25)


def picture() -> bytes:
    """A photo of a good megabyte, like a phone's."""
    out = BytesIO()
    Image.frombytes("RGB", (1200, 900), secrets.token_bytes(1200 * 900 * 3)).save(out, "JPEG", quality=70)
    return out.getvalue()
