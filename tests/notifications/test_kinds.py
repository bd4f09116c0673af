"""Every notice that the product sends is of a described kind: one that nobody has described never leaves the inbox."""

import ast

import pytest

from notifications import kinds
from notifications.kinds import TOPIC_HELP, Topic
from tests.house.test_rules import CODE, name, nodes

SENDERS = {"notify", "build_notification"}


def sent_kinds() -> dict[str, str]:
    """{kind: where it is said} of what is passed to notify() and build_notification() as it stands."""
    return {
        keyword.value.value: f"{name(path)}:{node.lineno}"
        for path in CODE
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SENDERS
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }


def test_every_kind_that_is_sent_is_described():
    sent = sent_kinds()
    assert len(sent) > 5
    assert {kind: where for kind, where in sent.items() if kinds.get(kind) is None} == {}


def test_a_topic_has_words():
    assert set(TOPIC_HELP) == set(Topic)


@pytest.mark.parametrize(
    "kind", ["courier_at_door", "order_over_budget_asked", "job_given", "job_cancelled", "ticket_ask_party"]
)
def test_what_somebody_waits_for_does_not_wait(kind):
    assert kinds.get(kind).severity == 2
    assert not kinds.get(kind).waits


def test_the_template_settings_name_every_topic(settings):
    assert set(settings.WECHAT_TEMPLATES) == {str(topic) for topic in Topic}
