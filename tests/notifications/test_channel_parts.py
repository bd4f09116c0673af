"""The parts of a delivery channel: its module is complete, and nothing of it stands anywhere else."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from notifications import channels
from notifications.kinds import ChannelName, Topic

FOLDER = Path(channels.__file__).parent
ROOT = FOLDER.parent.parent


def test_every_module_is_in_the_list():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "base"}
    assert modules == set(channels.NAMES)
    assert list(channels.NAMES) == ChannelName.values


@pytest.mark.parametrize("name", channels.NAMES)
def test_a_channel_says_what_it_carries(name):
    channel = channels.get(name)
    assert type(channel).__module__ == f"notifications.channels.{name}"
    assert channel.name == name
    assert channel.default_topics <= set(Topic)
    if channel.address_template:
        assert get_template(channel.address_template)


def test_every_topic_goes_by_a_channel():
    assert all(channels.defaults(topic) for topic in Topic)


def test_safety_goes_by_more_than_one():
    assert len(channels.carrying_grave()) > 1


@pytest.mark.parametrize("name", channels.NAMES)
def test_nobody_else_names_it(name):
    asked = re.compile(rf"""\bChannelName\.{name.upper()}\b|channels\.get\(["']{name}["']""")
    named = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "notifications").rglob("*.py")
        if path != FOLDER / f"{name}.py"
        and "migrations" not in path.parts
        and asked.search(path.read_text(encoding="utf-8"))
    }
    assert named == set()
