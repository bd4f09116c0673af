"""Taking one's data: a page to read, the same for programs, and the photos; nothing of anybody else."""

import json

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.export import archive, tables
from accounts.models import User
from chat import services as chat
from exceptions.models import Evidence
from exceptions.tickets import services as tickets
from notifications.models import Send
from notifications.services import notify
from payments import services as payments
from payments.services import Payee
from tests.chat.conftest import carried, library, name, place, upload, write  # noqa: F401  (fixtures)
from tests.exceptions.actions.running import run
from tests.personal_data.reading import data_of, unpacked, words_of


@pytest.fixture
def export_of(client_of):
    return lambda user: client_of(user).get(reverse("accounts:export"))


def test_an_archive_that_is_sent_as_it_is_written(student_lin, export_of):
    response = export_of(student_lin)
    assert response.streaming
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert set(unpacked(response)) == {"my-data.html", "my-data.css", "my-data.json"}


def test_the_page_says_in_words_what_the_json_says(carried, student_lin, export_of):  # noqa: F811
    page = unpacked(export_of(student_lin))["my-data.html"].decode()
    assert student_lin.phone in page
    assert carried.no in page
    assert carried.get_status_display() in page  # the words, not the code
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")  # nothing is loaded from elsewhere


def test_in_chinese_for_who_reads_chinese(carried, student_lin, client_of):  # noqa: F811
    User.objects.filter(pk=student_lin.pk).update(language="zh-hans")
    student_lin.refresh_from_db()
    page = unpacked(client_of(student_lin).get(reverse("accounts:export")))["my-data.html"].decode()
    assert 'lang="zh-Hans"' in page
    assert "手机号" in page


def test_one_s_own_photos_are_files(carried, student_lin, courier_zhao, write, upload, export_of):  # noqa: F811
    from core.images import clean_photo

    write(student_lin, carried, "", photo=clean_photo(upload()))
    write(courier_zhao, carried, "", photo=clean_photo(upload()))
    files = unpacked(export_of(student_lin))
    photos = [found for found in files if found.startswith("photos/")]
    assert len(photos) == 1
    assert photos[0].startswith("photos/chat/")
    assert files[photos[0]].startswith(b"\xff\xd8")
    assert f'src="{photos[0]}"' in files["my-data.html"].decode()


def test_a_photo_that_is_gone_does_not_break_it(carried, student_lin, write, upload, export_of):  # noqa: F811
    from core.images import clean_photo

    line = write(student_lin, carried, "", photo=clean_photo(upload()))
    line.photo.storage.delete(line.photo.name)
    assert "my-data.json" in unpacked(export_of(student_lin))


def test_what_was_asked_and_answered(carried, student_lin, operator_wang, export_of):  # noqa: F811
    ticket = tickets.report(
        order=carried, type="other", source="customer", actor=student_lin, description="broken"
    )
    run(ticket, "ask_party", operator_wang, party="customer", text="Which half?", minutes=5)
    ticket.refresh_from_db()
    tickets.answer(ticket=ticket, actor=student_lin, text="The left one")
    said = [(row["mine"], row["text"]) for row in data_of(export_of(student_lin))["ticket_answers"]]
    assert (False, "Which half?") in said
    assert (True, "The left one") in said


def test_messages_that_left_the_platform(student_lin, export_of):
    notice = notify(user=student_lin, kind="test", title="Come down")
    Send.objects.create(notice=notice, channel="sms", severity=1, expires_at=notice.created_at)
    sent = data_of(export_of(student_lin))["sends"]
    assert [(row["channel"], row["title"]) for row in sent] == [("sms", "Come down")]


def test_one_s_own_account_in_full(student_lin, campus, wallet_money, export_of):
    wallet_money(student_lin, 5000)
    payments.request_withdrawal(
        key="w", user=student_lin, campus=campus, source="wallet", amount=5000,
        payee=Payee("bank", "林晓", "6222020200998877", "南湖银行"),
    )  # fmt: skip
    one = data_of(export_of(student_lin))["money"]["withdrawals"][0]
    assert (one["account"], one["holder"]) == ("6222020200998877", "林晓")


def test_who_looked_the_number_up_and_why(student_lin, supervisor_sun, export_of):
    accounts.reveal_phone(user=student_lin, actor=supervisor_sun, reason="a parcel without a room")
    told = data_of(export_of(student_lin))["staff_log"]
    assert "a parcel without a room" in told[-1]["what"]
    assert supervisor_sun.name not in json.dumps(told, ensure_ascii=False)


def test_sessions_and_logins(student_lin, client, export_of):
    client.post(
        "/accounts/login/",
        {"login": student_lin.phone, "password": "demo-campus"},
        HTTP_USER_AGENT="Lin's phone",
    )
    told = data_of(export_of(student_lin))
    assert "Lin's phone" in {row["device"] for row in told["sessions"]}
    assert "login" in {row["what"] for row in told["security_log"]}


def test_nothing_of_others(carried, student_lin, courier_zhao, student_mei, operator_wang, write, export_of):  # noqa: F811
    write(courier_zhao, carried, "Zhao's own words")
    tickets.report(
        order=carried, type="other", source="courier", actor=courier_zhao.user, description="what Zhao said"
    )
    chat.contact_support(actor=student_mei, client=name(), text="Mei's question")
    told = words_of(export_of(student_lin))
    others = [courier_zhao.user, student_mei, operator_wang]
    assert not [text for user in others for text in (user.name, user.phone) if text in told]
    assert not [text for text in ("Zhao's own words", "what Zhao said", "Mei's question") if text in told]


def test_a_big_one_starts_at_once(student_lin, carried, upload):  # noqa: F811
    """However many photos there are, one is held in memory at a time."""
    from core.images import clean_photo

    ticket = tickets.report(
        order=carried, type="other", source="customer", actor=student_lin, description="x"
    )
    for _n in range(20):
        Evidence.objects.create(ticket=ticket, by=student_lin, image=clean_photo(upload()))
    chunks = list(archive(student_lin, "en"))
    assert len(chunks) > 20
    assert max(map(len, chunks)) < sum(map(len, chunks)) / 2


def test_a_value_of_any_shape_becomes_a_table():
    found = tables(
        {"unknown": {"a": 1, "b": [{"at": "2026-11-24T02:00:00+00:00", "x_fen": 150}], "c": [[1, 2]]}}
    )
    assert [table.title for table in found] == ["Unknown", "Unknown · b"]
    assert found[1].rows == [["2026-11-24 10:00", "¥1.5"]]
