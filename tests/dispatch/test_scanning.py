"""Codes: genuine, in time, once, at the right place; and what a scan does."""

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import outbox
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from couriers import services as couriers
from delivery import selectors
from delivery import services as delivery
from delivery.models import LegStatus, ScanCode
from dispatch import services
from dispatch.models import DispatchRule
from orders import services as orders
from orders.models import Status
from telephony.models import NumberBinding
from tests import factories
from tests.pages import mentions

pytestmark = pytest.mark.django_db


@pytest.fixture
def riding(open_job, carry, courier_zhao):
    """riding(): a job that Zhao has picked up."""
    return lambda **changes: carry(open_job(**changes), courier_zhao, stages=2)


@pytest.fixture
def poster(places):
    return delivery.place_qr_code(places.parcel_station)


@pytest.fixture
def hand_on():
    """hand_on(leg, giver, taker): both scan; the code by which the taker agreed."""

    def go(leg, giver, taker) -> ScanCode:
        first = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=giver.user)
        answer = services.process_scan(text=first.signed, courier=taker).answer
        services.process_scan(text=answer.signed, courier=giver)
        leg.refresh_from_db()
        assert leg.courier == taker
        return answer

    return go


def test_a_poster_takes_a_job_and_confirms_the_way_there(open_job, poster, courier_zhao):
    leg = open_job()
    outcome = services.process_scan(text=poster.digits, courier=courier_zhao)
    assert [one.no for one in outcome.choices] == [leg.no]
    services.claim_by_scan(text=poster.signed, leg=leg, courier=courier_zhao)
    services.process_scan(text=f"https://example.org/c/scan/?c={poster.signed}", courier=courier_zhao)
    leg.refresh_from_db()
    assert leg.status == LegStatus.AT_PICKUP
    services.process_scan(text=poster.signed, courier=courier_zhao)
    leg.refresh_from_db()
    assert leg.status == LegStatus.PICKED_UP
    link = selectors.where_is(leg.order)
    assert (link.taker, link.place, link.how) == (courier_zhao.user, poster.place, "scan")
    with pytest.raises(WrongState, match="nothing for you"):
        services.process_scan(text=poster.signed, courier=courier_zhao)


def test_a_poster_takes_nothing_where_scanning_is_off_or_elsewhere(
    open_job, places, poster, campus, courier_zhao
):
    leg = open_job()
    with pytest.raises(WrongState, match="does not begin here"):
        services.claim_by_scan(
            text=delivery.place_qr_code(places.canteen).signed, leg=leg, courier=courier_zhao
        )
    DispatchRule.objects.create(campus=campus, hall=False, scan=False)
    with pytest.raises(WrongState, match="nothing for you"):
        services.process_scan(text=poster.signed, courier=courier_zhao)
    with pytest.raises(WrongState, match="nothing for you"):  # nor with an address that was written by hand
        services.claim_by_scan(text=poster.signed, leg=leg, courier=courier_zhao)
    leg.refresh_from_db()
    assert leg.status == LegStatus.OPEN


@pytest.mark.parametrize(
    "text", ["", "hello", "12345", "𝟙𝟚𝟛𝟜", "\0", "💥" * 300, "errand:X:1", "a.b.c", "c="]
)
def test_nonsense_is_said_to_be_nonsense(courier_zhao, text):
    with pytest.raises((Invalid, WrongState)):
        services.process_scan(text=text, courier=courier_zhao)


def test_a_code_made_up_elsewhere_is_refused_without_a_look(courier_zhao, poster, django_assert_num_queries):
    forged = Signer(key="another", salt="delivery.scan", sep=".").sign(poster.key)
    with django_assert_num_queries(0), pytest.raises(Invalid, match="not one of our codes"):
        services.process_scan(text=forged, courier=courier_zhao)


def test_digits_cannot_be_guessed_for_long(courier_zhao):
    for _ in range(8):
        with pytest.raises(Invalid, match="No code has these digits"):
            services.process_scan(text="0000", courier=courier_zhao)
    with pytest.raises(Invalid, match="Too many"):
        services.process_scan(text="0000", courier=courier_zhao)


