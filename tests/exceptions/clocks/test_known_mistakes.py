"""Mistakes that others' clocks are known for, each as a test of its own."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.hours import HOLIDAY, WeeklyHours
from exceptions.clocks import ClockName, LogEntry, Policy, state

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TOLD, WORKED, RESPONSE, RESOLUTION = ClockName
OPERATOR = "operator"


def after(minutes: float) -> datetime:
    return TUESDAY + timedelta(minutes=minutes)


def entry(
    kind: str, minutes: float, role: str = "system", audience: str = "operators", until=None
) -> LogEntry:
    return LogEntry(kind, after(minutes), role, audience, None if until is None else after(until))


OPENED = entry("opened", 0, audience="everyone")


@pytest.fixture
def policy():
    """policy(**changes): told 3, worked on 4, answered 5, solved 30 minutes, at all hours."""

    def make(hours="24/7", **changes) -> Policy:
        minutes = {"told_minutes": 3, "worked_minutes": 4, "respond_minutes": 5, "resolve_minutes": 30}
        return Policy(**(minutes | changes), hours=WeeklyHours.parse(hours))

    return make


def test_a_later_clock_does_not_hide_an_earlier_one(policy):
    found = state([OPENED], policy(resolve_minutes=2), after(1))
    assert [clock.name for clock in found.running] == [RESOLUTION, TOLD, WORKED, RESPONSE]
    late = state([OPENED], policy(), after(10))
    assert late.next.name == TOLD  # what ran out first stays first, though others run out behind it
    assert [clock.name for clock in late.missed] == [TOLD, WORKED, RESPONSE]


def test_handing_it_to_another_group_neither_keeps_an_old_clock_nor_starts_a_new_one(policy):
    alone = state([OPENED], policy(), after(2))
    moved = [OPENED, entry("assigned", 1, OPERATOR), entry("unassigned", 1.5, OPERATOR)]
    assert state(moved, policy(), after(2)).clocks == alone.clocks


def test_what_was_answered_does_not_escalate(policy):
    log = [OPENED, entry("extend_promise", 2, OPERATOR, "everyone")]
    found = state(log, policy(), after(20))
    assert [clock.name for clock in found.running] == [RESOLUTION]
    assert not found.missed


def test_a_merged_ticket_has_no_clock_and_a_merge_that_is_undone_never_was(policy):
    log = [OPENED, entry("claimed", 1, OPERATOR), entry("merged", 2, OPERATOR)]
    assert not state(log, policy(), after(99)).running
    split = [*log, entry("split", 25, OPERATOR)]
    assert state(split, policy(), after(26)).clocks == state(log[:2], policy(), after(26)).clocks


def test_an_internal_note_is_no_answer(policy):
    found = state([OPENED, entry("note", 1, OPERATOR)], policy(), after(2))
    assert [clock.name for clock in found.running] == [TOLD, RESPONSE, RESOLUTION]  # it is work, though
    assert found.present[RESPONSE].due == after(5)
    told = state([OPENED, entry("note", 1, OPERATOR, "customer")], policy(), after(2))
    assert [clock.name for clock in told.running] == [RESOLUTION]


def test_nothing_runs_out_at_midnight(policy):
    evening = policy("08:00-22:00")
    log = [LogEntry("opened", TUESDAY.replace(hour=21, minute=58))]
    found = state(log, evening, TUESDAY.replace(hour=21, minute=59))
    assert found.present[RESPONSE].due == TUESDAY.replace(day=25, hour=8, minute=3)
    for clock in found.clocks:
        assert evening.hours.is_open(clock.due - timedelta(seconds=1))


def test_the_clocks_go_on_after_quiet_hours(policy):
    log = [LogEntry("opened", TUESDAY.replace(hour=21, minute=58))]
    morning = state(log, policy("08:00-22:00"), TUESDAY.replace(day=25, hour=8, minute=4))
    assert [clock.name for clock in morning.missed] == [TOLD, WORKED, RESPONSE]
    assert morning.next.name == TOLD


def test_a_pause_is_not_lost_when_the_policy_changes(policy):
    log = [OPENED, entry("claimed", 1, OPERATOR), entry("ask_party", 2, OPERATOR, "customer", until=12)]
    frozen = policy()
    answered = [*log, entry("answered", 8, "customer", "customer")]
    assert state(answered, frozen, after(9)).present[RESOLUTION].due == after(36)
    # The policy that is live now asks for half; the ticket keeps its own, and its pause.
    assert Policy.of(frozen.data()) == frozen
    assert state(answered, Policy.of(frozen.data()), after(9)) == state(answered, frozen, after(9))


def test_the_time_between_solved_and_reopened_counts_for_nothing(policy):
    log = [OPENED, entry("claimed", 1, OPERATOR), entry("resolved", 2, OPERATOR, "everyone")]
    again = [*log, entry("reopened", 5000, "customer", "customer")]
    found = state(again, policy(), after(5001))
    assert {clock.started for clock in found.present.values()} == {after(5000)}
    assert found.present[RESOLUTION].due == after(5030)
    assert [clock for clock in found.missed if clock.cycle == 0] == []


def test_nothing_runs_on_after_resolving(policy):
    found = state([OPENED, entry("resolved", 2, audience="everyone")], policy(), after(500))
    assert (found.running, found.missed, found.ended) == ([], [], True)


def test_a_late_first_answer_does_not_vanish(policy):
    log = [OPENED, entry("claimed", 9, OPERATOR), entry("resolved", 10, OPERATOR, "everyone")]
    for kept in (log, [*log, entry("reopened", 60, "customer", "customer")]):
        missed = state(kept, policy(), after(61)).missed
        assert [(clock.name, clock.cycle, clock.stopped) for clock in missed][:3] == [
            (TOLD, 0, after(10)), (WORKED, 0, after(9)), (RESPONSE, 0, after(9)),
        ]  # fmt: skip


def test_the_last_minute_before_midnight_is_open(policy):
    log = [LogEntry("opened", TUESDAY.replace(hour=23, minute=58))]
    found = state(log, policy("00:00-23:59"), TUESDAY.replace(hour=23, minute=59))
    assert found.present[RESPONSE].due == TUESDAY.replace(day=25, hour=0, minute=3)


# -- Pauses -------------------------------------------------------------------------------------------------------


def test_all_clocks_stand_still_while_a_party_is_asked_up_to_the_limit(policy):
    ask = entry("ask_party", 1, "system", "courier", until=100)
    found = state([OPENED, ask], policy(pause_minutes=20), after(5))
    assert found.paused
    assert found.present[WORKED].due == after(24)
    assert not state([OPENED, ask], policy(pause_minutes=20), after(21)).paused


def test_the_limit_is_one_for_all_questions_of_a_cycle(policy):
    log = [
        OPENED,
        entry("ask_party", 1, OPERATOR, "courier", until=11),
        entry("silent", 11.2, audience="courier"),
        entry("ask_party", 12, OPERATOR, "customer", until=22),
    ]
    found = state(log, policy(pause_minutes=15), after(13))
    assert found.present[RESOLUTION].due == after(45)


def test_an_early_answer_gives_the_rest_back(policy):
    log = [
        OPENED,
        entry("ask_party", 1, OPERATOR, "courier", until=11),
        entry("answered", 3, "courier", "courier"),
    ]
    assert state(log[:2], policy(), after(2)).present[RESOLUTION].due == after(40)
    assert state(log, policy(), after(4)).present[RESOLUTION].due == after(32)


def test_under_an_incident_everything_stands_still_until_it_lets_go(policy):
    log = [OPENED, entry("incident_joined", 2)]
    held = state(log, policy(), after(50))
    assert (held.paused, held.missed, held.next.due) == (True, [], None)
    free = state([*log, entry("incident_left", 50)], policy(), after(51))
    assert free.present[TOLD].due == after(51)
    assert free.present[RESOLUTION].due == after(78)


def test_a_wait_within_an_incident_is_counted_once(policy):
    log = [
        OPENED, entry("incident_joined", 2), entry("ask_party", 3, OPERATOR, "courier", until=8),
        entry("silent", 8), entry("incident_left", 10),
    ]  # fmt: skip
    assert state(log, policy(), after(11)).present[RESOLUTION].due == after(38)


# -- Who is told, and when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("told", "stopped"), [("opening", after(0)), ("clock", after(2)), ("nobody", None)])
def test_the_customer_is_told_by_the_opening_or_by_an_entry_or_not_at_all(policy, told, stopped):
    log = [
        OPENED,
        entry("alarm_repeated", 1, audience="everyone"),
        entry("delivered", 2, audience="everyone"),
    ]
    clocks = state(log, policy(told=told), after(3)).present
    assert (clocks[TOLD].stopped if TOLD in clocks else None) == stopped


def test_holidays_and_make_up_workdays_are_those_that_were_frozen(policy):
    office = Policy(
        3, 4, 5, 30, hours=WeeklyHours.parse("Mon-Fri 09:00-17:00"),
        days={date(2026, 11, 25): HOLIDAY, date(2026, 11, 28): 1},
    )  # fmt: skip
    log = [LogEntry("opened", TUESDAY.replace(hour=16, minute=50))]
    assert state(log, office, after(0)).present[RESOLUTION].due == TUESDAY.replace(day=26, hour=9, minute=20)
    friday = [LogEntry("opened", TUESDAY.replace(day=27, hour=16, minute=50))]
    assert state(friday, office, after(0)).present[RESOLUTION].due == TUESDAY.replace(
        day=28, hour=9, minute=20
    )
    assert Policy.of(office.data()) == office


def test_asked_about_an_earlier_time_it_says_what_was_so_then(policy):
    log = [OPENED, entry("claimed", 9, OPERATOR), entry("resolved", 10, OPERATOR, "everyone")]
    assert state(log, policy(), after(6)).next.name == TOLD
    assert not state(log, policy(), after(6)).ended
