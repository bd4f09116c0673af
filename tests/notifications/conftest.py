import pytest

from accounts import sms
from notifications import kinds, services
from notifications.channels import push as push_channel
from notifications.kinds import Topic
from notifications.models import Preference
from tests.accounts.fake_sms import FakeAliyun
from tests.notifications.fake_outside import FakePush, wechat_account

# A P-256 key made for these tests.
VAPID_KEY = "W-TzUHRYkNT5_9vcSVFSD2K0WzHnQ3D5cVY1OdUcJ5U"

# Kinds as the apps describe theirs.
kinds.add("test_step", Topic.PROGRESS)
kinds.add("test_needed", Topic.NEEDED, severity=2)
kinds.add("test_money", Topic.MONEY, waits=True)


@pytest.fixture
def aliyun(settings):
    """SMS works, through a provider that checks the signature."""
    fake = FakeAliyun()
    settings.SMS_PROVIDER, settings.SMS = "aliyun", {"aliyun": fake.settings}
    settings.SMS_TEMPLATES = {name: f"T_{name}" for name in sms.TEMPLATES}
    yield fake
    fake.stop()


@pytest.fixture
def push(settings):
    """Browsers can be reached, through a push service that checks our key."""
    settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = VAPID_KEY, "mailto:team@errand.example"
    fake = FakePush(push_channel.public_key())
    settings.PUSH_SERVICES = [fake.url]
    yield fake
    fake.stop()


@pytest.fixture
def browser_of(push):
    """browser_of(person): a browser in which that person has said yes."""

    def make(user):
        made = push.browser()
        services.subscribe(user=user, **made.keys)
        return made

    return make


@pytest.fixture
def wechat(settings):
    settings.WECHAT_TEMPLATES = dict.fromkeys(Topic, "TPL:thing2:thing5")
    with wechat_account(settings) as fake:
        yield fake


@pytest.fixture
def mail_of(settings, db):
    """mail_of(person): they have an address, and mail is configured."""
    settings.EMAIL_HOST = "mail.errand.example"
    settings.DEFAULT_FROM_EMAIL = "Campus Errand <notices@errand.example>"

    def make(user, email="lin@campus.example"):
        Preference.objects.update_or_create(user=user, defaults={"email": email})
        return email

    return make
