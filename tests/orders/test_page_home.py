"""The first page, and the list of one's orders."""

import pytest
from django.urls import reverse

from orders.models import PriceRule, Status

pytestmark = pytest.mark.django_db

HOME, LIST = "/", "/orders/"


class TestGuests:
    def test_see_what_they_could_have_and_where_to_log_in(self, client, campus):
        page = client.get(HOME).text

        assert "Fetch a parcel" in page or "取快递" in page
        assert reverse("account_login") in page
        assert "from ¥5" in page or "¥5 起" in page

    def test_find_nothing_where_there_is_no_campus_yet(self, client, db):
        assert client.get(HOME).status_code == 200

    @pytest.mark.parametrize(
        "path", [LIST, "/new/parcel/", "/o/ABC/", "/o/ABC/live/", "/wallet/", "/pay/ABC/"]
    )
    def test_are_sent_to_log_in(self, client, campus, path):
        response = client.get(path)

        assert response.status_code == 302
        assert response.url == f"{reverse('account_login')}?next={path}"


class TestHome:
    def test_says_what_can_be_ordered_and_from_what_price(self, client_of, student_lin, campus):
        PriceRule.objects.filter(campus=campus, kind="haul").update(base_fen=900)
        PriceRule.objects.filter(campus=campus, kind="queue").update(status="superseded")

        page = client_of(student_lin).get(HOME).text

        assert 'href="/new/parcel/"' in page
        assert "from ¥9" in page
        assert 'href="/new/queue/"' not in page
        assert "Not here yet" in page

    def test_shows_what_is_under_way_with_its_time(self, client_of, student_lin, ordered):
        order = ordered()

        page = client_of(student_lin).get(HOME).text

        assert f'href="/o/{order.no}/"' in page
        assert "Finding you a courier" in page
        assert f'data-until="{order.promised_at.isoformat()[:16]}' in page or "data-until=" in page

    def test_an_unpaid_order_leads_to_the_payment(self, client_of, student_lin, ordered):
        order = ordered(gateway="sandbox")

        assert f'href="/pay/{order.no}/"' in client_of(student_lin).get(HOME).text

    def test_never_shows_what_others_ordered(self, client_of, student_mei, ordered):
        order = ordered()

        assert order.no not in client_of(student_mei).get(HOME).text

    def test_offers_a_finished_order_again_and_only_once_per_door(self, client_of, student_lin, delivered):
        from orders import services

        for _ in range(2):
            services.complete_order(order=delivered(), actor=student_lin)

        page = client_of(student_lin).get(HOME).text

        assert page.count("?again=") == 1

    def test_is_in_chinese_for_those_who_read_it(self, client_of, student_lin, campus):
        student_lin.language = "zh-hans"
        student_lin.save()

        assert 'lang="zh-hans"' in client_of(student_lin).get(HOME).text


class TestList:
    def test_tabs_part_what_is_under_way_from_what_is_finished(self, client_of, student_lin, ordered):
        from orders import services

        live, dead = ordered(), ordered()
        services.cancel_order(order=dead, actor=student_lin)
        browser = client_of(student_lin)

        shown = {tab: browser.get(f"{LIST}?tab={tab}").text for tab in ("live", "done", "all", "nonsense")}

        assert live.no in shown["live"]
        assert dead.no not in shown["live"]
        assert live.no not in shown["done"]
        assert dead.no in shown["done"]
        assert live.no in shown["all"]
        assert dead.no in shown["all"]
        assert live.no in shown["nonsense"]

    @pytest.mark.parametrize("tab", ["live", "done", "all"])
    def test_an_empty_tab_leads_to_ordering(self, client_of, student_lin, campus, tab):
        page = client_of(student_lin).get(f"{LIST}?tab={tab}").text

        assert "Order something" in page

    def test_has_pages(self, client_of, student_lin, ordered):
        orders = [ordered() for _ in range(13)]
        browser = client_of(student_lin)

        assert orders[0].no not in browser.get(LIST).text
        assert orders[0].no in browser.get(f"{LIST}?page=2").text

    @pytest.mark.parametrize("path", [HOME, LIST])
    def test_the_number_of_queries_does_not_grow(
        self, client_of, student_lin, ordered, django_assert_num_queries, path
    ):
        browser = client_of(student_lin)
        ordered()
        few = _count(browser, path)
        for _ in range(9):
            ordered()

        with django_assert_num_queries(few):
            browser.get(path)


class TestDelivered:
    def test_is_not_under_way_any_more_and_has_its_own_section(
        self, client_of, student_lin, ordered, delivered
    ):
        done, live = delivered(), ordered()
        browser = client_of(student_lin)

        for path in (HOME, LIST):
            page = browser.get(path).text
            under_way, _, rest = page.partition('aria-labelledby="delivered"')
            assert live.no in under_way
            assert done.no not in under_way
            assert done.no in rest

    def test_yesterdays_say_so(self, client_of, student_lin, delivered, simulated_clock):
        delivered()
        simulated_clock.advance(hours=15)

        page = client_of(student_lin).get(HOME).text

        assert "yesterday 10:00" in page

    def test_older_ones_have_a_date(self, client_of, student_lin, ordered, simulated_clock):
        from orders import services

        services.cancel_order(order=ordered(), actor=student_lin)
        simulated_clock.advance(days=3)

        assert "11-24 10:00" in client_of(student_lin).get(f"{LIST}?tab=done").text

    def test_what_comes_soonest_is_first_and_what_is_unpaid_last(self, student_lin, ordered, simulated_clock):
        from orders import selectors

        unpaid = ordered(gateway="sandbox")
        soon = ordered()
        simulated_clock.advance(minutes=5)
        later = ordered()

        assert list(selectors.live_orders_of(student_lin)) == [soon, later, unpaid]


class TestSearch:
    @pytest.mark.parametrize("words", ["the cat", "302", "Parcel station", "菜鸟", "fetch a PARCEL"])
    def test_finds_by_note_place_and_kind(self, client_of, student_lin, ordered, words):
        found = ordered(note="mind the cat")
        other = ordered(kind="custom", what="umbrella", fee_offer_fen=800, pickup=None, dropoff_detail="")

        page = client_of(student_lin).get(LIST, {"q": words}).text

        assert found.no in page
        assert other.no not in page

    def test_finds_by_number_in_any_state(self, client_of, student_lin, delivered):
        done = delivered()

        page = client_of(student_lin).get(LIST, {"q": done.no[2:].lower()}).text

        assert f"/o/{done.no}/" in page
        assert "1 order found" in page

    def test_finds_nothing_of_others(self, client_of, student_mei, ordered):
        order = ordered(note="mind the cat")

        page = client_of(student_mei).get(LIST, {"q": "cat"}).text

        assert order.no not in page
        assert "Nothing found" in page

    @pytest.mark.parametrize("words", ["%", "_", "'; --", "x" * 500, "   "])
    def test_takes_whatever_is_typed(self, client_of, student_lin, ordered, words):
        ordered()

        assert client_of(student_lin).get(LIST, {"q": words}).status_code == 200


def _count(browser, path) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        browser.get(path)
    return len(queries)


def test_buttons_of_a_card_follow_the_state(client_of, student_lin, ordered, delivered):
    unpaid, done = ordered(gateway="sandbox"), delivered()
    assert done.status == Status.DELIVERED

    page = client_of(student_lin).get(LIST).text

    assert f'href="/pay/{unpaid.no}/"' in page
    assert f'action="/o/{done.no}/confirm/"' in page
    assert f'action="/o/{unpaid.no}/confirm/"' not in page
