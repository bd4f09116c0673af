"""Web push: the browser's own notifications (RFC 8030, 8291, 8292), through `pywebpush`.

A notification that is sent again has the same tag, and the browser shows one in place of the other. Browsers name the
address that we post to: only those of the push services in settings.PUSH_SERVICES are called (see core.outside).
"""

import base64
import json
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from django.conf import settings

from core import clock
from core.outside import (
    TIMEOUT,
    NoRedirects,
    OutcomeUnknown,
    PermanentError,
    RetryableError,
    ServiceUnavailable,
    is_known_address,
)
from notifications.channels.base import Channel, Message
from notifications.kinds import ChannelName, Topic
from notifications.models import PushSubscription

if TYPE_CHECKING:
    from py_vapid import Vapid02


@lru_cache(maxsize=2)
def _vapid(private_key: str) -> "Vapid02":
    from py_vapid import Vapid02  # most processes send nothing to a browser

    return Vapid02.from_string(private_key)


def public_key() -> str:
    """Our key as browsers want it (base64url of the uncompressed point); empty while none is configured."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _vapid(settings.VAPID_PRIVATE_KEY).public_key
    raw = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def is_push_service(endpoint: str) -> bool:
    """Whether an address that a browser gave belongs to a push service, and not to somebody's own network."""
    return is_known_address(endpoint, settings.PUSH_SERVICES)


class PushChannel(Channel):
    name = ChannelName.PUSH
    repeats = True
    default_topics = frozenset(Topic)
    carries_grave = True

    @property
    def configured(self) -> bool:
        return bool(settings.VAPID_PRIVATE_KEY)

    def reaches(self, people):
        owners = PushSubscription.objects.filter(user__in=[one.user_id for one in people])
        return set(owners.values_list("user", flat=True))

    def send(self, message: Message) -> str:
        """To every browser of the person: one that shows it is enough. Those that are gone are forgotten."""
        said = json.dumps(
            {"title": message.title, "body": message.body, "link": message.link, "tag": message.key},
            ensure_ascii=False,
        )
        problems, arrived = [], ""
        for subscription in PushSubscription.objects.filter(user=message.to.user_id).order_by("-pk"):
            try:
                arrived = self._post(subscription, said, message) or "201"
            except _Gone:
                subscription.delete()
            except (RetryableError, PermanentError, OutcomeUnknown) as problem:
                problems.append(problem)
        if arrived:
            return arrived
        raise problems[0] if problems else PermanentError("no browser left")

    def _post(self, subscription: PushSubscription, said: str, message: Message) -> str:
        """The service's number of it. What it answers is told apart as the protocol has it."""
        if not is_push_service(subscription.endpoint):
            raise _Gone
        from pywebpush import WebPushException, webpush  # brings aiohttp: 15 MB in those that send

        parts = urlsplit(subscription.endpoint)
        now = int(clock.now().timestamp())
        claims = {
            "sub": settings.VAPID_SUBJECT,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": now + 12 * 3600,
        }
        keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
        try:
            with NoRedirects() as session:
                response = webpush(
                    {"endpoint": subscription.endpoint, "keys": keys},
                    said,
                    vapid_private_key=_vapid(settings.VAPID_PRIVATE_KEY),
                    vapid_claims=claims,
                    ttl=message.useful,
                    headers={"Urgency": "high" if message.severity <= 2 else "normal"},
                    timeout=TIMEOUT,
                    requests_session=session,
                )
        except WebPushException as error:
            raise _problem(error.response) from error
        except requests.ConnectionError as error:
            raise ServiceUnavailable(type(error).__name__) from error
        except requests.RequestException as error:
            raise OutcomeUnknown(type(error).__name__) from error
        except (ValueError, TypeError) as error:  # keys that are none
            raise _Gone from error
        return response.headers.get("Location", "")


class _Gone(Exception):
    """The browser is not to be reached any more."""


def _problem(response) -> Exception:
    if response is None:
        return _Gone()
    status = response.status_code
    if status in (404, 410):
        return _Gone()
    if status == 429:
        wait = response.headers.get("Retry-After", "")
        return RetryableError("HTTP 429", after=int(wait) if wait.isdecimal() else 60)
    if status in (401, 403) or status >= 500:
        return ServiceUnavailable(f"HTTP {status}")
    return PermanentError(f"HTTP {status}")


CHANNEL = PushChannel()
