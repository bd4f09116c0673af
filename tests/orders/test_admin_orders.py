"""Orders and their rules in the admin."""

import pytest

from core.money import plain_yuan
from orders.models import Order, PriceRule, StagePolicy
from tests.factories import StaffRoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def form_of(rule, **changes) -> dict:
    names = [f.name for f in PriceRule._meta.fields if f.editable and f.name not in ("id", "campus", "kind")]
    values = {name: getattr(rule, name) for name in names}
    return {
        name: plain_yuan(value) if name.endswith("_fen") else value for name, value in values.items()
    } | changes


@pytest.fixture
def rule(campus):
    return PriceRule.objects.get(campus=campus, kind="parcel")


class TestPriceRules:
    def test_a_change_makes_a_new_version_and_keeps_the_old_one(
        self, client_of, supervisor_sun, rule, ordered
    ):
        order = ordered()
        path = f"/admin/orders/pricerule/{rule.pk}/change/"

        response = client_of(supervisor_sun).post(path, form_of(rule, base_fen="7.77"))

        assert response.status_code == 302
        rule.refresh_from_db()
        assert (rule.base_fen, rule.in_force) == (300, False)
        new = PriceRule.objects.get(campus=rule.campus, kind="parcel", status="live")
        assert (new.base_fen, new.version, new.published_by) == (777, 2, supervisor_sun)
        order.refresh_from_db()
        assert order.price_rule == rule

    def test_amounts_are_filled_in_and_shown_in_yuan(self, client_of, supervisor_sun, rule):
        browser, path = client_of(supervisor_sun), f"/admin/orders/pricerule/{rule.pk}/change/"
        page = browser.get(path).content.decode()
        assert 'name="night_fen" value="2"' in page
        assert "(fen)" not in page
        browser.post(path, form_of(rule, base_fen="7.77"))
        old = browser.get(path).content.decode()  # a version that is only read
        assert "¥3" in old
        assert ">300<" not in old

    def test_what_has_decided_something_is_never_deleted(self, client_of, rule):
        root = UserFactory(is_staff=True, is_superuser=True)
        browser = client_of(root)
        assert browser.post(f"/admin/orders/pricerule/{rule.pk}/delete/", {"post": "yes"}).status_code == 403
        assert "/delete/" not in browser.get(f"/admin/orders/pricerule/{rule.pk}/change/").content.decode()

    def test_saving_without_a_change_makes_none(self, client_of, supervisor_sun, rule):
        client_of(supervisor_sun).post(f"/admin/orders/pricerule/{rule.pk}/change/", form_of(rule))

        assert PriceRule.objects.filter(campus=rule.campus, kind="parcel").count() == 1

    @pytest.mark.parametrize("change", [{"floor_fen": 30}, {"courier_percent": 101}, {"base_fen": "x"}])
    def test_nonsense_is_refused(self, client_of, supervisor_sun, rule, change):
        response = client_of(supervisor_sun).post(
            f"/admin/orders/pricerule/{rule.pk}/change/", form_of(rule, **change)
        )

        assert response.status_code == 200
        assert PriceRule.objects.filter(campus=rule.campus, kind="parcel").count() == 1

    def test_an_old_version_cannot_be_changed(self, client_of, supervisor_sun, rule):
        browser = client_of(supervisor_sun)
        browser.post(f"/admin/orders/pricerule/{rule.pk}/change/", form_of(rule, base_fen="7.77"))

        assert (
            browser.post(f"/admin/orders/pricerule/{rule.pk}/change/", form_of(rule, base_fen=1)).status_code
            == 403
        )

    def test_support_may_look_but_not_touch(self, client_of, operator_wang, rule):
        browser = client_of(operator_wang)

        assert browser.get("/admin/orders/pricerule/").status_code == 200
        path = f"/admin/orders/pricerule/{rule.pk}/change/"
        assert browser.post(path, form_of(rule, base_fen=1)).status_code == 403

    def test_another_campus_is_out_of_reach(self, client_of, rule, other_campus):
        far = UserFactory(username="far", is_staff=True)
        StaffRoleFactory(user=far, campus=other_campus, role="supervisor")

        path = f"/admin/orders/pricerule/{rule.pk}/change/"
        client_of(far).post(path, form_of(rule, base_fen=1))
        rule.refresh_from_db()
        assert rule.in_force


class TestOrders:
    def test_the_page_tells_everything_but_codes(self, client_of, operator_wang, ordered):
        order = ordered(contact_phone="13900001111", contact_name="Mei")
        page = client_of(operator_wang).get(f"/admin/orders/order/{order.pk}/change/").text

        assert "Paid, looking for a courier" in page
        assert "Base fee" in page
        assert f"/admin/payments/payment/story/{order.no}/" in page
        assert "139****1111" in page
        for secret in ("13900001111", order.pickup_codes, f">{order.receiving_code}<"):
            assert secret not in page

    def test_nobody_edits_or_deletes_one(self, client_of, supervisor_sun, ordered):
        order = ordered()
        browser = client_of(supervisor_sun)

        assert (
            browser.post(f"/admin/orders/order/{order.pk}/change/", {"status": "completed"}).status_code
            == 403
        )
        assert browser.post(f"/admin/orders/order/{order.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Order.objects.get().status == "placed"

    def test_is_found_by_number_and_phone(self, client_of, operator_wang, student_lin, ordered):
        order = ordered()
        browser = client_of(operator_wang)

        for words in (order.no, student_lin.phone):
            assert order.no in browser.get("/admin/orders/order/", {"q": words}).text
        assert order.no not in browser.get("/admin/orders/order/", {"q": "nothing"}).text

    def test_another_campus_sees_none(self, client_of, ordered, other_campus):
        order = ordered()
        far = UserFactory(username="far", is_staff=True)
        StaffRoleFactory(user=far, campus=other_campus, role="support")
        browser = client_of(far)

        assert order.no not in browser.get("/admin/orders/order/").text
        assert browser.get(f"/admin/orders/order/{order.pk}/change/").status_code == 302

    def test_the_number_of_queries_does_not_grow(
        self, client_of, operator_wang, ordered, django_assert_max_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        browser = client_of(operator_wang)
        ordered()
        browser.get("/admin/orders/order/")
        with CaptureQueriesContext(connection) as few:
            browser.get("/admin/orders/order/")
        for _ in range(6):
            ordered()

        with django_assert_max_num_queries(len(few)):
            browser.get("/admin/orders/order/")


def test_stage_policies_are_the_supervisors(client_of, supervisor_sun, operator_wang, campus):
    policy = StagePolicy.objects.get(campus=campus, stage="placed")
    data = {"campus": campus.pk, "kind": "", "stage": "placed", "minutes": 7, "stretches_at_peak": "on"}
    path = f"/admin/orders/stagepolicy/{policy.pk}/change/"

    assert client_of(operator_wang).post(path, data).status_code == 403
    assert client_of(supervisor_sun).post(path, data).status_code == 302
    policy.refresh_from_db()
    assert policy.minutes == 7
