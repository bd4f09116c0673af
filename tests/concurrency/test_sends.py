"""Many workers and one queue: each message leaves once. PostgreSQL alone can show it; with the lock off it must fail."""

import pytest

from notifications.models import Send
from notifications.services import delivery, notify, send_due
from tests import factories
from tests.concurrency.crowd import together
from tests.notifications.conftest import aliyun  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MESSAGES, WORKERS = 30, 10


@pytest.fixture
def queue(campus, aliyun):  # noqa: F811
    """Thirty people who are to hear of something by SMS."""
    for n in range(MESSAGES):
        user = factories.UserFactory(campus=campus, phone=f"1390000{n:04}", phone_verified=True)
        notify(user=user, kind="test_needed", title=f"The courier is at your door, {n}", key=f"door:{n}")
    return aliyun


def test_ten_workers_send_each_message_once(queue):
    arrived = together(*[send_due] * WORKERS)

    assert sum(arrived) == MESSAGES
    assert len(queue.taken) == MESSAGES
    assert set(Send.objects.values_list("status", flat=True)) == {Send.Status.SENT}


def test_without_the_lock_they_would_not(queue, monkeypatch):
    monkeypatch.setattr(delivery, "for_update_skip_locked", lambda queryset: queryset)

    together(*[send_due] * WORKERS)

    assert len(queue.taken) > MESSAGES
