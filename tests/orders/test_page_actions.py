"""The buttons of an order's page: each does one thing, once, and says why when it does not."""

import json
from datetime import timedelta

import pytest

from orders import services
from orders.models import OverBudget
from orders.permissions import allowed
from payments.models import Account, Payment
from payments.selectors import check_ledger
from payments.services import balance
from tests.orders.conftest import TO_THE_DOOR

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, student_lin):
    return client_of(student_lin)


def toast(response) -> str:
    return json.loads(response.headers["HX-Trigger"])["toast"]["text"]


def message(browser, response) -> str:
    """What the page says that one lands on."""
    return browser.get(response.url).text


def wallet(user) -> int:
    return balance(Account.Kind.WALLET, user=user)


class TestCancel:
    def test_before_a_courier_it_is_free_and_says_so(self, browser, student_lin, ordered):
        order = ordered()
        before = wallet(student_lin)
        sheet = browser.get(f"/o/{order.no}/cancel/", headers=HTMX).text
        assert "you get everything back" in sheet

        response = browser.post(f"/o/{order.no}/cancel/", {"expected_fee_fen": 0, "reason": "mistake"})

        order.refresh_from_db()
        assert response.url == f"/o/{order.no}/"
        assert order.status == "cancelled"
        assert wallet(student_lin) == before + order.total_fen
        assert order.history.get(machine="order", action="cancel").reason == "mistake"

    def test_later_it_costs_what_was_quoted(
        self, browser, student_lin, courier_zhao, ordered, carried, simulated_clock
    ):
        order = ordered()
        carried(order)
        simulated_clock.advance(minutes=3)
        sheet = browser.get(f"/o/{order.no}/cancel/").text
        assert "Cancel for ¥1.5" in sheet
        before = wallet(student_lin)

        browser.post(f"/o/{order.no}/cancel/", {"expected_fee_fen": 150})

        order.refresh_from_db()
        assert order.status == "cancelled"
        assert wallet(student_lin) == before + order.total_fen - 150
        assert balance(Account.Kind.COURIER_EARNINGS, user=courier_zhao.user) == 150
        assert check_ledger() == []

    def test_a_fee_that_has_risen_since_is_said_and_not_taken(
        self, browser, ordered, carried, simulated_clock
    ):
        order = ordered()
        carried(order)
        simulated_clock.advance(minutes=3)

        refused = browser.post(f"/o/{order.no}/cancel/", {"expected_fee_fen": 0}, headers=HTMX)

        order.refresh_from_db()
        assert order.status == "accepted"
        assert "Cancelling now costs ¥1.5" in toast(refused)

    def test_not_once_it_is_picked_up(self, browser, ordered, carried):
        order = ordered()
        carried(order, *TO_THE_DOOR[:2])

        assert browser.get(f"/o/{order.no}/cancel/", headers=HTMX).status_code == 409
        assert (
            browser.post(f"/o/{order.no}/cancel/", {"expected_fee_fen": 0}, headers=HTMX).status_code == 409
        )

    def test_twice_is_refused_and_refunds_once(self, browser, student_lin, ordered):
        order = ordered()
        before = wallet(student_lin)
        answers = [
            browser.post(f"/o/{order.no}/cancel/", {"expected_fee_fen": 0}, headers=HTMX).status_code
            for _ in range(2)
        ]

        assert answers == [204, 409]
        assert wallet(student_lin) == before + order.total_fen

    @pytest.mark.parametrize(
        "data", [{}, {"expected_fee_fen": "no"}, {"expected_fee_fen": 0, "reason": "spite"}]
    )
    def test_needs_what_the_sheet_sends(self, browser, ordered, data):
        order = ordered()

        assert browser.post(f"/o/{order.no}/cancel/", data).status_code == 422
        order.refresh_from_db()
        assert order.status == "placed"


class TestUrge:
    def test_tells_the_courier_and_then_cools_down(self, browser, ordered, carried):
        order = ordered()
        carried(order)
        first = browser.post(f"/o/{order.no}/urge/", headers=HTMX)
        second = browser.post(f"/o/{order.no}/urge/", headers=HTMX)

        assert "told the courier" in toast(first)
        assert second.status_code == 409
        assert "again in 3 min" in toast(second)

    def test_the_cool_down_is_shown(self, browser, ordered, carried, simulated_clock):
        order = ordered()
        carried(order)
        browser.post(f"/o/{order.no}/urge/")
        until = (simulated_clock.time + timedelta(minutes=3)).isoformat()

        page = browser.get(f"/o/{order.no}/").text
        assert until in page or 'actionbar-item" disabled' in page
        simulated_clock.advance(minutes=3)
        order.refresh_from_db()
        assert allowed(order).urge_from is None

    def test_not_when_it_is_over(self, browser, delivered):
        assert browser.post(f"/o/{delivered().no}/urge/", headers=HTMX).status_code == 409

    def test_needs_a_post(self, browser, ordered):
        assert browser.get(f"/o/{ordered().no}/urge/").status_code == 405


