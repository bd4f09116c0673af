"""The pages of chat and what their script asks."""

import json

import pytest

from chat import services
from chat.models import Conversation, Message, Thread
from tests.chat.conftest import name

JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def say(client_of, carried):
    """say(person, text): posts a line in the order's chat, as the page's script does."""

    def post(person, text="hello", key=None, **more):
        data = {"client": name(), "text": text, **more}
        return client_of(person).post(f"/chat/{key or f'order-{carried.no}'}/say/", data, **JSON)

    return post


def test_customer_and_courier_open_the_page(carried, student_lin, courier_zhao, client_of):
    for person, title in ((student_lin, "Courier 赵"), (courier_zhao, "Student 林")):
        page = client_of(person).get(f"/o/{carried.no}/chat/")
        assert page.status_code == 200
        assert title in page.content.decode()
        assert f"Courier {title}" not in page.content.decode()
        assert student_lin.phone not in page.content.decode()
        assert courier_zhao.user.phone not in page.content.decode()


def test_opening_the_page_makes_nothing(carried, student_lin, client_of):
    client_of(student_lin).get(f"/o/{carried.no}/chat/")
    client_of(student_lin).get("/support/")
    assert not Thread.objects.exists()


def test_strangers_find_no_page(carried, student_mei, courier_qian, operator_wang, client, client_of):
    for stranger in (student_mei, courier_qian, operator_wang):
        for path in (
            f"/o/{carried.no}/chat/",
            f"/chat/order-{carried.no}/lines/",
            f"/chat/order-{carried.no}/badge/",
        ):
            assert client_of(stranger).get(path).status_code == 404
        assert (
            client_of(stranger)
            .post(f"/chat/order-{carried.no}/say/", {"client": name(), "text": "x"})
            .status_code
            == 404
        )
    assert client.get(f"/o/{carried.no}/chat/").status_code == 302


def test_the_answer_to_a_line_brings_what_came_meanwhile(say, student_lin, courier_zhao):
    say(courier_zhao, "first")
    answer = say(student_lin, "second").json()
    assert answer["html"].index("first") < answer["html"].index("second")
    assert 'data-seq="1"' in answer["html"]
    assert say(student_lin, "third", after=2).json()["html"].count("data-seq") == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": ""}, "Write something"),
        ({"text": "x" * 1001}, "At most 1000"),
        ({"text": "hello", "client": "short"}, "load the page again"),
        ({"text": "hello", "client": "<b>bad name</b>"}, "load the page again"),
        ({"lat": "91", "lon": "0"}, "less than or equal"),
        ({"lat": "nan", "lon": "0"}, "Enter a number"),
    ],
)
def test_bad_input_is_refused_in_words(say, student_lin, data, words):
    answer = say(student_lin, **({"text": ""} | data))
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "text", ["😀" * 500, "<script>alert(1)</script>", "{{ 7*7 }}", "𠮷" * 1000, "\u202eevil"]
)
def test_people_may_write_anything(say, student_lin, text):
    answer = say(student_lin, text)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.json()["html"]
    assert Message.objects.get().text == text


@pytest.mark.parametrize("value", ["", "x", "-1", "99999999999999999999", "１２", "1e3"])
def test_nonsense_instead_of_a_number_is_none(carried, student_lin, client_of, say, value):
    say(student_lin)
    answer = client_of(student_lin).get(f"/chat/order-{carried.no}/lines/", {"after": value})
    assert answer.status_code in (200, 400)
    assert client_of(student_lin).post(f"/chat/order-{carried.no}/read/", {"seq": value}).status_code == 204


def test_a_position_is_shown_as_a_place(say, campus, places, courier_zhao):
    answer = say(courier_zhao, "", lat="31.0281", lon="121.4341")
    assert "near North dorm 3" in answer.json()["html"]
    assert "/map/?at=31.0281,121.4341" in answer.json()["html"]


def test_far_from_everything_it_is_just_here(say, courier_zhao):
    html = say(courier_zhao, "", lat="0", lon="0").json()["html"]
    assert "I am here" in html
    assert "near" not in html


def test_a_browser_without_scripts_comes_back_to_the_page(carried, student_lin, client_of):
    path = f"/o/{carried.no}/chat/"
    answer = client_of(student_lin).post(
        f"/chat/order-{carried.no}/say/", {"client": name(), "text": "plain"}, headers={"Referer": path}
    )
    assert answer.url == path
    assert "plain" in client_of(student_lin).get(path).content.decode()


