"""A campus, a zone or a kind takes no orders for a while: nothing is priced, placed or shown to couriers meanwhile."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from orders import services
from orders.models import Order, OrderPause
from orders.requests import ErrandRequest
from orders.services import quoting
from tests.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db
STORM = "Lightning: nobody rides now."


@pytest.fixture
def pause(campus, supervisor_sun):
    """pause(**scope): Sun stops orders because of a storm."""

    def stop(**scope) -> OrderPause:
        given = {"campus": campus, "actor": supervisor_sun, "cause": "storm", "message": STORM}
        return services.pause_ordering(**(given | scope))

    return stop


@pytest.fixture
def errand(campus, places):
    """errand(**changes): a parcel to the north dorm."""

    def make(**changes) -> ErrandRequest:
        given = {
            "campus": campus,
            "kind": "parcel",
            "pickup": places.parcel_station,
            "dropoff": places.dorm_north,
        }
        return ErrandRequest(**(given | changes))

    return make


def dispatcher(campus):
    return StaffRoleFactory(campus=campus, role="dispatcher").user


# -- What it stops ---------------------------------------------------------------------------------------------


def test_a_paused_campus_prices_and_places_nothing(pause, errand, student_lin, wallet_money):
    wallet_money(student_lin, 5000)
    quote = quoting.quote(errand())
    token = quoting.sign_quote(quote, errand())
    pause()
    with pytest.raises(Invalid, match="nobody rides now"):
        quoting.quote(errand())
    with pytest.raises(Invalid, match="nobody rides now"):  # the price was shown before
        services.place_order(actor=student_lin, request=errand(), gateway="wallet", quote_token=token)
    assert not Order.objects.exists()


def test_a_paused_zone_stops_what_goes_there_or_comes_from_there(pause, errand, places):
    pause(zone=places.dorm_north.zone)
    with pytest.raises(Invalid):
        quoting.quote(errand())
    with pytest.raises(Invalid):
        quoting.quote(errand(pickup=places.dorm_north, dropoff=places.canteen))
    assert quoting.quote(errand(dropoff=places.canteen))


def test_a_paused_kind_stops_that_kind_alone(pause, errand):
    pause(kind="document")
    assert quoting.quote(errand())
    with pytest.raises(Invalid):
        quoting.quote(errand(kind="document"))


def test_another_campus_goes_on(pause, errand, other_campus):
    pause()
    other = StaffRoleFactory(campus=other_campus, role="supervisor").user
    assert OrderPause.objects.active().filter(campus=other_campus).count() == 0
    with pytest.raises(NotAllowed):
        pause(actor=other)


def test_what_was_ordered_before_waits_for_its_courier(
    pause, errand, student_lin, wallet_money, supervisor_sun, simulated_clock
):
    """Booked for later: its time comes while the campus is paused, and it is shown to couriers when that is over."""
    wallet_money(student_lin, 5000)
    start = clock.now() + timedelta(hours=3)
    window = {"window_start": start, "window_end": start + timedelta(minutes=30)}
    order = services.place_order(actor=student_lin, request=errand(**window), gateway="wallet")
    stopped = pause()
    simulated_clock.move_to(order.release_at + timedelta(minutes=1))
    assert services.release_scheduled() == 0
    services.resume_ordering(pause=stopped, actor=supervisor_sun)
    assert services.release_scheduled() == 1


def test_paid_while_it_is_paused_waits_too(
    pause, errand, student_lin, client_of, supervisor_sun, wallet_money
):
    order = services.place_order(actor=student_lin, request=errand(), gateway="sandbox")
    stopped = pause()
    payment = order_payment(order)
    services.mark_paid(order_no=order.no, payment=payment)
    order.refresh_from_db()
    assert order.status == "placed"
    assert services.release_scheduled() == 0
    page = client_of(student_lin).get(reverse("orders:detail", args=[order.no])).content.decode()
    assert STORM in page
    services.resume_ordering(pause=stopped, actor=supervisor_sun)
    assert services.release_scheduled() == 1


def order_payment(order):
    from payments.models import Payment
    from payments.services import settle_payment

    payment = Payment.objects.get(ref=order.no)
    settle_payment(payment_no=payment.no, amount=payment.amount, gateway_no="g1")
    payment.refresh_from_db()
    return payment


# -- Resuming --------------------------------------------------------------------------------------------------


def test_resumed_in_one_press_and_written_down(pause, errand, supervisor_sun, campus, simulated_clock):
    stopped, other = pause(), dispatcher(campus)
    services.resume_ordering(pause=stopped, actor=other)
    assert quoting.quote(errand())
    stopped.refresh_from_db()
    assert (stopped.started_by, stopped.ended_by, stopped.ended_at) == (supervisor_sun, other, clock.now())
    with pytest.raises(WrongState):
        services.resume_ordering(pause=stopped, actor=other)


def test_it_goes_on_by_itself_at_the_set_time(pause, errand, simulated_clock):
    stopped = pause(until=clock.now() + timedelta(minutes=30))
    simulated_clock.advance(minutes=30)
    assert quoting.quote(errand())  # to the second, whether or not a task has looked
    assert services.end_lapsed_pauses() == 1
    assert services.end_lapsed_pauses() == 0
    stopped.refresh_from_db()
    assert (stopped.ended_at, stopped.ended_by) == (stopped.until, None)


def test_paused_again_after_it_lapsed(pause, simulated_clock):
    first = pause(until=clock.now() + timedelta(minutes=30))
    simulated_clock.advance(minutes=31)
    assert pause() != first


def test_paused_twice_is_paused_once(pause):
    assert pause() == pause()
    assert OrderPause.objects.count() == 1


def test_who_may_pause(pause, campus, operator_wang, finance_li, student_lin):
    for actor in (operator_wang, finance_li, student_lin):
        with pytest.raises(NotAllowed):
            pause(actor=actor)
    pause(actor=dispatcher(campus))


def test_nonsense_is_refused_with_a_sentence(pause, other_campus):
    with pytest.raises(Invalid, match="what students are to read"):
        pause(message=" ")
    with pytest.raises(Invalid, match="passed already"):
        pause(until=clock.now())


# -- Who sees it -----------------------------------------------------------------------------------------------


def test_students_read_it_before_they_fill_anything_in(pause, client_of, student_lin):
    pause()
    browser = client_of(student_lin)
    for page in (reverse("orders:home"), reverse("orders:new", args=["parcel"])):
        assert STORM in browser.get(page).content.decode()


def test_guests_read_it_too_and_nobody_once_it_is_over(pause, client, supervisor_sun):
    stopped = pause()
    assert STORM in client.get(reverse("orders:home")).content.decode()
    services.resume_ordering(pause=stopped, actor=supervisor_sun)
    assert STORM not in client.get(reverse("orders:home")).content.decode()


def test_a_form_of_another_kind_does_not_speak_of_it(pause, client_of, student_lin):
    pause(kind="document")
    assert STORM not in client_of(student_lin).get(reverse("orders:new", args=["parcel"])).content.decode()
    assert STORM in client_of(student_lin).get(reverse("orders:new", args=["document"])).content.decode()


def test_couriers_read_it_in_the_hall(pause, client_of, courier_zhao):
    pause()
    assert STORM in client_of(courier_zhao).get(reverse("dispatch:hall")).content.decode()


def test_the_operators_page_pauses_lists_what_is_under_way_and_resumes(
    client_of, supervisor_sun, errand, student_lin, wallet_money, campus, simulated_clock
):
    wallet_money(student_lin, 5000)
    order = services.place_order(actor=student_lin, request=errand(), gateway="wallet")
    browser, page = client_of(supervisor_sun), reverse("pauses:pauses")
    assert "Orders are taken everywhere." in browser.get(page).content.decode()
    data = {"where": f"campus:{campus.pk}", "cause": "storm", "message": STORM, "minutes": "30"}
    assert browser.post(page, data).status_code == 302
    pause = OrderPause.objects.get()
    assert pause.until == clock.now() + timedelta(minutes=30)
    shown = browser.get(page).content.decode()
    assert STORM in shown
    assert order.no in shown
    assert browser.post(reverse("pauses:resume", args=[pause.pk])).status_code == 302
    shown = browser.get(page).content.decode()
    assert "Orders are taken everywhere." in shown
    assert supervisor_sun.display_name in shown  # in the list of those before


def test_the_page_is_for_those_who_may(client_of, operator_wang, pause, other_campus):
    assert client_of(operator_wang).get(reverse("pauses:pauses")).status_code == 403
    stopped = pause()
    far = StaffRoleFactory(campus=other_campus, role="supervisor").user
    assert client_of(far).post(reverse("pauses:resume", args=[stopped.pk])).status_code == 404
    assert STORM not in client_of(far).get(reverse("pauses:pauses")).content.decode()


def test_who_is_about_to_pay_reads_of_it_first(pause, errand, student_lin, client_of):
    order = services.place_order(actor=student_lin, request=errand(), gateway="sandbox")
    page, address = client_of(student_lin), reverse("payments:pay", args=[order.no])
    assert "No orders just now" not in page.get(address).text
    pause()
    seen = page.get(address).text
    assert STORM in seen
    assert "we look for a courier once it goes on" in seen