class TestAddress:
    def test_is_changed_before_the_pickup(self, browser, ordered, places):
        order = ordered()

        browser.post(f"/o/{order.no}/address/", {"dropoff": places.canteen.pk, "dropoff_detail": "gate 2"})

        order.refresh_from_db()
        assert (order.dropoff, order.dropoff_detail) == (places.canteen, "gate 2")

    def test_in_another_area_not_any_more_once_accepted(self, browser, ordered, carried, places):
        order = ordered()
        carried(order)

        refused = browser.post(f"/o/{order.no}/address/", {"dropoff": places.canteen.pk}, headers=HTMX)

        assert "same area" in toast(refused)

    def test_not_once_it_is_picked_up(self, browser, ordered, carried, places):
        order = ordered()
        carried(order, *TO_THE_DOOR[:2])

        refused = browser.post(f"/o/{order.no}/address/", {"dropoff": places.dorm_north.pk}, headers=HTMX)

        assert "report a wrong address" in toast(refused)

    def test_a_place_elsewhere_is_no_choice(self, browser, ordered, other_campus):
        from tests.factories import places_of

        order = ordered()
        data = {"dropoff": places_of(other_campus).gate.pk}

        assert browser.post(f"/o/{order.no}/address/", data).status_code == 422


class TestTip:
    def give(self, browser, order, **changes):
        data = {"amount": "3", "gateway": "wallet", "key": "ABCDEFGH12"} | changes
        return browser.post(f"/o/{order.no}/tip/", data, headers=HTMX)

    def test_from_the_wallet_counts_at_once_and_once(self, browser, ordered):
        order = ordered()
        total = order.total_fen
        first, second = self.give(browser, order), self.give(browser, order)

        order.refresh_from_db()
        assert (first.status_code, second.status_code) == (204, 204)
        assert (order.tip_fen, order.total_fen) == (300, total + 300)
        assert sum(line["fen"] for line in order.lines) == order.total_fen

    def test_by_the_cashier_goes_there(self, browser, ordered):
        response = self.give(browser, ordered(), gateway="sandbox")

        payment = Payment.objects.get(purpose="tip")
        assert response.headers["HX-Redirect"] == f"/cashier/{payment.no}/"

    @pytest.mark.parametrize(
        "change", [{"amount": "0"}, {"amount": "101"}, {"amount": ""}, {"gateway": "cheque"}, {"key": ""}]
    )
    def test_refuses_nonsense_in_the_sheet(self, browser, ordered, change):
        order = ordered()

        assert self.give(browser, order, **change).status_code == 422
        order.refresh_from_db()
        assert order.tip_fen == 0

    def test_an_empty_wallet_is_said_in_the_sheet(self, browser, student_lin, ordered):
        from payments import services as money

        order = ordered()
        ledger_accounts = [
            money.account("wallet", user=student_lin),
            money.account("gateway", gateway="sandbox"),
        ]
        money.transfer(
            key="spent",
            reason="gift",
            moves=[(ledger_accounts[0], -wallet(student_lin)), (ledger_accounts[1], wallet(student_lin))],
        )

        response = self.give(browser, order)

        assert response.status_code == 422
        assert "does not hold enough" in response.text

    def test_as_a_thank_you_for_a_week_and_not_longer(self, browser, delivered, simulated_clock):
        order = delivered()
        assert self.give(browser, order).status_code == 204
        simulated_clock.advance(days=7, seconds=1)
        assert browser.get(f"/o/{order.no}/tip/").status_code == 409


class TestConfirm:
    def test_completes_and_is_harmless_twice(self, browser, delivered, courier_zhao):
        order = delivered()
        for _ in range(2):
            assert browser.post(f"/o/{order.no}/confirm/").status_code == 302

        order.refresh_from_db()
        assert order.status == "completed"
        assert balance(Account.Kind.COURIER_EARNINGS, user=courier_zhao.user) == order.courier_fen

    def test_not_before_it_is_delivered(self, browser, ordered):
        order = ordered()

        assert browser.post(f"/o/{order.no}/confirm/", headers=HTMX).status_code == 409
        order.refresh_from_db()
        assert order.status == "placed"


