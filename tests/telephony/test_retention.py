"""How long phone numbers are kept, on a simulated clock; and that no log line holds one."""

import io
import logging
import logging.config

import pytest
from django.conf import settings as django_settings

from accounts import services as people
from core.redaction import mask_numbers
from delivery import services as delivery
from orders import services as orders
from payments import services as money
from telephony import retention, services
from telephony.models import CallAttempt, NumberBinding

RECEIVER = "13812342046"


@pytest.fixture
def called(leg, student_lin, courier_zhao, simulated_clock):
    """Both have called each other, and the parcel has arrived and been confirmed."""
    leg.order.contact_phone = RECEIVER
    leg.order.save()
    delivery.call_courier(leg=leg, actor=student_lin)
    delivery.call_customer(leg=leg, actor=courier_zhao.user)
    for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        leg = stage(leg=leg, actor=courier_zhao.user)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    return orders.complete_order(order=leg.order, actor=student_lin)


def numbers() -> set[str]:
    """Every number in the call log."""
    return set(CallAttempt.objects.values_list("callee_phone", flat=True)).union(
        *NumberBinding.objects.values_list("a_phone", "b_phone")
    )


def test_the_call_log_forgets_numbers_after_thirty_days(called, simulated_clock, student_lin, courier_zhao):
    services.maintain_bindings()
    simulated_clock.advance(days=29, hours=23)
    assert retention.redact_calls() == 0
    assert numbers() == {student_lin.phone, courier_zhao.user.phone, RECEIVER}
    simulated_clock.advance(hours=2)
    assert retention.redact_calls() == 2
    assert all("****" in number for number in numbers())
    assert "138****2046" in numbers()
    assert retention.redact_calls() == 0
    # The log itself stays.
    assert CallAttempt.objects.filter(caller=student_lin, callee=courier_zhao.user).count() == 1


def test_a_number_that_is_still_bound_is_kept_until_it_is_released(called, simulated_clock):
    simulated_clock.advance(days=40)
    retention.redact_calls()
    assert {len(b.a_phone.replace("*", "")) for b in NumberBinding.objects.all()} == {11}
    services.maintain_bindings()
    retention.redact_calls()
    assert all("****" in number for number in numbers())


def test_a_receiver_s_number_is_masked_on_an_order_that_is_long_closed(called, simulated_clock, settings):
    settings.PHONE_RETENTION_DAYS = 7
    simulated_clock.advance(days=6, hours=23)
    assert orders.redact_contacts() == 0
    simulated_clock.advance(hours=2)
    assert (orders.redact_contacts(), orders.redact_contacts()) == (1, 0)
    called.refresh_from_db()
    assert (called.contact_phone, called.masked_contact_phone) == ("138****2046", "138****2046")


def test_an_order_under_way_keeps_its_number(leg, simulated_clock):
    leg.order.contact_phone = RECEIVER
    leg.order.save()
    simulated_clock.advance(days=365)
    assert orders.redact_contacts() == 0


def test_who_is_erased_is_in_no_call(called, student_lin, courier_zhao):
    services.maintain_bindings()
    wallet = money.account("wallet", user=student_lin)
    gateway = money.account("gateway", gateway="sandbox")
    rest = money.balance("wallet", user=student_lin)
    money.transfer(key="paid-out", reason="topup", moves=[(wallet, -rest), (gateway, rest)])
    people.erase_person(user=student_lin)
    # Of Zhao and the receiver, who have called each other, the log knows for its thirty days.
    assert student_lin.phone not in numbers()
    assert numbers() >= {courier_zhao.user.phone, RECEIVER}


# -- Logs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, said",
    [
        ("call 13812342046 now", "call 138****2046 now"),
        ("+8613812342046", "138****2046"),
        ("+86 138 1234 2046,", "138****2046,"),
        ("008613812342046", "138****2046"),
        ("tel:138-1234-2046", "tel:138****2046"),
        ("{'phone': '19912342046'}", "{'phone': '199****2046'}"),
        ("13812342046\n13912342046", "138****2046\n139****2046"),
        ("138****2046", "138****2046"),
        ("12345678901", "12345678901"),  # no mobile begins so
        ("20261124138123420461", "20261124138123420461"),  # part of a longer number
        ("1381234204", "1381234204"),
    ],
)
def test_numbers_are_masked_wherever_they_stand(text, said):
    assert mask_numbers(text) == said


@pytest.fixture
def written():
    """What the product's handlers write, as text: read() gives it."""
    stream = io.StringIO()
    configured = logging.config.DictConfigurator(django_settings.LOGGING)
    configured.config["filters"] = {
        "numbers": configured.configure_filter(configured.config["filters"]["numbers"])
    }
    configured.config["formatters"] = {
        "line": configured.configure_formatter(configured.config["formatters"]["line"])
    }
    handler = configured.configure_handler(configured.config["handlers"]["console"])
    handler.setStream(stream)
    logging.getLogger().addHandler(handler)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)


def test_no_log_line_holds_a_number(written):
    log = logging.getLogger("orders")
    log.warning("%s calls %s", RECEIVER, {"to": f"+86{RECEIVER}"})
    log.warning("does not fit: %d", RECEIVER)
    log.error("with a stack: %s", RECEIVER, stack_info=True)
    try:
        raise ValueError(f"no such person: {RECEIVER}")
    except ValueError:
        log.exception("failed")
    for name in ("django.request", "django.server", "uvicorn.error", "celery.app.trace"):
        logging.getLogger(name).error("Not Found: /u/%s/", RECEIVER)
    lines = written()
    assert RECEIVER not in lines
    assert lines.count("138****2046") >= 8
    assert "ValueError: no such person: 138****2046" in lines


def test_every_handler_masks():
    assert all("numbers" in handler["filters"] for handler in django_settings.LOGGING["handlers"].values())
    # Those that Django and uvicorn bring along are gone: their records reach ours.
    for name in ("django", "django.server", "uvicorn", "uvicorn.access"):
        logger = logging.getLogger(name)
        assert (logger.handlers, logger.propagate) == ([], True)
