"""Numbers that a provider does not reach: the rule of each, and pages that offer the chat and say why."""

import pytest
from django.urls import reverse

from campus.models import Campus
from chat.models import Thread
from core.errors import Invalid
from core.phones import parse_phone
from delivery import services as delivery
from exceptions.models import Watch
from exceptions.tickets import services as tickets
from telephony import services
from telephony.models import CallAttempt, NumberBinding
from telephony.providers import PROVIDERS
from tests import factories

HONG_KONG, MACAU, TAIWAN = "+85291234567", "+85366123456", "+886912345678"
ABROAD = [HONG_KONG, MACAU, TAIWAN]
NOT_THIS = "Hidden calls do not reach this number, which is not of the mainland"
NOT_YOURS = "Hidden calls do not work from your number, which is not of the mainland"
WRITE = "Write in the order's chat"

pytestmark = pytest.mark.django_db


def has_phone(user, phone: str) -> None:
    user.phone = phone
    user.save()


# -- The providers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["+852 9123 4567", "00853 6612 3456", "+886 912 345 678", "13800000001", "19912345678"]
)
def test_the_caller_s_own_network_reaches_every_number(typed):
    assert PROVIDERS["direct"].reaches(parse_phone(typed))


@pytest.mark.parametrize("name", ["aliyun", "fake"])
@pytest.mark.parametrize(
    "typed, reached",
    [
        ("13800000001", True),
        ("+86 199 1234 5678", True),
        ("１３８００００００01", True),
        ("+852 9123 4567", False),
        ("00853 6612 3456", False),
        ("+886 912 345 678", False),
    ],
)
def test_hidden_calls_reach_the_mainland(name, typed, reached):
    assert PROVIDERS[name].reaches(parse_phone(typed)) is reached


@pytest.mark.parametrize("phone", ABROAD)
def test_aliyun_is_not_asked_for_what_it_does_not_reach(phone, aliyun, leg, student_lin, courier_zhao):
    Campus.objects.filter(pk=leg.campus_id).update(call_provider="aliyun")
    leg.refresh_from_db()
    has_phone(courier_zhao.user, phone)
    with pytest.raises(Invalid, match=NOT_THIS):
        delivery.call_courier(leg=leg, actor=student_lin)
    with pytest.raises(Invalid, match=NOT_YOURS):
        delivery.call_customer(leg=leg, actor=courier_zhao.user)
    assert aliyun.taken == []
    assert not CallAttempt.objects.exists()
    assert not NumberBinding.objects.exists()


def test_without_a_provider_a_number_abroad_is_dialled_as_it_is(leg, student_lin, courier_zhao):
    Campus.objects.filter(pk=leg.campus_id).update(call_provider="direct")
    has_phone(courier_zhao.user, HONG_KONG)
    leg.refresh_from_db()
    assert delivery.call_courier(leg=leg, actor=student_lin) == services.Dial(HONG_KONG)


# -- The customer's page -----------------------------------------------------------------------------------


def order_page(client_of, user, leg) -> str:
    return client_of(user).get(reverse("orders:detail", args=[leg.order.no])).text


@pytest.mark.parametrize("phone", ABROAD)
def test_the_customer_reads_why_and_writes_to_the_courier(phone, leg, client_of, student_lin, courier_zhao):
    has_phone(courier_zhao.user, phone)
    page = order_page(client_of, student_lin, leg)
    assert NOT_THIS in page
    assert reverse("delivery:call_courier", args=[leg.order.no]) not in page
    assert reverse("chat:order", args=[leg.order.no]) in page
    assert phone not in page


def test_the_customer_whose_own_number_is_abroad_reads_so(leg, client_of, student_lin):
    has_phone(student_lin, TAIWAN)
    page = order_page(client_of, student_lin, leg)
    assert NOT_YOURS in page
    assert reverse("delivery:call_courier", args=[leg.order.no]) not in page


def test_the_customer_is_offered_the_call_that_reaches(leg, client_of, student_lin):
    page = order_page(client_of, student_lin, leg)
    assert reverse("delivery:call_courier", args=[leg.order.no]) in page
    assert "Hidden calls" not in page


