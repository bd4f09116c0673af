"""The providers' bills for a day: fetched, believed only when whole, and read line by line."""

import gzip
import io
import zipfile
from datetime import date, timedelta

import pytest

from payments import gateways
from payments.gateways import BadBill, GatewayError, Line, tables
from payments.gateways.alipay import bill as alipay
from payments.gateways.base import Gateway
from payments.gateways.sandbox import bill as sandbox
from payments.gateways.wechatpay import bill as wechatpay
from tests.payments.fake_gateways import FAKES

pytestmark = pytest.mark.django_db

LINES = [("pay", "P1", 850), ("pay", "P2", 1), ("refund", "R1", 300)]


@pytest.fixture(params=FAKES)
def provider(request, rsa_keys, settings, tmp_path, monkeypatch, simulated_clock):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake = FAKES[request.param](*rsa_keys)
    settings.SITE_ORIGIN = "https://errand.example.org"
    settings.GATEWAYS = settings.GATEWAYS | {request.param: fake.settings(tmp_path)}
    fake.bill.extend(LINES)
    yield fake
    fake.stop()


@pytest.fixture
def gateway(provider) -> Gateway:
    return gateways.get(provider.name)


def test_a_day_is_fetched_and_read(provider, gateway):
    assert gateway.read_bill(gateway.download_bill(provider.today)) == [Line(*line) for line in LINES]
    assert provider.refused == []


def test_a_day_on_which_nobody_paid_is_empty(provider, gateway):
    assert gateway.read_bill(gateway.download_bill(provider.today - timedelta(days=1))) == []


def test_the_file_that_finance_fetched_by_hand_reads_the_same(provider, gateway):
    assert gateway.read_bill(provider.table(provider.today)) == [Line(*line) for line in LINES]


@pytest.mark.parametrize("fault", ["down", "forged_answers"])
def test_what_cannot_be_believed_is_no_bill(provider, gateway, fault):
    setattr(provider, fault, True)

    with pytest.raises(GatewayError):
        gateway.download_bill(provider.today)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda table: b"hello",
        lambda table: b"\0" + table,
        lambda table: b"\xff\xfe\xfd",
        lambda table: table[: len(table) * 2 // 3],  # the end got lost
        lambda table: table.replace(b"8.50", b"lots"),
        lambda table: table.replace(b"8.50", b"0.00"),
        lambda table: table.replace(b"P1", b""),
    ],
)
def test_what_is_not_whole_is_refused(provider, gateway, spoil):
    with pytest.raises(BadBill):
        gateway.read_bill(spoil(provider.table(provider.today)))


@pytest.mark.parametrize(
    "file",
    [b"PK\x03\x04broken", b"\x1f\x8bbroken", gzip.compress(b"x" * 100)[:-4]],
    ids=["zip", "gzip", "cut"],
)
@pytest.mark.parametrize("read", [wechatpay.read, alipay.read, sandbox.read])
def test_a_broken_archive_is_refused(read, file):
    with pytest.raises(BadBill):
        read(file)


def test_an_archive_that_would_fill_the_memory_is_refused(monkeypatch):
    for module in (tables, alipay):
        monkeypatch.setattr(module, "MAX_BYTES", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bill.csv", "0" * 2000)

    with pytest.raises(BadBill, match="too big"):
        alipay.read(file.getvalue())
    with pytest.raises(BadBill, match="too big"):
        wechatpay.read(gzip.compress(b"0" * 2000))


def test_the_sandboxs_own():
    lines = [Line(*line) for line in LINES]

    assert sandbox.read(sandbox.write(lines)) == lines
    with pytest.raises(BadBill):
        sandbox.read(b"kind,no,fen\r\nloan,P1,3\r\n")


def test_the_wallet_has_none():
    assert "wallet" not in gateways.billing()
    with pytest.raises(GatewayError):
        gateways.get("wallet").download_bill(date(2026, 11, 24))
    with pytest.raises(BadBill):
        gateways.get("wallet").read_bill(b"")
