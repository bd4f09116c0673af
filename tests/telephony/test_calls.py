"""One-tap calls with a masked number: made, shared by both sides, renewed, released; and what the log says of them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from core import outbox
from core.errors import Invalid, TooLate
from delivery import services as delivery
from dispatch import services as dispatch
from exceptions.tickets import services as tickets
from orders import services as orders
from orders.requests import ErrandRequest
from telephony import checks, services
from telephony.models import CallAttempt, NumberBinding
from telephony.providers import PROVIDERS, ProviderError
from telephony.providers.base import MaskedNumber
from telephony.selectors import calls_about
from telephony.wording import sentence
from tests import factories
from tests.personal_data.reading import data_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def spy(monkeypatch):
    """What the provider was asked, and a switch that turns it off."""

    class Spy:
        asked, down = [], False

        def __call__(self, name):
            real = getattr(PROVIDERS["fake"], name)

            def ask(*args, **kwargs):
                self.asked.append(name)
                if self.down:
                    raise ProviderError("503")
                return real(*args, **kwargs)

            monkeypatch.setattr(PROVIDERS["fake"], name, ask)

    spy = Spy()
    for name in ("bind", "renew", "unbind"):
        spy(name)
    return spy


def test_both_sides_dial_the_same_lent_number(leg, client_of, student_lin, courier_zhao, spy):
    url = reverse("delivery:call_courier", args=[leg.order.no])
    number = client_of(student_lin).post(url, headers=HTMX)["HX-Redirect"].removeprefix("tel:")
    assert number not in (student_lin.phone, courier_zhao.user.phone)
    back = client_of(courier_zhao).post(reverse("delivery:call", args=[leg.no]))["Location"]
    assert back == f"tel:{number}"
    assert spy.asked == ["bind"]
    assert {call.caller_role for call in calls_about(leg.order.no)} == {"customer", "courier"}
    assert NumberBinding.objects.get().calls.count() == 2


def test_the_operator_reads_the_masked_number_and_never_the_courier_s(
    leg, client_of, operator_wang, courier_zhao, lake
):
    ticket = tickets.report(
        order=leg.order, type="other", source="customer", actor=leg.order.customer, description="?"
    )
    ticket.refresh_from_db()
    desk = client_of(operator_wang)
    answer = desk.post(reverse("exceptions:console_call", args=[ticket.no, "courier"]), headers=HTMX)
    told = json.loads(answer["HX-Trigger"])
    number = NumberBinding.objects.get().number
    assert told["oc:call"]["tel"] == f"tel:{number}"
    assert number in told["toast"]["text"]
    assert courier_zhao.user.phone not in answer["HX-Trigger"]
    plain = desk.post(reverse("exceptions:console_call", args=[ticket.no, "courier"]))
    assert plain["Location"] == f"tel:{number}"
    # The ticket is over: so is the number.
    tickets.dismiss(ticket=ticket, actor=operator_wang, reason="nothing")
    assert NumberBinding.objects.get().ended_at is not None


def test_pairs_that_share_a_person_get_different_numbers(
    leg, student_mei, courier_zhao, places, wallet_money
):
    wallet_money(student_mei, 5000)
    data = {"pickup": places.parcel_station, "dropoff": places.dorm_north}
    order = orders.place_order(
        actor=student_mei, request=ErrandRequest(campus=leg.campus, kind="parcel", **data), gateway="wallet"
    )
    other = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    first = delivery.call_courier(leg=leg, actor=leg.order.customer)
    second = delivery.call_customer(leg=other, actor=courier_zhao.user)
    assert first.number != second.number


def test_nobody_calls_themselves_and_a_hidden_call_needs_a_phone(leg, student_lin, courier_zhao):
    courier_zhao.user.phone, old = None, courier_zhao.user.phone
    courier_zhao.user.save()
    with pytest.raises(Invalid, match="There is no phone number"):
        delivery.call_courier(leg=leg, actor=student_lin)
    with pytest.raises(Invalid, match="no phone number"):
        delivery.call_customer(leg=leg, actor=courier_zhao.user)
    courier_zhao.user.phone = old
    courier_zhao.user.save()
    leg.order.contact_phone = old
    leg.order.save()
    with pytest.raises(Invalid, match="your own number"):
        delivery.call_customer(leg=leg, actor=courier_zhao.user)
    assert not CallAttempt.objects.exists()


# -- Expiry, renewal, giving back --------------------------------------------------------------------------


def test_a_number_is_renewed_while_it_is_needed_and_released_when_the_leg_is_over(
    leg, spy, simulated_clock, student_lin
):
    dial = delivery.call_courier(leg=leg, actor=student_lin)
    binding = NumberBinding.objects.get()
    assert services.maintain_bindings() == 0
    simulated_clock.advance(minutes=111)
    assert services.maintain_bindings() == 1
    binding.refresh_from_db()
    assert binding.expires_at == simulated_clock() + services.HOLD
    assert delivery.call_courier(leg=leg, actor=student_lin).number == dial.number
    delivery.give_back(leg=leg, actor=leg.courier.user, reason="flat tyre")
    assert services.maintain_bindings() == 1
    binding.refresh_from_db()
    assert binding.released_at == simulated_clock()
    assert (spy.asked, services.maintain_bindings()) == (["bind", "renew", "unbind"], 0)


def test_a_number_is_not_renewed_for_ever(leg, spy, simulated_clock, student_lin):
    delivery.call_courier(leg=leg, actor=student_lin)
    for _minute in range(0, 26 * 60, 5):
        simulated_clock.advance(minutes=5)
        services.maintain_bindings()
    binding = NumberBinding.objects.get()
    assert binding.released_at - binding.created_at <= services.MOST + timedelta(minutes=5)
    assert binding.next_try_at is None
    assert delivery.call_courier(leg=leg, actor=student_lin).hidden
    assert spy.asked.count("bind") == 2


def test_a_provider_that_is_down_is_asked_again_until_it_takes_its_number_back(
    leg, spy, simulated_clock, student_lin
):
    delivery.call_courier(leg=leg, actor=student_lin)
    orders_over = NumberBinding.objects.get()
    delivery.give_back(leg=leg, actor=leg.courier.user, reason="flat tyre")
    spy.down = True
    for _try in range(4):
        services.maintain_bindings()
        services.maintain_bindings()  # a second sweep at the same moment asks nobody again
        simulated_clock.advance(minutes=2)
    assert spy.asked.count("unbind") == 4
    spy.down = False
    services.maintain_bindings()
    orders_over.refresh_from_db()
    assert (orders_over.released_at, orders_over.error) == (simulated_clock(), "")


def test_a_provider_that_is_down_is_said_and_written_down(leg, spy, client_of, student_lin, simulated_clock):
    spy.down = True
    url = reverse("delivery:call_courier", args=[leg.order.no])
    answer = client_of(student_lin).post(url, headers=HTMX)
    assert answer.status_code == 503
    assert "The call service does not answer just now" in f"{answer.text}{answer.headers}"
    call = calls_about(leg.order.no).get()
    assert (call.result, sentence(call)) == ("failed", "Called the courier · not connected")
    spy.down = False
    assert client_of(student_lin).post(url, headers=HTMX).status_code == 200
    simulated_clock.advance(minutes=1)
    assert services.maintain_bindings() == 0  # nothing is left of the first


def test_the_order_ends_while_the_provider_is_asked(leg, monkeypatch, student_lin):
    """The row was there before the question, so the number that comes too late is given back at once."""

    def bind(**pair):
        delivery.give_back(leg=leg, actor=leg.courier.user, reason="flat tyre")
        return MaskedNumber("17000000001", "late")

    monkeypatch.setattr(PROVIDERS["fake"], "bind", bind)
    delivery.call_courier(leg=leg, actor=student_lin)
    binding = NumberBinding.objects.get()
    assert (binding.number, binding.released_at) == ("17000000001", None)
    assert binding.ended_at is not None
    services.maintain_bindings()
    binding.refresh_from_db()
    assert binding.released_at is not None


def test_pressed_twice_at_once_asks_once_and_who_died_asking_blocks_nobody(
    leg, monkeypatch, student_lin, simulated_clock
):
    def bind(**pair):
        raise SystemExit  # the process dies

    with monkeypatch.context() as dying:
        dying.setattr(PROVIDERS["fake"], "bind", bind)
        with pytest.raises(SystemExit):
            delivery.call_courier(leg=leg, actor=student_lin)
    with pytest.raises(TooLate, match="connecting you already"):
        delivery.call_courier(leg=leg, actor=student_lin)
    simulated_clock.advance(seconds=31)
    services.maintain_bindings()
    assert NumberBinding.objects.get().released_at is not None
    assert delivery.call_courier(leg=leg, actor=student_lin).hidden


# -- What the provider tells -------------------------------------------------------------------------------


def test_the_local_service_tells_how_the_call_went_once(
    leg, student_lin, simulated_clock, client_of, operator_wang
):
    ticket = tickets.report(
        order=leg.order, type="other", source="customer", actor=student_lin, description="?"
    )
    delivery.call_courier(leg=leg, actor=student_lin)
    assert services.take_pulled_reports() == 0
    simulated_clock.advance(seconds=10)
    assert (services.take_pulled_reports(), services.take_pulled_reports()) == (1, 0)
    call = calls_about(leg.order.no).get()
    assert call.result != "asked"
    page = client_of(operator_wang).get(reverse("exceptions:console_parts", args=[ticket.no])).text
    assert sentence(call) in page


def test_a_call_back_and_a_second_dialling_are_calls_of_their_own(
    leg, student_lin, courier_zhao, simulated_clock
):
    delivery.call_courier(leg=leg, actor=student_lin)
    binding = NumberBinding.objects.get()

    def report(call, caller, callee, **more):
        fields = {
            "ref": binding.ref,
            "number": binding.number,
            "at": simulated_clock(),
            "result": "answered",
            "seconds": 72,
        }
        return services.take_report(
            provider="fake", report=services.Report(call=call, caller=caller, callee=callee, **fields | more)
        )

    lin, zhao = student_lin.phone, courier_zhao.user.phone
    assert report("1", lin, zhao, result="busy", seconds=0)
    assert report("2", zhao, lin)
    assert not report("2", zhao, lin)  # told twice
    assert not report("3", "13900001111", zhao)  # not the pair
    assert not report("4", lin, zhao, number="17099999999")
    assert not report("5", lin, zhao, ref="another")
    assert not report("6", lin, zhao, ref="")
    told = [(call.caller, call.callee, sentence(call)) for call in calls_about(leg.order.no)]
    assert told == [
        (courier_zhao.user, student_lin, "Called the customer · answered, 1:12"),
        (student_lin, courier_zhao.user, "Called the courier · busy"),
    ]


@pytest.mark.parametrize("provider, status", [("fake", 400), ("direct", 400), ("nobody", 404)])
def test_who_tells_nothing_is_believed_nothing(client, db, provider, status):
    answer = client.post(f"/calls/{provider}/secret/", "[]", content_type="application/json")
    assert answer.status_code == status


# -- The log -----------------------------------------------------------------------------------------------


def test_calls_are_in_ones_own_data_without_the_other_s_number(leg, student_lin, courier_zhao, client_of):
    delivery.call_courier(leg=leg, actor=student_lin)
    mine = client_of(student_lin).get(reverse("accounts:export"))
    told = data_of(mine)
    assert [(call["made"], call["with"]) for call in told["calls"]] == [(True, "courier")]
    assert courier_zhao.user.phone not in json.dumps(told)


def test_the_log_s_pages_take_the_same_queries_for_one_call_and_for_ten(
    leg, student_lin, supervisor_sun, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    desk, url = client_of(supervisor_sun), reverse("admin:telephony_callattempt_changelist")
    delivery.call_courier(leg=leg, actor=student_lin)
    desk.get(url)
    with django_assert_max_num_queries(20) as few:
        desk.get(url)
    for _call in range(9):
        delivery.call_courier(leg=leg, actor=student_lin)
    with django_assert_num_queries(len(few)):
        page = desk.get(url)
    assert leg.order.no in page.text


def test_another_campus_s_calls_are_nobody_s_business(leg, student_lin, client_of, other_campus):
    stranger = factories.UserFactory(is_staff=True, campus=other_campus)
    factories.StaffRoleFactory(user=stranger, campus=other_campus, role="supervisor")
    delivery.call_courier(leg=leg, actor=student_lin)
    call = CallAttempt.objects.get()
    desk = client_of(stranger)
    assert leg.order.no not in desk.get(reverse("admin:telephony_callattempt_changelist")).text
    assert desk.get(reverse("admin:telephony_callattempt_change", args=[call.pk])).status_code == 302


def test_a_change_of_the_log_is_told_to_the_console(leg, student_lin):
    tickets.report(order=leg.order, type="other", source="customer", actor=student_lin, description="?")
    with outbox.deferred_delivery():
        delivery.call_courier(leg=leg, actor=student_lin)
        assert outbox.OutboxEvent.objects.filter(name="telephony.call_changed").count() == 1


# -- Settings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed, found",
    [
        ({}, []),
        ({"CALL_PROVIDER": "pigeon"}, ["telephony.E001"]),
        ({"CALL_PROVIDER": "aliyun"}, ["telephony.E002"]),
        ({"CALL_PROVIDER": "fake", "PRODUCTION": True}, ["telephony.E002"]),
        ({"key": "FC1"}, ["telephony.E003"]),
        ({"key": "FC1", "secret": "short"}, ["telephony.E003", "telephony.E004"]),
    ],
)
def test_settings_that_would_not_connect_are_said(settings, changed, found):
    changed = dict(changed)
    settings.ALIYUN_CALLS = settings.ALIYUN_CALLS | {
        "ALIYUN_CALLS_POOL_KEY": changed.pop("key", ""),
        "ALIYUN_CALLS_CALLBACK_SECRET": changed.pop("secret", ""),
    }
    for name, value in changed.items():
        setattr(settings, name, value)
    assert [problem.id for problem in checks.call_settings(None)] == found
