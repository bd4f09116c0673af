"""What may not be ordered: found in people's words, refused, or looked at by an operator first."""

from datetime import timedelta

import pytest

from core.errors import Invalid, WrongState
from delivery import services as delivery
from dispatch import selectors as dispatch_selectors
from dispatch import services as dispatch
from orders import services
from orders.models import ProhibitedRule, Review, Status
from orders.prohibited.matching import judge
from orders.prohibited.rules import rules_of
from payments.selectors import check_ledger
from payments.services import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def errand(ordered):
    """errand(what, **more): Lin asks for it in free words, and pays."""
    return lambda what, **more: ordered(kind="custom", what=what, fee_offer_fen=800, pickup_codes="", **more)


class TestMatching:
    @pytest.mark.parametrize(
        "text",
        ["帮我代考一下", "代 考", "代-考", "代.考，价格好说", "替我考試", "電子煙一支", "ＢＥＥＲ x 6", "a beer, please", "买 白 酒",
         "需要匕首", "替课一节", "代\u200b签到"],
    )  # fmt: skip
    def test_clear_words_are_found_however_they_are_written(self, campus, text):
        verdict = judge(rules_of(campus), [text])
        assert verdict is not None
        assert verdict.is_clear

    @pytest.mark.parametrize("text", ["一瓶酒", "感冒药", "带把刀", "考试座位", "lighter fluid"])
    def test_what_may_be_meant_so_is_looked_at(self, campus, text):
        verdict = judge(rules_of(campus), [text])
        assert verdict is not None
        assert not verdict.is_clear

    @pytest.mark.parametrize(
        "text",
        ["酒精棉片一包", "去烟台路取件", "刀削面一份", "两杯奶茶", "ginger tea", "a gunmetal umbrella", "准考证打印", "", "酒店门口交接"],
    )  # fmt: skip
    def test_harmless_words_are_not(self, campus, text):
        assert judge(rules_of(campus), [text]) is None

    def test_an_allowed_phrase_hides_only_itself(self, campus):
        assert judge(rules_of(campus), ["酒精棉片和一瓶白酒"]).is_clear

    def test_the_gravest_counts_whatever_comes_first(self, campus):
        verdict = judge(rules_of(campus), ["一瓶酒", "顺便代考"])
        assert (verdict.is_clear, verdict.rule.code) == (True, "exam_proxy")


class TestOrdering:
    @pytest.mark.parametrize("where", ["what", "note", "dropoff_detail"])
    def test_a_clear_case_is_refused_and_says_by_which_rule(self, errand, where):
        with pytest.raises(Invalid, match="exam proxies"):
            errand(**({"what": "a favour"} | {where: "代考"}))
        assert not Review.objects.exists()

    def test_the_list_of_a_purchase_is_read_too(self, ordered, places):
        with pytest.raises(Invalid, match="tobacco"):
            ordered(
                kind="purchase",
                pickup=places.print_shop,
                answers={"shopping_list": "纸巾\n香烟一包"},
                budget_fen=3000,
                pickup_codes="",
            )

    def test_the_form_keeps_what_was_written_and_says_it(
        self, client_of, student_lin, places, campus, wallet_money
    ):
        data = {"what": "帮我代考", "pricing": "offer", "fee_offer": "8", "window": "asap", "gender_wanted": "any",
                "dropoff": places.dorm_north.pk, "dropoff_detail": "302", "gateway": "wallet",
                "key": "ABCDEFGHJK"}  # fmt: skip
        answer = client_of(student_lin).post("/new/custom/", data)
        assert answer.status_code == 422
        assert "exam proxies" in answer.text
        assert "帮我代考" in answer.text

    def test_an_unsure_one_is_paid_and_held(self, errand, courier_zhao, student_lin):
        order = errand("带一瓶酒")
        assert order.status == Status.PLACED
        assert order.review_due_at is not None
        assert not order.legs.exists()
        assert dispatch_selectors.hall(courier_zhao).cards == []
        assert order.stage_due_at is None
        notice = student_lin.notices.get(kind="order_held")
        assert "alcohol" in notice.body

    def test_its_page_says_so(self, errand, client_of, student_lin):
        order = errand("带一瓶酒")
        page = client_of(student_lin).get(f"/o/{order.no}/").text
        assert "An operator looks at it first" in page
        assert "Couriers nearby" not in page

    def test_approved_couriers_see_it_and_the_waiting_is_not_counted(
        self, errand, courier_zhao, operator_wang, simulated_clock, student_lin
    ):
        order = errand("带一瓶酒")
        promised = order.promised_at
        simulated_clock.advance(minutes=6)
        services.approve_review(review=order.reviews.get(), actor=operator_wang)
        order.refresh_from_db()
        assert order.promised_at - promised == timedelta(minutes=6)
        assert order.review_due_at is None
        assert order.stage_due_at is not None
        assert len(dispatch_selectors.hall(courier_zhao).cards) == 1
        assert student_lin.notices.filter(kind="review_approved").exists()

    def test_refused_everything_goes_back_and_the_reason_is_told(self, errand, operator_wang, student_lin):
        order = errand("带一瓶酒")
        purse = balance("wallet", user=student_lin)
        for _ in range(2):
            services.refuse_review(review=order.reviews.get(), actor=operator_wang)
        order.refresh_from_db()
        assert order.status == Status.CANCELLED
        assert balance("wallet", user=student_lin) - purse == order.total_fen
        assert "alcohol" in student_lin.notices.get(kind="order_cancelled").body
        assert not check_ledger()
        with pytest.raises(WrongState):
            services.approve_review(review=order.reviews.get(), actor=operator_wang)

    def test_when_nobody_decides_in_time_it_is_refused(self, errand, student_lin, simulated_clock):
        order = errand("带一瓶酒")
        simulated_clock.advance(minutes=14)
        assert services.refuse_overdue_reviews() == 0
        simulated_clock.advance(minutes=2)
        assert services.refuse_overdue_reviews() == 1
        assert services.refuse_overdue_reviews() == 0
        order.refresh_from_db()
        assert order.status == Status.CANCELLED
        assert "in time" in student_lin.notices.get(kind="order_cancelled").body

    def test_one_that_was_cancelled_meanwhile_is_left_alone(self, errand, student_lin, simulated_clock):
        order = errand("带一瓶酒")
        services.cancel_order(order=order, actor=student_lin)
        simulated_clock.advance(minutes=20)
        services.refuse_overdue_reviews()
        order.refresh_from_db()
        assert order.status == Status.CANCELLED
        assert not check_ledger()

    def test_prices_are_asked_for_after_the_look(self, ordered, courier_zhao, operator_wang):
        order = ordered(kind="custom", what="带一瓶酒", asks_bids=True, pickup_codes="", gateway="sandbox")
        assert dispatch_selectors.hall(courier_zhao).wanted == []
        services.approve_review(review=order.reviews.get(), actor=operator_wang)
        assert len(dispatch_selectors.hall(courier_zhao).wanted) == 1

    def test_another_door_is_read_too(self, ordered, student_lin, places):
        with pytest.raises(Invalid):
            services.change_address(
                order=ordered(), actor=student_lin, dropoff=places.dorm_north, dropoff_detail="302 带酒"
            )


