"""Who carries it is said as such, and everything once, in our words."""

import re

from dispatch import services as dispatch
from exceptions.console.ticket_map import map_of
from exceptions.console.timeline import facts
from exceptions.models import Ticket
from telephony.selectors import calls_about
from tests.exceptions.console.pages import text_of, url


def test_who_carries_it_now_is_shown_and_called_and_whom_it_is_about_as_such(
    desk, order, walk, pass_promise, courier_zhao, courier_qian, operator_wang
):
    walk(order, "assigned")
    ticket = pass_promise(order)
    assert ticket.courier == courier_zhao
    page = text_of(desk.get(url("console_ticket", ticket)))
    assert "Courier whom it is about" not in page
    assert desk.post(url("console_call", ticket, "carrier")).status_code == 404
    dispatch.assign_leg(leg=order.legs.latest("pk"), courier=courier_qian, actor=operator_wang, force=True)
    page = text_of(desk.get(url("console_ticket", ticket)))
    zhao, qian = courier_zhao.user.display_name, courier_qian.user.display_name
    assert f"Courier {qian}" in page
    assert f"Courier whom it is about {zhao}" in page
    for party, called in (("carrier", courier_qian), ("courier", courier_zhao)):
        assert desk.post(url("console_call", ticket, party)).status_code == 204
        assert calls_about(order.no).latest("pk").callee == called.user
    dispatch.unassign_leg(leg=order.legs.latest("pk"), actor=operator_wang)
    page = text_of(desk.get(url("console_ticket", ticket)))
    assert f"Courier — Courier whom it is about {zhao}" in page


def test_an_extension_stands_once_in_the_timeline_and_in_words(desk, overdue, operator_wang):
    values = {"minutes": "15", "cause": "peak", "text": "", "key": "once"}
    assert desk.post(url("console_action", overdue, "extend_promise"), values).status_code == 204
    told = facts(Ticket.objects.get(pk=overdue.pk), operator_wang)
    assert [fact.source for fact in told if "15 min" in fact.text] == ["ticket"]
    entry = overdue.order.history.get(action="extend")
    assert entry.reason == "it is very busy just now"
    # An older one has the code still, and another ticket's own entry does not stand here.
    overdue.order.history.filter(pk=entry.pk).update(reason="peak")
    overdue.events.filter(kind="extend_promise").delete()
    told = facts(Ticket.objects.get(pk=overdue.pk), operator_wang)
    assert [fact.quote for fact in told if "15 min" in fact.text] == ["it is very busy just now"]


def test_what_is_wrong_stands_once_at_its_field_and_in_our_words(desk, overdue):
    address = url("console_action", overdue, "extend_promise")
    values = {"minutes": "-5", "cause": "peak", "text": ""}
    sent = desk.post(address, values | {"key": "wrong"})
    assert sent.status_code == 422
    assert text_of(sent).count("At least 5.") == 1
    typed = desk.get(address, values | {"preview": "1"}).content.decode()
    assert typed.count("At least 5.") == 1
    assert re.search(
        r'<div id="id_minutes_errors" hx-swap-oob="true"><p class="oc-error" role="alert">At least', typed
    )
    assert "At most 180." in text_of(desk.get(address, values | {"preview": "1", "minutes": "999"}))
    # Who has only begun to fill it in is not scolded for what is still empty.
    empty = text_of(desk.get(address, {"preview": "1", "minutes": "", "cause": "peak"}))
    assert "required" not in empty


def test_how_old_a_position_is_is_said_in_minutes_and_soon_in_hours(
    overdue, courier_zhao, places, simulated_clock
):
    courier_zhao.lat, courier_zhao.lon = places.gate.lat, places.gate.lon
    courier_zhao.located_at = simulated_clock()
    courier_zhao.save()

    def told() -> tuple[str, str]:
        shown = map_of(overdue, overdue.order.legs.select_related("courier__user").get())
        return shown.seen, shown.pins[-1]["note"].split(" · ")[1]

    assert told() == ("", "seen just now")
    courier_zhao.accuracy_m = 35
    courier_zhao.save()
    shown = map_of(overdue, overdue.order.legs.select_related("courier__user").get())
    assert (shown.exact, shown.pins[-1]["note"].split(" · ")[2], shown.pins[-1]["acc"]) == (
        "±35 m",
        "±35 m",
        35,
    )
    simulated_clock.advance(minutes=119)
    assert told() == ("119 min", "seen 119 min ago")
    simulated_clock.advance(minutes=433)
    assert told() == ("9 hours", "seen 9 hours ago")
