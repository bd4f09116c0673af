import re

import pytest

from accounts.sms import console


class Outgoing(list):
    """The short messages that were sent: (number, text)."""

    @property
    def code(self) -> str:
        """The code in the last message."""
        return re.search(r"\d{6}", self[-1][1]).group()

    @property
    def wrong_code(self) -> str:
        return f"{(int(self.code) + 1) % 1_000_000:06d}"


@pytest.fixture
def sms(monkeypatch):
    sent = Outgoing()

    def send(sms):
        sent.append((sms.phone, sms.text))
        return ""

    monkeypatch.setattr(console, "send", send)
    return sent


@pytest.fixture(autouse=True)
def english_browser(client, settings):
    """Anonymous browsers of these tests read English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
