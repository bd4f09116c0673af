"""A new installation tells its superuser what it lacks, and the list becomes empty."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from core import clock, installation
from core.backups.manifest import record_finished
from core.models import Heartbeat
from orders.models import PriceRule
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return UserFactory(username="root", is_staff=True, is_superuser=True)


@pytest.fixture(autouse=True)
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True
    Heartbeat.objects.filter(name="backup").delete()  # the rehearsal of a backup leaves one for good


def lacking():
    return {lack.id for lack in installation.lacks()}


def test_a_new_installation_lacks_everything():
    assert lacking() == {"accounts.W001", "accounts.W002", "campus.W001", "core.W011"}


def test_a_finished_one_lacks_nothing(settings, campus, root, simulated_clock):
    simulated_clock.move_to(
        datetime(2026, 6, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    )  # of a year that is announced
    settings.SMS_PROVIDER = "tencent"
    TOTP.activate(root, generate_totp_secret())
    record_finished()
    assert lacking() == set()


def test_a_campus_without_prices_is_named(campus, root):
    PriceRule.objects.all().delete()
    assert "orders.W001" in lacking()


def test_a_superuser_without_a_second_factor_is_named(root):
    assert "accounts.W003" in lacking()
    assert "accounts.W002" not in lacking()


def test_a_backup_grows_old(campus):
    record_finished()
    assert "core.W011" not in lacking()
    Heartbeat.objects.filter(name="backup").update(at=clock.now() - timedelta(days=2, minutes=1))
    assert "core.W011" in lacking()


def test_the_demo_is_no_installation(settings):
    settings.DEMO = True
    assert lacking() == set()


def test_the_first_page_says_it_to_a_superuser_with_a_link(settings, client_of, root, supervisor_sun):
    settings.STAFF_SECOND_FACTOR = False
    PriceRule.objects.all().delete()
    page = client_of(root).get(reverse("admin:index")).text
    assert "Before this installation is ready" in page
    assert (
        reverse("admin:orders_pricerule_changelist")
        in page.partition("oa-lacks")[2].partition("</section>")[0]
    )
    assert "Before this installation" not in client_of(supervisor_sun).get(reverse("admin:index")).text
