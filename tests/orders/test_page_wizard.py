"""Ordering an errand: the form, the price that follows it, the draft, and what is refused."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Address
from campus.models import Weather
from orders.kinds import ERRANDS
from orders.models import Demand, Order, PriceRule
from orders.windows import windows
from payments.models import Payment

pytestmark = pytest.mark.django_db


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def errors(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", e).strip() for e in re.findall(r'role="alert">(.*?)</div>', page, re.S)]


class TestTheForm:
    @pytest.mark.parametrize("kind", ERRANDS)
    def test_opens_for_each_kind(self, browser, kind):
        page = browser.get(f"/new/{kind}/")

        assert page.status_code == 200
        assert 'id="price"' in page.text

    @pytest.mark.parametrize("kind", ["takeaway", "nonsense"])
    def test_there_is_none_for_anything_else(self, browser, kind):
        assert browser.get(f"/new/{kind}/").status_code == 404
        assert browser.post(f"/new/{kind}/price/").status_code == 404

    def test_starts_with_the_default_address_and_a_price(self, browser, student_lin, places):
        Address.objects.create(user=student_lin, place=places.dorm_north, detail="6楼 602", is_default=True)

        page = browser.get("/new/parcel/").text

        assert 'value="6楼 602"' in page
        assert "Carrying up 5 floors" in page
        assert hidden(page, "quote_token")

    def test_starts_without_a_price_where_no_address_is_known(self, browser):
        page = browser.get("/new/parcel/").text

        assert "as soon as the place is chosen" in page
        assert hidden(page, "quote_token") == ""

    def test_an_old_order_can_be_repeated_without_its_secrets(self, browser, ordered):
        old = ordered(note="Ring twice", size="M", weight_kg=4)

        page = browser.get(f"/new/parcel/?again={old.no}").text

        assert "Ring twice" in page
        assert re.search(r'value="M"[^>]*checked', page)
        assert old.pickup_codes not in page

    def test_somebody_elses_order_cannot(self, client_of, student_mei, ordered):
        old = ordered(note="Ring twice")

        assert "Ring twice" not in client_of(student_mei).get(f"/new/parcel/?again={old.no}").text


class TestThePrice:
    def price(self, browser, data, kind="parcel") -> str:
        response = browser.post(f"/new/{kind}/price/", data, headers={"HX-Request": "true"})
        assert response.status_code == 200
        return response.text

    def test_follows_what_is_filled_in(self, browser, filled):
        small, large = self.price(browser, filled()), self.price(browser, filled(size="L"))

        assert "Parcel size large" in large
        assert int(hidden(large, "expected_fen")) > int(hidden(small, "expected_fen"))

    def test_is_there_while_the_rest_is_still_missing(self, browser, filled):
        assert hidden(self.price(browser, filled(pickup_codes="")), "quote_token")

    @pytest.mark.parametrize("kind", ERRANDS)
    def test_its_lines_add_up(self, browser, filled, kind):
        page = self.price(browser, filled(kind, tip="3"), kind)

        lines = re.findall(r"<dd>¥([\d.]+)</dd></div>", page)
        *parts, total = [round(float(fen) * 100) for fen in lines]
        assert sum(parts) == total == int(hidden(page, "expected_fen"))

    def test_says_why_it_is_dear(self, browser, filled, places):
        Demand.objects.create(zone=places.parcel_station.zone, open_jobs=6, couriers=2)

        page = self.price(browser, filled())

        assert "6 jobs for 2 couriers" in page
        assert "surcharge goes with the rush" in page

    def test_says_that_a_zone_decides_who_comes(self, browser, filled, places):
        page = self.price(browser, filled(dropoff=places.dorm_women.pk))

        assert "admits women only" in page
        assert 'hx-swap-oob="true"' in page

    def test_leaves_the_choice_of_the_courier_alone_while_nothing_changes_there(self, browser, filled):
        assert "A woman" not in self.price(browser, filled())

    def test_says_what_is_missing_in_the_wallet(self, browser, filled):
        page = self.price(browser, filled())

        assert "short" in page
        assert "Top up the wallet" in page
        assert re.search(r'value="wallet"[^>]*disabled', page)

    def test_says_that_the_campus_does_not_offer_it(self, browser, filled, campus):
        PriceRule.objects.filter(campus=campus, kind="parcel").update(status="superseded")

        assert "not offered" in self.price(browser, filled())

    def test_says_the_lowest_fee_when_less_is_offered(self, browser, filled):
        assert "lowest fee here is ¥5" in self.price(browser, filled("custom", fee_offer="2"), "custom")

    def test_needs_a_post(self, browser):
        assert browser.get("/new/parcel/price/").status_code == 405


class TestOrdering:
    def order(self, browser, data, kind="parcel", **more):
        return browser.post(f"/new/{kind}/", data, **more)

    @pytest.mark.parametrize("kind", ERRANDS)
    def test_each_kind_from_the_wallet(self, browser, filled, rich, kind):
        response = self.order(browser, filled(kind), kind)

        order = Order.objects.get()
        assert response.status_code == 302
        assert response.url == f"/o/{order.no}/"
        assert (order.kind, order.status) == (kind, "placed")
        assert sum(line["fen"] for line in order.lines) == order.total_fen

    def test_what_was_filled_in_is_what_was_ordered(self, browser, filled, rich, places, simulated_clock):
        _day, slots = windows(simulated_clock.time, places.gate.campus)[1]
        self.order(browser, filled(
            pickup_codes="1-1,  2-2；3-3", size="M", weight_kg=5, window=slots[3][0], gender_wanted="female", tip="2.5",
            note="Ring twice", goods_value="88", contact_name="Mei", contact_phone="13900001111",
        ))  # fmt: skip

        order = Order.objects.get()
        assert order.pickup_codes == "1-1 2-2 3-3"
        assert order.summary == "3 parcels"
        assert order.details == {"weight_kg": 5, "size": "M", "floor": 3, "pieces": 3}
        assert (order.tip_fen, order.goods_value_fen) == (250, 8800)
        assert (order.note, order.gender_wanted) == ("Ring twice", "female")
        assert (order.contact_name, order.contact_phone) == ("Mei", "13900001111")
        assert order.window_start.isoformat() == slots[3][0] or order.window_start.timestamp()
        assert order.window_end - order.window_start == timedelta(minutes=30)

    def test_purchase_keeps_the_list_and_pays_the_budget(self, browser, filled, rich):
        self.order(browser, filled("purchase"), "purchase")

        order = Order.objects.get()
        assert (order.summary, order.budget_fen) == ("Milk", 3000)
        assert order.details["shopping_list"] == "Milk\nBread"
        assert order.total_fen == order.fee_fen + 3000

    def test_the_zone_overrules_who_is_wanted(self, browser, filled, rich, places):
        self.order(browser, filled(dropoff=places.dorm_women.pk, gender_wanted="male"))

        assert Order.objects.get().gender_wanted == "female"

    def test_pressing_twice_orders_once(self, browser, filled, rich):
        first, second = self.order(browser, filled()), self.order(browser, filled())

        assert Order.objects.count() == 1
        assert first.url == second.url

    def test_by_the_cashier_goes_on_to_the_cashier(self, browser, filled):
        response = self.order(browser, filled(gateway="sandbox"))

        payment = Payment.objects.get()
        assert response.url == reverse("payments:cashier", args=[payment.no])
        assert (payment.amount, payment.status) == (Order.objects.get().total_fen, "pending")

    def test_with_an_empty_wallet_nothing_is_ordered_and_nothing_lost(self, browser, filled):
        response = self.order(browser, filled(note="Ring twice"))

        assert response.status_code == 422
        assert "does not hold enough" in response.text
        assert "Ring twice" in response.text
        assert not Order.objects.exists()

    @pytest.mark.parametrize(
        "kind, change, said",
        [
            ("parcel", {"pickup_codes": ""}, "This field is required"),
            ("parcel", {"dropoff": ""}, "Choose a place"),
            ("parcel", {"pickup": ""}, "Choose a place"),
            ("parcel", {"weight_kg": 31}, "less than or equal to 30"),
            ("parcel", {"size": "XXL"}, "valid choice"),
            ("parcel", {"tip": "-1"}, "At least"),
            ("parcel", {"tip": "much"}, "amount in yuan"),
            ("parcel", {"window": "2020-01-01T10:00:00+08:00"}, "too near by now"),
            ("parcel", {"contact_name": "Mei"}, "needs a phone number"),
            ("parcel", {"contact_phone": "12345"}, "11-digit"),
            ("purchase", {"budget": "0.5"}, "At least ¥1"),
            ("purchase", {"budget": "501"}, "At most ¥500"),
            ("purchase", {"shopping_list": ""}, "This field is required"),
            ("queue", {"minutes": 14}, "greater than or equal to 15"),
            ("parcel", {"dropoff_detail": ""}, "Which room?"),
            ("custom", {"dropoff_detail": ""}, "Which room?"),
            ("parcel", {"dropoff_detail": "by the stairs"}, "name the floor"),
            ("parcel", {"pickup_codes": "1-1-1111 2-2-2222", "pieces": 1}, "There are 2 codes"),
            ("haul", {"stairs": 0}, "To this room alone there are 2 floors"),
            ("haul", {"pieces": 0}, "greater than or equal to 1"),
            ("custom", {"fee_offer": "1"}, "lowest fee"),
            ("custom", {"what": ""}, "This field is required"),
            ("document", {"key": "x"}, ""),
        ],
    )
    def test_refuses_what_makes_no_sense_and_keeps_the_rest(self, browser, filled, rich, kind, change, said):
        response = self.order(browser, filled(kind, note="Ring twice", **change), kind)

        assert response.status_code == 422
        assert said in response.text
        assert "Ring twice" in response.text
        assert not Order.objects.exists()

    def test_refuses_places_of_another_campus(self, browser, filled, rich, other_campus):
        from tests.factories import places_of

        response = self.order(browser, filled(dropoff=places_of(other_campus).dorm_north.pk))

        assert response.status_code == 422
        assert not Order.objects.exists()

    def test_a_closed_place_cannot_be_chosen(self, browser, filled, rich, places):
        places.dorm_north.is_active = False
        places.dorm_north.save()

        assert self.order(browser, filled()).status_code == 422


class TestWhatWasShownIsWhatIsCharged:
    def shown(self, browser, filled) -> dict:
        page = browser.post("/new/parcel/price/", filled()).text
        return filled(quote_token=hidden(page, "quote_token"), expected_fen=hidden(page, "expected_fen"))

    def test_when_it_rains_in_the_meantime(self, browser, filled, rich, campus):
        data = self.shown(browser, filled)
        campus.weather = Weather.STORM
        campus.save()

        assert browser.post("/new/parcel/", data).status_code == 302
        assert Order.objects.get().total_fen == int(data["expected_fen"])

    def test_until_the_quote_runs_out_then_the_new_price_is_said_and_asked_for(
        self, browser, filled, rich, campus, simulated_clock
    ):
        data = self.shown(browser, filled)
        campus.weather = Weather.STORM
        campus.save()
        simulated_clock.advance(minutes=6)

        refused = browser.post("/new/parcel/", data)

        assert refused.status_code == 422
        assert "The price has changed to" in refused.text
        assert not Order.objects.exists()
        again = data | {
            "quote_token": hidden(refused.text, "quote_token"),
            "expected_fen": hidden(refused.text, "expected_fen"),
        }
        assert browser.post("/new/parcel/", again).status_code == 302
        assert Order.objects.get().total_fen == int(again["expected_fen"]) > int(data["expected_fen"])

    def test_and_a_tampered_quote_is_worth_nothing(self, browser, filled, rich):
        data = self.shown(browser, filled)
        data["quote_token"] = data["quote_token"][:-3] + "AAA"
        data["expected_fen"] = "1"

        assert "price has changed" in browser.post("/new/parcel/", data).text
        assert not Order.objects.exists()


class TestTheDraft:
    def test_is_kept_when_one_looks_at_the_price_and_leaves(self, browser, filled):
        browser.post("/new/parcel/price/", filled(note="Ring twice", pickup_codes="9-9-9999"))

        page = browser.get("/new/parcel/").text

        assert "Ring twice" in page
        assert "9-9-9999" in page
        assert "We kept what you entered" in page

    def test_belongs_to_its_kind_and_to_its_person(self, browser, filled, client_of, student_mei):
        browser.post("/new/parcel/price/", filled(note="Ring twice"))

        assert "Ring twice" not in browser.get("/new/haul/").text
        assert "Ring twice" not in client_of(student_mei).get("/new/parcel/").text

    def test_can_be_thrown_away(self, browser, filled):
        browser.post("/new/parcel/price/", filled(note="Ring twice"))
        browser.post("/new/parcel/start-over/")

        assert "Ring twice" not in browser.get("/new/parcel/").text

    def test_ends_with_the_order(self, browser, filled, rich):
        browser.post("/new/parcel/", filled(note="Ring twice"))

        assert "Ring twice" not in browser.get("/new/parcel/").text


class TestPhotos:
    def test_go_with_the_order_cleaned(self, browser, filled, rich, picture):
        browser.post("/new/custom/", filled("custom") | {"photos": [picture(), picture(colour="blue")]})

        photos = Order.objects.get().photos.all()
        assert [(p.purpose, p.image.name.endswith(".jpg")) for p in photos] == [("order", True)] * 2

    def test_survive_a_mistake_elsewhere(self, browser, filled, rich, picture):
        refused = browser.post("/new/custom/", filled("custom", what="") | {"photos": [picture()]})
        assert "data:image/jpeg;base64," in refused.text

        browser.post("/new/custom/", filled("custom"))

        assert Order.objects.get().photos.count() == 1

    def test_can_be_left_out_again(self, browser, filled, rich, picture):
        refused = browser.post("/new/custom/", filled("custom", what="") | {"photos": [picture()]})
        ident = re.search(r'name="drop_photo" value="(\w+)"', refused.text)[1]

        browser.post("/new/custom/", filled("custom", drop_photo=ident))

        assert Order.objects.get().photos.count() == 0

    def test_more_than_three_are_not_taken(self, browser, filled, rich, picture):
        browser.post("/new/custom/", filled("custom") | {"photos": [picture() for _ in range(5)]})

        assert Order.objects.get().photos.count() == 3

    def test_what_is_no_photo_is_refused_with_a_sentence(self, browser, filled, rich):
        from django.core.files.uploadedfile import SimpleUploadedFile

        bad = SimpleUploadedFile("x.png", b"<script>alert(1)</script>", "image/png")
        refused = browser.post("/new/custom/", filled("custom") | {"photos": [bad]})

        assert refused.status_code == 422
        assert "not a photo that we can read" in refused.text
        assert not Order.objects.exists()