@pytest.mark.parametrize("spent", ["used", "run out"])
def test_digits_that_are_spent_are_a_wrong_guess_too(
    riding, courier_zhao, courier_qian, campus, simulated_clock, spent
):
    code = delivery.issue_handover_code(leg=riding(), purpose="transfer", actor=courier_zhao.user)
    if spent == "used":
        services.process_scan(text=code.digits, courier=courier_qian)
    simulated_clock.advance(minutes=3)
    third = factories.CourierFactory(campus=campus)
    for _ in range(8):
        with pytest.raises(TooLate, match=spent):
            services.process_scan(text=code.digits, courier=third)
    with pytest.raises(Invalid, match="Too many"):
        services.process_scan(text=code.digits, courier=third)


def test_who_used_a_code_may_type_it_as_often_as_they_like(riding, courier_zhao, courier_qian):
    leg = riding()
    code = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
    answers = {services.process_scan(text=code.digits, courier=courier_qian).answer for _ in range(10)}
    assert len(answers) == 1


def test_another_campus_is_said_so(other_campus, courier_zhao):
    place = factories.PlaceFactory(campus=other_campus)
    with pytest.raises(Invalid, match="another campus"):
        services.process_scan(text=delivery.place_qr_code(place).signed, courier=courier_zhao)


def test_a_job_is_handed_on_when_both_have_scanned(riding, courier_zhao, courier_qian):
    leg = riding()
    first = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
    answer = services.process_scan(text=first.signed, courier=courier_qian).answer
    leg.refresh_from_db()
    assert leg.courier == courier_zhao  # one scan hands nothing over
    services.process_scan(text=answer.digits, courier=courier_zhao)
    services.process_scan(text=answer.digits, courier=courier_zhao)  # idempotent
    leg.refresh_from_db()
    assert (leg.courier, leg.status) == (courier_qian, LegStatus.PICKED_UP)
    link = selectors.where_is(leg.order)
    assert (link.act, link.giver, link.taker) == ("transferred", courier_zhao.user, courier_qian.user)
    delivery.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    square = f"errand:{leg.order.no}:{leg.order.receiving_code}"
    services.process_scan(text=square, courier=courier_qian)
    leg.order.refresh_from_db()
    assert leg.order.status == Status.DELIVERED
    assert leg.order.custody.filter(act="transferred").count() == 1
    with pytest.raises(NotAllowed):
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)


def test_a_square_that_was_scanned_once_hands_nothing_on_later(
    riding, hand_on, courier_zhao, courier_qian, simulated_clock
):
    leg = riding()
    old = hand_on(leg, courier_zhao, courier_qian)
    hand_on(leg, courier_qian, courier_zhao)
    simulated_clock.advance(hours=1)
    for text in (old.signed, old.digits):
        with pytest.raises(TooLate, match="already been used"):
            services.process_scan(text=text, courier=courier_zhao)
    leg.refresh_from_db()
    assert leg.courier == courier_zhao


def test_a_cancelled_job_is_not_handed_on(
    open_job, carry, courier_zhao, courier_qian, student_lin, simulated_clock
):
    leg = carry(open_job(), courier_zhao)
    simulated_clock.advance(minutes=10)
    first = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
    answer = services.process_scan(text=first.signed, courier=courier_qian).answer
    with outbox.deferred_delivery():  # its legs hear of it a moment later
        orders.cancel_order(order=leg.order, actor=student_lin)
        with pytest.raises(TooLate, match="over"):
            services.process_scan(text=answer.signed, courier=courier_zhao)
    leg.refresh_from_db()
    assert leg.courier == courier_zhao


def test_who_takes_over_accepts_it_then(
    open_job, carry, hand_on, courier_zhao, courier_qian, simulated_clock
):
    leg = carry(open_job(), courier_zhao)
    for lat in (31.1, 31.2):
        simulated_clock.advance(minutes=2)
        couriers.report_position(courier=courier_qian, lat=lat, lon=121)
    hand_on(leg, courier_zhao, courier_qian)
    assert selectors.trail(leg)["points"] == 0  # where Qian was before is nobody's business
    delivery.give_back(leg=leg, actor=courier_qian.user)
    assert leg.order.history.get(action="release").data["free"] is True


def test_the_givers_lent_number_ends_and_the_takers_does_not(
    riding, hand_on, campus, courier_zhao, courier_qian
):
    campus.call_provider = "fake"
    campus.save()
    leg = riding()
    delivery.call_customer(leg=leg, actor=courier_zhao.user)
    with outbox.deferred_delivery():  # what is told of the hand-over is told late
        hand_on(leg, courier_zhao, courier_qian)
        delivery.call_customer(leg=leg, actor=courier_qian.user)
    outbox.drain()
    needed = NumberBinding.objects.filter(ended_at=None)
    assert [binding.a_user for binding in needed] == [courier_qian.user]


