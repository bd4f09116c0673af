"""Telling people things, once, in their language."""

import pytest
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from notifications.models import Notice
from notifications.services import mark_read, notify


@pytest.fixture
def broadcasts(monkeypatch):
    broadcasts = []
    monkeypatch.setattr(
        "notifications.services.inbox.broadcast",
        lambda groups, t, **data: broadcasts.append((groups, t, data)),
    )
    return broadcasts


def test_a_notice_arrives_and_is_broadcast(student_lin, broadcasts, simulated_clock):
    notice = notify(user=student_lin, kind="orders.accepted", title="Zhao is on the way", link="/o/K7/")
    assert notice.created_at == simulated_clock.time
    assert (notice.title, notice.link, notice.level, notice.read_at) == (
        "Zhao is on the way",
        "/o/K7/",
        "info",
        None,
    )
    assert broadcasts == [(f"user.{student_lin.pk}", "notice", {"id": notice.pk})]


def test_the_same_key_is_one_notice(student_lin, student_mei, broadcasts):
    first = notify(user=student_lin, kind="x", title="Delivered", key="order:1:delivered")
    again = notify(user=student_lin, kind="x", title="Delivered (retry)", key="order:1:delivered")
    assert first == again
    assert again.title == "Delivered"
    assert len(broadcasts) == 1
    notify(user=student_mei, kind="x", title="Delivered", key="order:1:delivered")  # hers is her own
    assert Notice.objects.count() == 2


def test_without_a_key_each_is_its_own(student_lin, broadcasts):
    for _i in range(2):
        notify(user=student_lin, kind="x", title="Urged")
    assert Notice.objects.count() == len(broadcasts) == 2


def test_long_texts_are_cut_with_a_sign(student_lin):
    with in_language_of(student_lin):
        notice = notify(user=student_lin, kind="x", title="长" * 200, body="b" * 500)
    assert len(notice.title) == 80
    assert notice.title.endswith("…")
    assert len(notice.body) == 300


@pytest.mark.parametrize("language,expected", [("en", "en"), ("zh-hans", "zh-hans"), ("fr", "zh-hans")])
def test_words_are_in_the_readers_language(student_lin, language, expected):
    from django.utils.translation import get_language

    student_lin.language = language
    before = get_language()
    with in_language_of(student_lin):
        assert get_language() == expected
        assert isinstance(_("Inbox"), str)
    assert get_language() == before


def test_marking_read_counts_only_what_was_unread(student_lin, student_mei, broadcasts, simulated_clock):
    notices = [notify(user=student_lin, kind="x", title=str(n)) for n in range(3)]
    notify(user=student_mei, kind="x", title="hers")
    assert mark_read(user=student_lin, notices=[notices[0].pk]) == 1
    first_read = Notice.objects.get(pk=notices[0].pk).read_at
    simulated_clock.advance(minutes=5)
    assert mark_read(user=student_lin) == 2
    assert Notice.objects.get(pk=notices[0].pk).read_at == first_read  # reading again changes nothing
    broadcasts.clear()
    assert mark_read(user=student_lin) == 0
    assert broadcasts == []
    assert Notice.objects.get(user=student_mei).read_at is None


def test_a_failed_change_tells_nobody(student_lin, broadcasts):
    from django.db import transaction

    class Oops(Exception):
        pass

    @transaction.atomic
    def work():
        notify(user=student_lin, kind="x", title="Done")
        raise Oops

    with pytest.raises(Oops):
        work()
    assert not Notice.objects.exists()