class TestCourier:
    def test_gives_it_back_without_a_trace_and_it_is_held(
        self, ordered, carried, courier_zhao, simulated_clock
    ):
        leg = carried(ordered())
        simulated_clock.advance(minutes=9)
        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="prohibited: smells of petrol")
        order = leg.order
        order.refresh_from_db(), courier_zhao.refresh_from_db()
        assert (order.status, courier_zhao.credit) == (Status.PLACED, 100)
        assert not order.tickets.exists()
        review = order.reviews.get()
        assert (review.reported_by, review.text) == (courier_zhao.user, "smells of petrol")
        assert not order.legs.filter(status__in=["open", "waiting"]).exists()

    def test_approved_it_goes_to_somebody_else(
        self, ordered, carried, courier_zhao, courier_qian, operator_wang
    ):
        leg = carried(ordered())
        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="prohibited")
        services.approve_review(review=Review.objects.get(), actor=operator_wang)
        assert dispatch_selectors.hall(courier_zhao).cards == []
        (card,) = dispatch_selectors.hall(courier_qian).cards
        taken = dispatch.grab(leg=leg.order.legs.get(no=card.no), courier=courier_qian)
        assert taken.courier == courier_qian

    def test_the_form_offers_it(self, ordered, carried, client_of, courier_zhao):
        leg = carried(ordered())
        assert "It is prohibited, or dangerous" in client_of(courier_zhao).get(f"/c/job/{leg.no}/").text


class TestOperators:
    def test_the_queue_and_its_buttons(self, errand, client_of, operator_wang):
        order = errand("带一瓶酒")
        review, browser = order.reviews.get(), client_of(operator_wang)
        page = browser.get("/admin/orders/review/").text
        assert order.no in page
        page = browser.get(f"/admin/orders/review/{review.pk}/change/").text
        assert "It may be carried" in page

    def test_a_text_is_tried(self, client_of, supervisor_sun, campus):
        browser = client_of(supervisor_sun)
        page = browser.get("/admin/orders/prohibitedrule/try/", {"text": "代考"}).text
        assert "exam proxies" in page
        assert (
            "couriers see it at once"
            in browser.get("/admin/orders/prohibitedrule/try/", {"text": "奶茶"}).text
        )

    def test_an_edit_is_a_new_version_and_counts_at_once(self, client_of, supervisor_sun, campus, errand):
        rules_of(campus)
        rule = ProhibitedRule.objects.live().get(campus=campus, code="alcohol")
        data = {"name_zh": rule.name_zh, "name_en": rule.name_en, "is_active": "on", "reason": "tea is fine here, cocoa is not",
                "clear_words": "cocoa", "unsure_words": "", "allowed_words": ""}  # fmt: skip
        answer = client_of(supervisor_sun).post(f"/admin/orders/prohibitedrule/{rule.pk}/change/", data)
        assert answer.status_code == 302
        live = ProhibitedRule.objects.live().get(campus=campus, code="alcohol")
        assert (live.version, live.clear_words, live.published_by) == (2, ["cocoa"], supervisor_sun)
        assert errand("带一瓶酒").review_due_at is None
        with pytest.raises(Invalid):
            errand("hot cocoa")

    def test_what_is_switched_off_stays_off(self, campus):
        rules_of(campus)
        ProhibitedRule.objects.filter(campus=campus).update(is_active=False)
        assert rules_of(campus) == []

    def test_support_reads_and_does_not_edit(self, client_of, operator_wang, campus):
        rules_of(campus)
        rule = ProhibitedRule.objects.first()
        browser = client_of(operator_wang)
        assert browser.get("/admin/orders/prohibitedrule/try/").status_code == 200
        assert browser.post(f"/admin/orders/prohibitedrule/{rule.pk}/change/", {}).status_code == 403
