"""A phone's next positions by a pass: no session, no database; and what a pass does not open, or no more."""

import json

import pytest

from core import realtime, redis_pool
from core.realtime import publish
from couriers import services
from couriers.models import Courier
from couriers.services import positions

pytestmark = [pytest.mark.django_db, pytest.mark.redis]
HERE = {"lat": 31.0255, "lon": 121.4345}


@pytest.fixture(autouse=True)
def gathered(settings, courier_zhao, courier_qian):
    """Positions go through Redis, which remembers nobody."""
    settings.POSITIONS_BUFFERED = True
    forget(courier_zhao, courier_qian)
    yield
    forget(courier_zhao, courier_qian)


def forget(*couriers) -> None:
    keys = [f"{positions.list_key()}:{courier.pk}" for courier in couriers]
    redis_pool.redis_client().delete(positions.list_key(), *keys, *(f"{key}:last" for key in keys))


def may_send_again(courier) -> None:
    """Three seconds have passed for Redis, whose clock no test can turn."""
    redis_pool.redis_client().delete(f"{positions.list_key()}:{courier.pk}:last")


def post(client, body, given=""):
    headers = {"X-Position-Pass": given} if given else {}
    return client.post("/c/position/", json.dumps(body), content_type="application/json", headers=headers)


def gathered_rows() -> list:
    return [json.loads(row) for row in redis_pool.redis_client().lrange(positions.list_key(), 0, -1)]


@pytest.fixture
def given(client_of, courier_zhao) -> str:
    """Zhao's pass, as his first position brought it."""
    answer = post(client_of(courier_zhao), HERE).json()
    assert answer["kept"] is True
    return answer["pass"]


def test_by_a_pass_nobody_is_asked_for(client, given, courier_zhao, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = post(client, {"lat": 31.1, "lon": 121.2}, given)
    assert (answer.status_code, answer.json()) == (200, {"kept": True})
    assert [row[0] for row in gathered_rows()] == [courier_zhao.pk] * 2
    assert services.flush_positions() == 1
    assert Courier.objects.get(pk=courier_zhao.pk).lat == 31.1


def test_at_most_every_three_seconds(client, given, courier_zhao):
    post(client, HERE, given)
    assert post(client, HERE, given).json() == {"kept": False}
    assert len(gathered_rows()) == 2
    may_send_again(courier_zhao)
    assert post(client, HERE, given).json() == {"kept": True}


def test_nonsense_is_refused_as_ever(client, client_of, given, courier_zhao):
    assert post(client_of(courier_zhao), {"lat": 91, "lon": 0}, given).status_code == 422
    assert (
        post(client, {"lat": 91, "lon": 0}, given).status_code == 302
    )  # to log in: the pass alone opens nothing else


@pytest.mark.parametrize("wrong", ["x", "1.", ".", "1.x", "9" * 40 + ".x", "１.x", "-1.x"])
def test_a_pass_that_is_none_opens_nothing(client, wrong):
    assert post(client, HERE, wrong).status_code == 302
    assert gathered_rows() == []


def test_it_is_good_for_its_own_courier_only(client, given, courier_zhao, courier_qian):
    secret = given.partition(".")[2]
    assert post(client, HERE, f"{courier_qian.pk}.{secret}").status_code == 302
    assert [row[0] for row in gathered_rows()] == [courier_zhao.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["off duty", "suspended", "left"])
def test_it_ends_with_the_duty(client, client_of, given, courier_zhao, supervisor_sun, end):
    may_send_again(courier_zhao)
    if end == "off duty":
        services.set_duty(courier=courier_zhao, on=False)
    elif end == "suspended":
        services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="x")
    else:
        services.resign(courier=courier_zhao, actor=courier_zhao.user)
    assert post(client, HERE, given).status_code == 302
    answer = post(client_of(courier_zhao), HERE, given)
    assert answer.status_code == 403 if end == "left" else answer.json() == {"kept": False}
    assert len(gathered_rows()) == 1


def test_it_lasts_ten_minutes(given, courier_zhao):
    left = redis_pool.redis_client().ttl(f"{positions.list_key()}:{courier_zhao.pk}")
    assert 590 < left <= 600


def test_one_that_does_not_hold_any_more_is_replaced_by_the_ordinary_way(client_of, given, courier_zhao):
    redis_pool.redis_client().delete(f"{positions.list_key()}:{courier_zhao.pk}")
    answer = post(client_of(courier_zhao), HERE, given).json()
    assert answer["kept"] is True
    assert answer["pass"] not in ("", given)


def test_what_a_pass_that_outlived_its_duty_brought_is_not_written(client, given, courier_zhao):
    Courier.objects.filter(pk=courier_zhao.pk).update(on_duty=False)  # and Redis never heard of it
    may_send_again(courier_zhao)
    assert post(client, HERE, given).json() == {"kept": True}
    assert services.flush_positions() == 0
    assert Courier.objects.get(pk=courier_zhao.pk).lat is None


def test_with_redis_away_the_ordinary_way_is_taken(client_of, given, courier_zhao, monkeypatch):
    import redis

    class Gone:
        def __getattr__(self, name):
            raise redis.ConnectionError

    with monkeypatch.context() as away:
        away.setattr(redis_pool, "redis_client", Gone)
        assert post(client_of(courier_zhao), HERE, given).json() == {"kept": True}
    assert Courier.objects.get(pk=courier_zhao.pk).lat == HERE["lat"]


def test_only_who_is_on_duty_gets_one(client_of, courier_zhao, courier_qian, carry, open_job, supervisor_sun):
    services.set_duty(courier=courier_qian, on=False)
    assert "pass" not in post(client_of(courier_qian), HERE).json()
    carry(open_job(), courier_zhao, stages=2)
    services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="x")
    assert post(client_of(courier_zhao), HERE).json() == {"kept": True}  # the goods are brought to their end


def test_without_redis_there_are_none(client_of, courier_zhao, settings):
    settings.POSITIONS_BUFFERED = False
    assert post(client_of(courier_zhao), HERE).json() == {"kept": True}


# -- Frames ----------------------------------------------------------------------------------------------------


def test_frames_go_to_the_maps_that_are_open(settings):
    sent = ["track.A", "track.B"]
    if not hasattr(publish.get_channel_layer(), "serialize"):
        assert realtime.groups_with_listeners(sent) == set(
            sent
        )  # one process: nobody knows, and it costs nothing
        return
    listener = redis_pool.redis_client().pubsub()
    listener.subscribe(publish._channel("track.B"))
    listener.get_message(timeout=2)
    assert realtime.groups_with_listeners(sent) == {"track.B"}
    listener.close()
    assert realtime.groups_with_listeners([]) == set()
