"""The parts of a gateway: its folder is complete, and nothing of it stands anywhere else."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from payments import gateways
from payments.models import Payment, Withdrawal
from payments.models.reconciliation import Scope

FOLDER = Path(gateways.__file__).parent
ROOT = FOLDER.parent.parent
OUTSIDE = [name for name in gateways.NAMES if gateways.get(name).is_outside]
REAL = [name for name in OUTSIDE if gateways.get(name).is_real]


def test_every_folder_is_in_the_list():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(gateways.NAMES) == set(Payment.Gateway.values)


@pytest.mark.parametrize("name", gateways.NAMES)
def test_a_gateway_says_what_it_is(name):
    gateway = gateways.get(name)
    assert type(gateway).__module__ == f"payments.gateways.{name}.gateway"
    assert gateway.name == name
    assert gateway.title
    assert gateway.has_pages == (FOLDER / name / "urls.py").exists()
    assert gateway.bills == (FOLDER / name / "bill.py").exists() == (name in Scope.values)


@pytest.mark.parametrize("name", gateways.NAMES)
def test_a_channel_of_withdrawals_knows_its_numbers(name):
    assert (gateways.get(name).account_number is not None) == (name in Withdrawal.Channel.values)


@pytest.mark.parametrize("name", REAL)
def test_what_it_wants_of_the_environment_stands_in_its_folder(name):
    declared = tomllib.loads((FOLDER / name / "settings.toml").read_text(encoding="utf-8"))
    assert declared["needed"]
    assert declared["form_action"]
    assert set(declared.get("secrets", [])) <= set(declared["needed"])
    assert set(settings.GATEWAYS[name]) == set(declared["needed"])


# Where a gateway may be named: as a value of the database, and where virtual people pay.
NAMED = {
    "payments/models/paying.py",
    "payments/models/payouts.py",
    "payments/models/reconciliation.py",
    "catalog/models.py",
    "simulation/people.py",
}
APPS = (
    "campus_errand",
    "payments",
    "catalog",
    "orders",
    "couriers",
    "delivery",
    "dispatch",
    "exceptions",
    "simulation",
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_nobody_else_names_it(name):
    """The wallet is named where money is booked: it is no provider, but our own ledger."""
    asked = re.compile(rf"""\b(Gateway|Channel|Scope)\.{name.upper()}\b|["']{name}["']""")
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    paths += (ROOT / "templates").rglob("*.html")
    named = {
        str(path.relative_to(ROOT))
        for path in paths
        if FOLDER / name not in path.parents
        and path != FOLDER / "__init__.py"
        and asked.search(path.read_text(encoding="utf-8"))
    }
    assert named <= NAMED