@pytest.mark.parametrize("stages", [0, 2])
def test_both_pages_go_on_by_themselves_when_it_is_handed_on(
    open_job, carry, courier_zhao, courier_qian, client_of, stages
):
    leg = carry(open_job(), courier_zhao, stages)
    giver, taker, rung = client_of(courier_zhao), client_of(courier_qian), {"HX-Request": "true"}
    first = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
    waiting = taker.post("/c/scan/", {"c": first.signed}).text
    assert f'hx-get="/c/scan/received/{leg.no}/"' in waiting
    assert taker.get(f"/c/scan/received/{leg.no}/", headers=rung).status_code == 204
    back = ScanCode.objects.exclude(pk=first.pk).get()
    giver.post("/c/scan/", {"c": back.signed})
    assert taker.get(f"/c/scan/received/{leg.no}/", headers=rung)["HX-Redirect"] == f"/c/job/{leg.no}/"
    assert giver.get(f"/c/job/{leg.no}/live/", headers=rung)["HX-Redirect"] == "/c/route/"
    assert "This job is not with you any more." in giver.get(f"/c/job/{leg.no}/", follow=True).text


def test_a_wrong_square_at_the_door_is_no_arrival_and_is_counted(riding, courier_zhao):
    leg = riding()
    wrong = f"{(int(leg.order.receiving_code) + 1) % 10000:04d}"
    for _ in range(5):
        with pytest.raises(Invalid, match="not right"):
            services.process_scan(text=f"errand:{leg.order.no}:{wrong}", courier=courier_zhao)
    with pytest.raises(Invalid, match="Too many"):
        services.process_scan(text=f"errand:{leg.order.no}:{leg.order.receiving_code}", courier=courier_zhao)
    leg.refresh_from_db()
    assert leg.status == LegStatus.PICKED_UP
    assert not leg.order.history.filter(action="arrive_at_dropoff").exists()


def test_a_code_of_a_screen_runs_out(riding, courier_zhao, courier_qian, simulated_clock):
    leg = riding()
    code = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user)
    assert delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user) == code
    simulated_clock.advance(seconds=70)
    assert delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_zhao.user) != code
    simulated_clock.advance(seconds=60)
    with pytest.raises(TooLate, match="run out"):
        services.process_scan(text=code.signed, courier=courier_qian)


def test_a_code_is_used_once_and_not_by_its_owner(riding, courier_zhao, courier_qian, campus):
    code = delivery.issue_handover_code(leg=riding(), purpose="transfer", actor=courier_zhao.user)
    with pytest.raises(NotAllowed, match="your own code"):
        services.process_scan(text=code.signed, courier=courier_zhao)
    services.process_scan(text=code.signed, courier=courier_qian)
    third = factories.CourierFactory(campus=campus)
    with pytest.raises(TooLate, match="already been used"):
        services.process_scan(text=code.signed, courier=third)


def test_who_may_not_enter_does_not_get_it_handed_either(open_job, places, carry, courier_zhao, courier_qian):
    leg = carry(open_job(dropoff=places.dorm_women), courier_qian, stages=2)
    code = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_qian.user)
    with pytest.raises(NotAllowed, match="female"):
        services.process_scan(text=code.signed, courier=courier_zhao)
    assert ScanCode.objects.get(pk=code.pk).used_at is None  # a refusal does not burn it


def test_there_is_no_code_for_what_one_does_not_have(riding, courier_zhao, courier_qian):
    leg = riding()
    for purpose, actor in (("transfer", courier_qian), ("hand_in", courier_zhao), ("hand_out", courier_zhao)):
        with pytest.raises(WrongState):
            delivery.issue_handover_code(leg=leg, purpose=purpose, actor=actor.user)


def test_the_shelfs_code_takes_the_second_leg(
    open_job, places, station, keeper_zhou, carry, courier_zhao, courier_qian, campus
):
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    services.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_zhao)
    second = leg.order.legs.get(sequence=2)
    code = delivery.issue_handover_code(leg=second, purpose="pickup", actor=keeper_zhou)
    with pytest.raises(NotAllowed, match="female"):
        services.process_scan(text=code.signed, courier=courier_zhao)
    rule = DispatchRule.objects.create(campus=campus, scan=False)
    with pytest.raises(WrongState, match="nothing for you"):
        services.process_scan(text=code.signed, courier=courier_qian)
    rule.delete()
    assert services.process_scan(text=code.signed, courier=courier_qian).leg == second
    second.refresh_from_db()
    assert (second.status, second.courier) == (LegStatus.PICKED_UP, courier_qian)
    assert selectors.where_is(leg.order).giver == keeper_zhou