def test_a_browser_without_scripts_is_not_sent_to_another_site(carried, student_lin, client_of):
    answer = client_of(student_lin).post(
        f"/chat/order-{carried.no}/say/",
        {"client": name(), "text": "plain"},
        headers={"Referer": "https://evil.example/x"},
    )
    assert answer.url == "/support/"


def test_earlier_lines_come_in_pages(carried, student_lin, client_of, simulated_clock):
    for number in range(70):
        simulated_clock.advance(seconds=5)
        services.send_message(
            actor=student_lin, key=f"order-{carried.no}", client=name(), text=f"no. {number}"
        )
    page = client_of(student_lin).get(f"/o/{carried.no}/chat/").content.decode()
    assert "no. 69" in page
    assert "no. 9<" not in page
    answer = client_of(student_lin).get(f"/chat/order-{carried.no}/lines/?before=11").json()
    assert answer["html"].count("data-seq") == 10
    assert answer["more"] is False


def test_the_page_asks_as_much_of_a_long_chat_as_of_a_short_one(
    carried, student_lin, courier_zhao, client_of, django_assert_max_num_queries, simulated_clock, write
):
    client = client_of(student_lin)

    def count():
        with django_assert_max_num_queries(40) as asked:
            assert client.get(f"/o/{carried.no}/chat/").status_code == 200
        return len(asked)

    write(courier_zhao, carried)
    write(student_lin, carried)
    few = count()
    for _ in range(20):
        simulated_clock.advance(seconds=5)
        write(courier_zhao, carried)
        write(student_lin, carried, data={"lat": 31.0, "lon": 121.0, "near": None}, text="")
    assert count() == few


def test_the_way_in_stands_on_the_pages_of_order_and_job(carried, student_lin, courier_zhao, client_of, say):
    say(courier_zhao, "here")
    order = client_of(student_lin).get(f"/o/{carried.no}/").content.decode()
    assert f"/o/{carried.no}/chat/" in order
    assert "1 unread" in order
    assert f"/support/?about=order:{carried.no}" in order
    job = client_of(courier_zhao).get(f"/c/job/{carried.legs.get().no}/").content.decode()
    assert f"/o/{carried.no}/chat/" in job
    for person, path in ((student_lin, "/me/"), (courier_zhao, "/c/me/")):
        assert "/support/" in client_of(person).get(path).content.decode()


# -- Customer service --------------------------------------------------------------------------------------


def test_the_greeting_offers_what_is_under_way(carried, student_lin, courier_zhao, client_of):
    page = client_of(student_lin).get(f"/support/?about=order:{carried.no}").content.decode()
    assert f'value="order:{carried.no}" checked' in page
    assert "Hello 林晓" in page
    page = client_of(courier_zhao).get("/support/?portal=courier").content.decode()
    assert f"order:{carried.no}" in page


def test_nobody_elses_order_is_offered(carried, student_mei, client_of):
    page = client_of(student_mei).get(f"/support/?about=order:{carried.no}").content.decode()
    assert carried.no not in page


def test_asking_and_following_it(say, carried, student_lin, operator_wang, client_of):
    answer = say(student_lin, "Where is it?", key="support", about=f"order:{carried.no}").json()
    assert "You are in the queue" in answer["html"]
    assert "You are next" in answer["waiting"]
    talk = Conversation.objects.get()
    services.answer(actor=operator_wang, thread=talk.thread, client=name(), text="On its way")
    answer = client_of(student_lin).get("/chat/support/lines/?after=2").json()
    assert "On its way" in answer["html"]
    assert "王客服" not in answer["html"]
    services.close(actor=operator_wang, conversation=talk)
    page = client_of(student_lin).get("/support/").content.decode()
    assert f"/support/{talk.thread.no}/" in page
    assert "On its way" in client_of(student_lin).get(f"/support/{talk.thread.no}/").content.decode()


def test_who_has_no_campus_is_told(client_of, say, student_lin, campus):
    student_lin.campus = None
    student_lin.save()
    campus.is_active = False
    campus.save()
    answer = say(student_lin, key="support")
    assert answer.status_code == 422
    assert client_of(student_lin).get("/support/").status_code == 200


def test_the_conversation_of_another_is_not_found(say, student_lin, student_mei, client_of):
    say(student_lin, key="support")
    no = Conversation.objects.get().thread.no
    for path in (f"/support/{no}/", f"/chat/{no}/lines/"):
        assert client_of(student_mei).get(path).status_code == 404
    assert client_of(student_mei).get("/chat/support/lines/").json()["html"] == ""


def test_lines_are_json_that_says_how_things_stand(say, student_lin, courier_zhao):
    say(courier_zhao, "x")
    answer = say(student_lin, "y")
    assert json.loads(answer.content).keys() == {"no", "html", "read", "state", "more"}
