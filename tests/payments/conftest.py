from datetime import timedelta

import pytest

from core import events
from payments import gateways, services
from payments.models import Account
from tests.payments import guarding
from tests.payments.fake_gateways import Key


@pytest.fixture(autouse=True)
def only_payments_listen(monkeypatch):
    """References here are made up: the apps above would look for orders that do not exist."""
    ours = {
        event: {name: handler for name, handler in handlers.items() if name.startswith("payments.")}
        for event, handlers in events._subscribers.items()
    }
    monkeypatch.setattr(events, "_subscribers", ours)


@pytest.fixture(scope="session")
def rsa_keys():
    """(ours, the provider's, a stranger's). Made once: keys take their time."""
    return Key(), Key(), Key()


@pytest.fixture
def fake_class(request):
    """Whose part is played: the test file's `FAKE`."""
    return request.module.FAKE


@pytest.fixture
def provider(fake_class, rsa_keys, settings, tmp_path, monkeypatch):
    """The fake gateway server, up and configured."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake = fake_class(*rsa_keys)
    settings.SITE_ORIGIN = "https://errand.example.org"
    settings.GATEWAYS = settings.GATEWAYS | {fake.name: fake.settings(tmp_path)}
    yield fake
    fake.stop()


@pytest.fixture
def payment(provider, student_lin, campus, simulated_clock):
    """¥8.50 that Lin has to pay for ORDER1 within 15 minutes."""
    return services.start_payment(
        key="k", ref="ORDER1", purpose="order", user=student_lin, campus=campus, amount=850,
        gateway=provider.name, expires_at=simulated_clock.time + timedelta(minutes=15), actor=student_lin,
    )  # fmt: skip


@pytest.fixture
def trade(provider, payment):
    """The bill at the provider, paid by Lin; nobody has told us yet."""
    provider.open_page(gateways.get(payment.gateway).create(payment))
    trade = provider.pay(payment.no)
    provider.requests.clear()
    return trade


@pytest.fixture
def call(client, provider):
    """call((headers, body)): the status with which we answer that callback."""

    def call(letter):
        headers, body = letter
        address = f"/pay/callback/{provider.name}/"
        return client.post(address, body, content_type=provider.writes, headers=headers).status_code

    return call


@pytest.fixture
def escrow():
    """escrow(): what is held for ORDER1."""
    return lambda: services.balance(Account.Kind.ESCROW, ref="ORDER1")


@pytest.fixture
def unguarded(db):
    """The database lets everything pass for the rest of this test."""
    guarding.take_off()
