"""Every setting that is written about reaches the processes, and nothing secret reaches an image."""

import re
from pathlib import Path, PurePosixPath

import pytest

from campus_errand.settings import declarations
from campus_errand.settings.environment import env_bool

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["core", "campus", "accounts", "notifications", "chat", "telephony", "catalog", "payments", "orders", "couriers", "delivery", "dispatch", "exceptions", "analytics",
        "simulation", "campus_errand"]  # fmt: skip
READ = re.compile(r'(?:environ\.get|environ|env_bool)[\[(]\s*f?"([A-Z][A-Z0-9_{}.a-z()]*)"')
# Said by the image, the compose file, script/server, the demo or a test, not by who runs an installation.
INNER = {
    "DJANGO_SETTINGS_MODULE", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_OWNER",
    "POSTGRES_OWNER_PASSWORD", "RUN_DIR", "HTTP_THREADS", "DEMO", "DEBUG", "VIRTUAL_LIFE", "FAST_CLOCK", "PYTEST_XDIST_WORKER",
}  # fmt: skip
# Where files are kept: script/server's; in containers the volumes say it.
FOLDERS = {"MEDIA_ROOT", "STATIC_ROOT", "VAR_DIR"}
# Where the services of others are: changed for tests only.
ADDRESSES = re.compile(r"_URL$|^TENCENT_SMS_REGION$")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def read_by_the_code() -> set[str]:
    found = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found |= set(READ.findall(path.read_text(encoding="utf-8")))
    for declared in declarations.GATEWAYS.values():
        found |= {*declared["needed"], *declarations.read(declared.get("transfers", {}))} - {
            "WECHATPAY_REPORT"
        }
    templates = {name for name in found if "{" in name}  # f"SMS_TEMPLATE_{name.upper()}"
    prefixes = tuple(name.split("{")[0] for name in templates)
    return (found - templates) | {
        name for name in named_in_the_example() if name.startswith(prefixes)
    }  # fmt: skip


def named_in_the_example() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text("deploy/env.example"), flags=re.M))


def named_in_compose() -> set[str]:
    return set(re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", text("docker-compose.yml").replace("$$", "")))


def named_in_the_installing_page() -> set[str]:
    rows = re.findall(r"^\| (`.*?) \|", text("docs/installing.md"), flags=re.M)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}


def test_the_code_is_read_as_expected():
    assert {
        "SECRET_KEY",
        "STAFF_SECOND_FACTOR",
        "WECHATPAY_TRANSFERS",
        "SMS_TEMPLATE_NOTICE",
    } <= read_by_the_code()


def test_every_setting_of_the_code_stands_in_the_example():
    missing = read_by_the_code() - named_in_the_example() - INNER - FOLDERS
    assert {name for name in missing if not ADDRESSES.search(name)} == set()


def test_every_name_of_the_example_is_read_by_something():
    read = (
        read_by_the_code() | named_in_compose() | set(re.findall(r"\$\{?([A-Z_]+)", text("deploy/Caddyfile")))
    )
    assert named_in_the_example() - read == set()


def test_every_name_of_the_compose_file_stands_in_the_example():
    assert named_in_compose() - named_in_the_example() == set()


def test_every_name_of_the_installing_page_is_read_by_something():
    read = read_by_the_code() | named_in_compose() | set(re.findall(r"\$\{?([A-Z_]+)", text("script/server")))
    assert named_in_the_installing_page() - read == set()


def test_every_process_of_the_application_gets_all_of_the_environment_file():
    compose = text("docker-compose.yml")
    assert re.search(r"^x-app: &app\n(?:  .*\n)*?  env_file: \.env\n", compose, flags=re.M)
    for service in ("web", "websockets", "worker", "beat", "migrate"):
        assert re.search(rf"^  {service}:\n    <<: \*app\n", compose, flags=re.M), service
    assert compose.count("env_file") == 1


def test_empty_values_of_the_example_start_the_installation(monkeypatch):
    """A line that was left as it is means the default: an empty number or switch is none."""
    monkeypatch.setenv("STAFF_SECOND_FACTOR", "")
    assert env_bool("STAFF_SECOND_FACTOR", True) is True
    empty = set(re.findall(r"^([A-Z][A-Z0-9_]+)=$", text("deploy/env.example"), flags=re.M))
    numbers = set()
    for path in (ROOT / "campus_errand" / "settings").glob("*.py"):
        numbers |= set(
            re.findall(r'(?:int|float)\(os\.environ\.get\("([A-Z_]+)"', path.read_text(encoding="utf-8"))
        )
    assert numbers
    assert empty & numbers == set()


@pytest.mark.parametrize(
    "name", [".env", ".env.production", "deploy/keys/wechat.pem", "key.pem", "tests/conftest.py", "docs/money.md",
             "benchmarks/chaos.py", ".ci/run", "campus.osm", "findings/x.sh", "backups/errand-1/database.dump"]
)  # fmt: skip
def test_what_stays_out_of_the_image(name):
    patterns = [line for line in text(".dockerignore").splitlines() if line and not line.startswith("#")]
    tops = {line for line in patterns if "*" not in line}
    anywhere = [line.removeprefix("**/") for line in patterns if line.startswith("**/")]
    path = PurePosixPath(name)
    assert any(str(part) in tops for part in [path, *path.parents]) or any(
        path.match(each) for each in anywhere
    ), name


def test_images_are_pinned_to_exact_versions():
    tags = re.findall(
        r"^\s+image: ((?!campus-errand)\S+)|^FROM (\S+)",
        text("docker-compose.yml") + text("Dockerfile"),
        flags=re.M,
    )
    images = [a or b for a, b in tags]
    assert len(images) >= 5
    assert [image for image in images if not re.search(r":\d+\.\d+\.\d+|:\d\d\.\d+", image)] == []