def test_a_page_that_is_older_than_the_number_calls_nobody(leg, client_of, student_lin, courier_zhao):
    has_phone(courier_zhao.user, MACAU)
    url = reverse("delivery:call_courier", args=[leg.order.no])
    answer = client_of(student_lin).post(url, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "HX-Redirect" not in answer
    assert not CallAttempt.objects.exists()


# -- The courier's page ------------------------------------------------------------------------------------


def job_page(client_of, leg) -> str:
    return client_of(leg.courier).get(reverse("delivery:job", args=[leg.no])).text


def test_the_courier_reads_why_and_writes_to_the_customer(leg, client_of, student_lin):
    has_phone(student_lin, HONG_KONG)
    leg.order.contact_phone = HONG_KONG
    leg.order.save()
    page = job_page(client_of, leg)
    assert NOT_THIS in page
    assert reverse("delivery:call", args=[leg.no]) not in page
    assert reverse("chat:order", args=[leg.order.no]) in page


def test_a_receiver_abroad_is_written_to_by_way_of_who_ordered(leg, client_of):
    leg.order.contact_phone = TAIWAN
    leg.order.save()
    page = job_page(client_of, leg)
    assert page.count(NOT_THIS) == 1
    assert "Call the receiver" not in page
    assert "Call the customer" in page


def test_who_ordered_from_abroad_is_written_to_and_the_receiver_called(leg, client_of, student_lin):
    has_phone(student_lin, MACAU)
    leg.order.contact_phone = "13812342046"
    leg.order.save()
    page = job_page(client_of, leg)
    assert "Call the receiver" in page
    assert "Call the customer" not in page
    assert page.count(NOT_THIS) == 1


# -- The operators' pages ----------------------------------------------------------------------------------


@pytest.fixture
def ticket(leg, student_lin):
    ticket = tickets.report(
        order=leg.order, type="other", source="customer", actor=student_lin, description="?"
    )
    ticket.refresh_from_db()
    return ticket


def ticket_page(client_of, operator, ticket) -> str:
    return client_of(operator).get(reverse("exceptions:console_parts", args=[ticket.no])).text


def call_url(ticket, party: str) -> str:
    return reverse("exceptions:console_call", args=[ticket.no, party])


def test_the_operator_reads_why_and_writes_in_the_order_s_chat(
    ticket,
    leg,
    client_of,
    operator_wang,
    student_lin,
    courier_zhao,
):
    has_phone(courier_zhao.user, TAIWAN)
    page = ticket_page(client_of, operator_wang, ticket)
    assert NOT_THIS in page
    assert call_url(ticket, "courier") not in page
    assert call_url(ticket, "customer") in page
    desk, chat = client_of(operator_wang), reverse("chat:desk_order", args=[leg.order.no])
    assert chat in page
    answer = desk.post(chat)
    thread = Thread.objects.get(kind=Thread.Kind.ORDER, ref=leg.order.no)
    assert answer["Location"] == f"{reverse('chat:desk')}?t={thread.no}"
    assert desk.post(chat)["Location"] == answer["Location"]
    assert desk.get(answer["Location"]).status_code == 200
    desk.post(
        reverse("chat:desk_send", args=[thread.no]), {"text": "Where are you?", "client": "asked-where-1"}
    )
    for reader in (student_lin, courier_zhao):
        assert "Where are you?" in client_of(reader).get(reverse("chat:order", args=[leg.order.no])).text


def test_a_courier_who_has_left_the_order_is_asked_by_the_ticket(
    ticket, leg, client_of, operator_wang, courier_zhao
):
    has_phone(courier_zhao.user, HONG_KONG)
    delivery.give_back(leg=leg, actor=courier_zhao.user, reason="flat tyre")
    page = ticket_page(client_of, operator_wang, ticket)
    assert NOT_THIS in page
    assert "Ask 赵强" in page
    assert reverse("exceptions:console_action", args=[ticket.no, "ask_party"]) in page
    assert reverse("chat:desk_order", args=[leg.order.no]) not in page


def test_an_operator_with_a_number_abroad_calls_nobody(ticket, client_of, operator_wang):
    has_phone(operator_wang, HONG_KONG)
    page = ticket_page(client_of, operator_wang, ticket)
    assert NOT_YOURS in page
    assert call_url(ticket, "customer") not in page
    assert call_url(ticket, "courier") not in page
    answer = client_of(operator_wang).post(call_url(ticket, "courier"), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not CallAttempt.objects.exists()


@pytest.fixture
def silent(leg, simulated_clock):
    """A watch of Zhao's job whose two questions he did not answer."""
    watch, _ = Watch.objects.update_or_create(
        detector="courier_silent",
        order=leg.order,
        defaults={"campus": leg.campus, "leg": leg, "due_at": simulated_clock(), "step": Watch.Step.SECOND,
                  "step_at": simulated_clock(), "began_at": simulated_clock()},
    )  # fmt: skip
    return watch


def test_a_silent_courier_abroad_is_written_to(silent, client_of, operator_wang, courier_zhao):
    desk, call = client_of(operator_wang), reverse("exceptions:console_silent_call", args=[silent.pk])
    assert call in desk.get(reverse("exceptions:console_silent")).text
    has_phone(courier_zhao.user, MACAU)
    strip = desk.get(reverse("exceptions:console_silent")).text
    assert NOT_THIS in strip
    assert WRITE in strip
    assert call not in strip
    assert reverse("chat:desk_order", args=[silent.order.no]) in strip
    assert desk.post(call, headers={"HX-Request": "true"}).status_code == 422
    assert not CallAttempt.objects.exists()


def test_an_order_of_another_campus_has_no_chat_for_this_desk(leg, client_of, other_campus):
    stranger = factories.UserFactory(is_staff=True, campus=other_campus)
    factories.StaffRoleFactory(user=stranger, campus=other_campus, role="supervisor")
    assert client_of(stranger).post(reverse("chat:desk_order", args=[leg.order.no])).status_code == 404
    assert client_of(stranger).post(reverse("chat:desk_order", args=["nothing"])).status_code == 404
    assert not Thread.objects.exists()
