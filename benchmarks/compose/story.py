"""What happens to an installation in the trial, and what must come of it."""

import threading
import time

from benchmarks.compose.installation import PARTS, SERVICES, Installation, Student, Watcher, picture
from core.ids import new_no

COUNTS = (
    "(lambda m: {n: m.get_model(n).objects.count() for n in ('accounts.User', 'orders.Order', 'orders.Photo',"
    " 'payments.Transfer', 'payments.Entry', 'core.OutboxEvent')})(__import__('django.apps').apps.apps)"
)


class Teller:
    """Prints name=value lines of a part and keeps what is wrong."""

    def __init__(self, part: str) -> None:
        self.part, self.problems = part, []

    def __call__(self, name: str, value, wrong: bool = False) -> None:
        shown = f"{value:.1f}" if isinstance(value, float) else value
        print(f"{self.part}_{name}={shown}", flush=True)
        if wrong:
            self.problems.append(f"{self.part}_{name}={shown}")


def bring_up(site: Installation, tell: Teller) -> Student:
    started = time.monotonic()
    site.compose("up", "--detach", "--build")
    tell("first_up_s", time.monotonic() - started)
    site.wait_until_well()
    tell("first_well_s", time.monotonic() - started)
    site.manage("load_demo", "--days", "0")
    student = Student(site)
    student.log_in()
    return student


def one_host(site: Installation, tell: Teller) -> None:
    student = bring_up(site, tell)
    number = student.order(new_no(), picture())
    photo = student.photo_of(number) if number else ""
    tell("ordered_with_photo", int(bool(photo)), wrong=not photo)
    before = student.get(photo).content
    tell("containers_as_root", count_roots(site), wrong=count_roots(site) > 0)
    kill_each(site, tell)
    upgrade(site, tell)
    same = student.get(photo).content == before
    tell("photo_after_upgrade", int(same), wrong=not same)
    from_backup(site, tell, student, photo, before)


def count_roots(site: Installation) -> int:
    """Processes of the application that run as root."""
    users = [site.compose("exec", "-T", part, "id", "-u").strip() for part in PARTS]
    return users.count("0")


def kill_each(site: Installation, tell: Teller) -> None:
    for service in SERVICES:
        watcher = Watcher(site.address)
        watcher.start()
        time.sleep(2)
        site.kill(service)
        site.wait_until_healthy(service)
        site.wait_until_well()
        tell(f"killed_{service}_gap_s", watcher.gap())


def upgrade(site: Installation, tell: Teller) -> None:
    """The next version, one that never gets ready, and the way back to the first; the code differs by a line."""
    first = site.version()
    for name, line, flags, comes in (
        ("upgrade", "# the next version", [], True),
        ("broken_upgrade", "raise SystemExit  # the version after that", [], False),
        ("way_back", "", ["--no-build"], True),
    ):
        before = site.version()
        if line:
            site.change_code(line)
        site.set_env("CAMPUS_ERRAND_VERSION", name if line else first)
        started = time.monotonic()
        watcher = Watcher(site.address)
        watcher.start()
        done = site.script("upgrade", *flags, check=False, UPGRADE_PATIENCE="60" if not comes else "600")
        if comes:
            for service in PARTS:
                site.wait_until_healthy(service)
        gap = watcher.gap()
        tell(f"{name}_s", time.monotonic() - started)
        tell("gap_s" if name == "upgrade" else f"{name}_gap_s", gap, wrong=gap > 5 and not site.half_a_core)
        tell(f"{name}_ended_with", done.returncode, wrong=(done.returncode == 0) != comes)
        running = {site.version(service) for service in PARTS}
        right = running == ({name if line else first} if comes else {before})
        tell(f"{name}_runs", ",".join(sorted(running)), wrong=not right)
        site.take_back_code()


def from_backup(site: Installation, tell: Teller, student: Student, photo: str, before: bytes) -> None:
    counted = site.shell(COUNTS)
    started = time.monotonic()
    site.script("backup", "--containers", "--to", "backups")
    tell("backup_s", time.monotonic() - started)
    (backup,) = (site.folder / "backups").glob("errand-*")
    site.compose("down", "--volumes")
    started = time.monotonic()
    site.script("restore", str(backup), "--containers")
    site.wait_until_well()
    tell("restore_s", time.monotonic() - started)
    after = site.shell(COUNTS)
    lost = {name: (count, after[name]) for name, count in counted.items() if after[name] < count}
    tell("rows_lost", sum(a - b for a, b in lost.values()), wrong=bool(lost))
    same = student.get(photo).content == before  # the session came back too
    tell("photo_restored", int(same), wrong=not same)


def two_hosts(site: Installation, tell: Teller, orders: int) -> None:
    site.add_second_host()
    student = bring_up(site, tell)
    for part in PARTS:
        site.wait_until_healthy(f"{part}-b")
    number = student.order(new_no(), picture())
    photo = student.photo_of(number)
    seen = sum(student.get(photo).status_code == 200 for _ in range(100))
    tell("photo_seen_of_100", seen, wrong=seen != 100)
    sweeps = count_sweeps(site, 20)
    tell("sweeps_in_20_s", sweeps, wrong=not 15 <= sweeps <= 22)
    placed, pressed_again = place_while_a_host_dies(site, student, orders)
    numbers = site.compose("exec", "-T", "web-b", "python", "manage.py", "shell", "--verbosity", "0", "-c",
                           "from orders.models import Order; print('\\n'.join(Order.objects.values_list('no', flat=True)))")  # fmt: skip
    there = set(numbers.split())
    lost = len([no for no in placed.values() if no not in there])
    tell("orders", len(placed), wrong=len(placed) != orders)
    tell("pressed_again", pressed_again)
    tell("lost", lost, wrong=lost > 0)
    extra = len(there) - len(set(placed.values())) - 1  # the one with the photo
    tell("duplicates", extra, wrong=extra != 0)
    time.sleep(8)
    sweeps = count_sweeps(site, 20)
    tell("sweeps_in_20_s_on_one", sweeps, wrong=not 15 <= sweeps <= 22)
    seen = sum(student.get(photo).status_code == 200 for _ in range(100))
    tell("photo_seen_of_100_on_one", seen, wrong=seen != 100)


def count_sweeps(site: Installation, seconds: int) -> int:
    """How often beat asked for the sweep of deadlines, which is due once a second."""
    heard = site.compose("exec", "-T", "redis", "timeout", str(seconds), "redis-cli", "monitor", check=False)
    return len([line for line in heard.splitlines() if '"LPUSH"' in line and "exceptions.tasks.scan" in line])


def place_while_a_host_dies(site: Installation, student: Student, orders: int) -> tuple[dict[str, str], int]:
    """{key: number} of orders that were answered, and how often somebody had to press again."""
    fill = "from accounts.models import User; from simulation.people import fill_wallet; "
    site.manage(
        "shell",
        "--verbosity",
        "0",
        "-c",
        f"{fill}fill_wallet(User.objects.get(phone='13800000001'), 10_000_000)",
    )
    placed: dict[str, str] = {}
    again = 0
    for count in range(orders):
        key = new_no()
        if count == orders // 2:
            for part in PARTS:  # as a host that loses its power: none comes back
                threading.Thread(target=site.compose, args=("kill", part)).start()
        for _ in range(120):
            if number := student.order(key, timeout=15):
                placed[key] = number
                break
            again += 1
            time.sleep(0.5)
    return placed, again