class TestDearerThanTheBudget:
    @pytest.fixture
    def asked(self, ordered, carried, courier_zhao, picture):
        order = ordered(
            kind="purchase", pickup_codes="", budget_fen=3000, answers={"shopping_list": "Milk"}, what="Milk"
        )
        carried(order)
        services.ask_over_budget(order=order, actor=courier_zhao.user, cost_fen=3200, photo=picture())
        return order

    def test_is_asked_on_the_page_with_the_receipt(self, browser, asked):
        page = browser.get(f"/o/{asked.no}/").text

        assert "It costs ¥32, ¥2 more than you set" in page
        assert f"/o/{asked.no}/photo/" in page

    def test_yes_pays_the_difference(self, browser, asked):
        before = asked.total_fen
        browser.post(f"/o/{asked.no}/budget/", {"agree": "yes"})

        asked.refresh_from_db()
        assert (asked.total_fen, asked.goods_cost_fen) == (before + 200, 3200)
        assert OverBudget.objects.get().status == "agreed"

    def test_no_changes_nothing_but_is_told(self, browser, asked):
        before = asked.total_fen
        browser.post(f"/o/{asked.no}/budget/", {"agree": "no"})

        asked.refresh_from_db()
        assert asked.total_fen == before
        assert OverBudget.objects.get().status == "declined"

    def test_only_once(self, browser, asked):
        answers = [
            browser.post(f"/o/{asked.no}/budget/", {"agree": "yes"}, headers=HTMX).status_code
            for _ in range(2)
        ]

        assert answers == [204, 409]

    def test_maybe_is_no_answer(self, browser, asked):
        refused = browser.post(f"/o/{asked.no}/budget/", {"agree": "maybe"}, headers=HTMX)

        assert refused.status_code == 422
        assert OverBudget.objects.get().status == "asked"


class TestPhotos:
    @pytest.fixture
    def shown(self, ordered, picture):
        from core.images import clean_photo

        order = ordered(photos=[clean_photo(picture())])
        return order, f"/o/{order.no}/photo/{order.photos.get().pk}/"

    def test_the_customer_and_operators_see_them(self, client_of, student_lin, operator_wang, shown):
        for person in (student_lin, operator_wang):
            response = client_of(person).get(shown[1])
            assert response.status_code == 200
            assert response["Content-Type"] == "image/jpeg"
            assert "private" in response["Cache-Control"]

    def test_the_courier_sees_them_while_carrying(self, client_of, courier_zhao, shown, carried, student_lin):
        order, path = shown
        assert client_of(courier_zhao).get(path).status_code == 404
        leg = carried(order)
        assert client_of(courier_zhao).get(path).status_code == 200

        from delivery import services as delivery

        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")
        assert client_of(courier_zhao).get(path).status_code == 404

    def test_nobody_else_does(self, client_of, client, student_mei, courier_qian, shown):
        for person in (student_mei, courier_qian):
            assert client_of(person).get(shown[1]).status_code == 404
        assert client.get(shown[1]).status_code == 302

    def test_not_under_another_orders_number(self, browser, ordered, shown):
        other = ordered()

        assert browser.get(shown[1].replace(shown[0].no, other.no)).status_code == 404

    def test_a_lost_file_is_not_an_error(self, browser, shown):
        photo = shown[0].photos.get()
        photo.image.delete(save=False)
        photo.image.name = "orders/gone.jpg"
        photo.save()

        assert browser.get(shown[1]).status_code == 404


def test_the_buttons_agree_with_the_services(student_lin, ordered, delivered, carried, places):
    """What a page offers, the service does; what it hides, the service refuses."""
    from core.errors import DomainError

    def works(act, order) -> bool:
        from django.db import transaction

        try:
            with transaction.atomic():
                act(order)
                transaction.set_rollback(True)
        except DomainError:
            return False
        return True

    acts = {
        "cancel": lambda o: services.cancel_order(order=o, actor=student_lin),
        "confirm": lambda o: services.complete_order(order=o, actor=student_lin),
        "urge": lambda o: services.urge(order=o, actor=student_lin),
        "change_address": lambda o: services.change_address(
            order=o, actor=student_lin, dropoff=places.dorm_north, dropoff_detail="1"
        ),
        "tip": lambda o: services.add_tip(order=o, actor=student_lin, amount=100, gateway="wallet", key="x"),
    }
    fetched, gone = ordered(), ordered()
    carried(fetched, *TO_THE_DOOR[:2])
    services.cancel_order(order=gone, actor=student_lin)
    for order in (ordered(gateway="sandbox"), ordered(), fetched, delivered(), gone):
        order.refresh_from_db()
        may = allowed(order)
        assert {name: works(act, order) for name, act in acts.items()} == {
            name: getattr(may, name) for name in acts
        }, order.status