# -- Pages ---------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_wrong_and_goes_on_to_the_job(open_job, poster, courier_zhao, client_of):
    browser = client_of(courier_zhao)
    answer = browser.post("/c/scan/", {"digits": "0000"})
    assert answer.status_code == 422
    assert "No code has these digits" in answer.content.decode()
    leg = open_job()
    page = browser.post("/c/scan/", {"c": poster.signed}).content.decode()
    assert f"/c/scan/take/{leg.no}/" in page
    assert browser.post(f"/c/scan/take/{leg.no}/", {"c": poster.signed}).url == f"/c/job/{leg.no}/"
    assert browser.post("/c/scan/", {"c": poster.signed}).url == f"/c/job/{leg.no}/"


def test_many_jobs_at_a_poster_cost_no_more_queries(open_job, poster, courier_zhao, client_of):
    browser = client_of(courier_zhao)

    def queries(jobs: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            page = browser.post("/c/scan/", {"c": poster.signed}).text
        assert page.count("/c/scan/take/") == jobs
        return len(caught)

    first = open_job()
    queries(1)  # the process learns the paths of the campus
    few = queries(1)
    for _ in range(4):
        open_job()
    assert queries(5) == few
    first.excluded.add(courier_zhao)
    assert queries(4) == few


def test_only_keepers_see_the_shelf_and_only_their_own(
    station, keeper_zhou, courier_zhao, client_of, open_job, places, carry
):
    assert client_of(courier_zhao).get("/r/").status_code == 403
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    code = delivery.issue_handover_code(leg=leg, purpose="hand_in", actor=courier_zhao.user)
    browser = client_of(keeper_zhou)
    assert browser.post("/r/", {"digits": code.digits}).url == "/r/"
    page = browser.get("/r/").content.decode()
    assert leg.order.no in page
    assert not mentions(page, "302")  # no room, no phone
    item = leg.order.shelf_items.get()
    stranger = factories.UserFactory(campus=station.place.campus)
    assert client_of(stranger).post(f"/r/missing/{item.pk}/").status_code == 403
    assert browser.post(f"/r/missing/{item.pk}/").url == "/r/"
    assert browser.post(f"/r/found/{item.pk}/").url == "/r/"


def test_a_code_is_shown_to_its_courier_alone(riding, courier_zhao, courier_qian, client_of):
    leg = riding()
    page = client_of(courier_zhao).get(f"/c/job/{leg.no}/code/transfer/")
    assert leg.codes.get().digits[0] in page.content.decode()
    assert client_of(courier_qian).get(f"/c/job/{leg.no}/code/transfer/").status_code == 404


@pytest.mark.browser
def test_the_camera_is_started_once_and_reads_again_after_going_back(chrome):
    page = chrome.new_page()
    page.set_content(
        """<div data-scan><div data-scan-view hidden><video data-scan-video></video></div>
        <p data-scan-status hidden></p><p data-scan-note hidden></p><div data-scan-ways hidden>
        <button data-scan-start>Camera</button></div><label data-scan-shoot hidden></label>
        <form data-scan-form><input name="c"></form><input id="scan-digits"></div>"""
    )
    page.evaluate(
        """() => {
            window.streams = []; window.sent = [];
            HTMLMediaElement.prototype.play = async () => {};
            document.querySelector("form").requestSubmit = function () { sent.push(this.elements.c.value); };
            window.BarcodeDetector = class {
                static async getSupportedFormats() { return ["qr_code"]; }
                async detect() { return [{ rawValue: "a square" }]; }
            };
            const getUserMedia = () => new Promise((done) => setTimeout(() => {
                streams.push(new MediaStream());
                done(streams.at(-1));
            }, 50));
            Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia } });
        }"""
    )
    for name in ("scan-reader", "scan"):
        page.add_script_tag(path=f"static/js/{name}.js")
    start = page.get_by_role("button", name="Camera")
    start.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_function("sent.length === 1")
    page.wait_for_timeout(100)
    assert page.evaluate("streams.length") == 1
    page.evaluate("""dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))""")
    start.click()
    page.wait_for_function("sent.length === 2")
    page.context.close()
