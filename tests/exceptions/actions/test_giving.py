"""What an order's customer has had counts over all tickets, presses and people, and who bore it is written down."""

import pytest

from core.errors import Invalid, NotAllowed
from exceptions.actions import ACTIONS, run_action
from exceptions.actions.money import PreviewOutdated
from exceptions.library.rules import publish_compensation_rule
from exceptions.models import CompensationRule, Ruling
from exceptions.rulings.giving import given_for
from exceptions.tickets import services
from payments.services import balance
from tests.exceptions.actions.running import filled, previewed, run
from tests.exceptions.console.pages import text_of, url
from tests.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator_zhou(campus):
    """Wang's colleague at the next desk."""
    return StaffRoleFactory(campus=campus, role="support", user__name="Zhou Min").user


@pytest.fixture
def rude(damaged, student_lin):
    """Lin has also complained about Zhao's manners."""
    return services.report(order=damaged.order, type="attitude", source="customer", actor=student_lin)


def shares(ruling: Ruling) -> dict[str, int]:
    return dict(ruling.shares.values_list("payer", "fen"))


def briefed(ticket, step) -> str:
    return " | ".join(f"{row.label}: {row.text}" for row in ACTIONS[step].briefing(ticket, {}))


# -- Who bore it -----------------------------------------------------------------------------------------------


def test_the_courier_is_charged_what_the_job_paid_and_the_platform_the_rest(damaged, operator_wang):
    run(damaged, "compensate", operator_wang, grade="total", borne_by="courier")
    ruling, earned = Ruling.objects.get(), damaged.order.courier_fen
    assert shares(ruling) == {"courier": earned, "platform": 8000 - earned}
    assert ruling.courier == damaged.courier


def test_before_the_delivery_the_courier_has_nothing_so_the_platform_bore_it(
    order, walk, operator_wang, student_lin, photo
):
    walk(order, "picked_up")
    spilled = services.report(
        order=order, type="goods_damaged", source="customer", actor=student_lin, photos=[photo()]
    )
    run(spilled, "compensate", operator_wang, grade="total", borne_by="courier")
    ruling = Ruling.objects.get()
    assert shares(ruling) == {"platform": 8000}
    assert ruling.courier is None


def test_a_refund_says_whose_money_it_was(damaged, operator_wang):
    run(damaged, "refund", operator_wang, amount_fen="2.50")
    assert shares(Ruling.objects.get()) == {"platform": 250}


def test_the_list_of_rulings_names_the_payers(client_of, damaged, operator_wang, supervisor_sun):
    run(damaged, "compensate", operator_wang, grade="total", borne_by="courier")
    earned = damaged.order.courier_fen
    page = text_of(client_of(supervisor_sun).get("/admin/exceptions/ruling/"))
    assert f"courier ¥{earned / 100:g} · platform ¥{(8000 - earned) / 100:g}" in page
    filtered = client_of(supervisor_sun).get(
        "/admin/exceptions/ruling/", {"shares__payer__exact": "merchant"}
    )
    assert damaged.no not in filtered.content.decode()


# -- Two at once -----------------------------------------------------------------------------------------------


def test_the_second_of_two_open_dialogs_is_refused_and_shown_what_is_so_now(
    damaged, operator_wang, operator_zhou, student_lin
):
    both = filled(damaged, "compensate", grade="light").cleaned_data
    before = balance("wallet", user=student_lin)
    run_action(ticket=damaged, action="compensate", params=both, actor=operator_wang, key="wang")
    with pytest.raises(PreviewOutdated, match=f"{operator_wang.display_name} has given ¥24"):
        run_action(ticket=damaged, action="compensate", params=both, actor=operator_zhou, key="zhou")
    assert balance("wallet", user=student_lin) - before == 2400


def test_also_between_two_tickets_of_the_order(damaged, rude, operator_wang, operator_zhou):
    seen = filled(rude, "refund", amount_fen="1").cleaned_data
    run(damaged, "compensate", operator_wang, grade="light")
    with pytest.raises(PreviewOutdated):
        run_action(ticket=rude, action="refund", params=seen, actor=operator_zhou, key="zhou")


def test_the_dialog_comes_back_with_the_payment_and_the_second_yes_pays(
    desk, client_of, damaged, operator_wang, operator_zhou, student_lin
):
    colleague = client_of(operator_zhou)
    colleague.defaults["HTTP_HX_REQUEST"] = "true"
    address = url("console_action", damaged, "compensate")
    values = {
        "grade": "light",
        "amount_fen": "5",
        "borne_by": "platform",
        "text": "The box",
        "given_fen": "0",
    }
    assert desk.post(address, values | {"key": "wang"}).status_code == 204
    refused = colleague.post(address, values | {"key": "zhou"})
    assert refused.status_code == 422
    assert refused["HX-Retarget"] == "#oc-dialog-body"
    assert f"{operator_wang.display_name} has given ¥5" in text_of(refused)
    assert 'name="given_fen" value="500"' in refused.content.decode()
    assert damaged.rulings.count() == 1
    assert colleague.post(address, values | {"key": "zhou", "given_fen": "500"}).status_code == 204
    assert damaged.rulings.count() == 2


# -- Limits over the whole order -------------------------------------------------------------------------------


def test_refund_and_compensation_together_are_not_more_than_the_order(damaged, operator_wang, supervisor_sun):
    run(damaged, "compensate", operator_wang, key="1", grade="total")  # ¥80, all that the goods were worth
    everything = {"amount_fen": f"{damaged.order.total_fen / 100:.2f}"}
    run(damaged, "refund", operator_wang, key="2", **everything)  # the fee besides: that was paid for too
    assert given_for(damaged.order).left_fen == 0


def test_a_refund_after_compensation_is_limited_in_either_order(
    place, walk, operator_wang, supervisor_sun, student_lin, photo
):
    order = walk(place(goods_value_fen=0), "delivered")
    ticket = services.report(
        order=order, type="goods_missing", source="customer", actor=student_lin, photos=[photo()]
    )
    run(ticket, "compensate", operator_wang, key="1", amount_fen="3", text="The toothpaste")
    rest = order.total_fen - 300
    full = {"amount_fen": f"{order.total_fen / 100:.2f}"}
    warned = ACTIONS["refund"].preview(ticket, filled(ticket, "refund", **full).cleaned_data).warning
    assert warned.startswith("¥3 has been given for this order already")
    with pytest.raises(NotAllowed):
        run(ticket, "refund", operator_wang, key="2", **full)
    assert filled(ticket, "refund").cleaned_data["amount_fen"] == min(order.fee_fen, rest)
    run(ticket, "refund", operator_wang, key="3")
    run(ticket, "compensate", supervisor_sun, key="4", amount_fen="3", text="They were very patient")


def test_the_limit_without_a_rule_counts_all_presses_and_people(damaged, rude, operator_wang, operator_zhou):
    run(rude, "compensate", operator_wang, key="1", amount_fen="15", text="Rude")
    with pytest.raises(NotAllowed, match="Above ¥5 more"):
        run(rude, "compensate", operator_zhou, key="2", amount_fen="15", text="Very rude")
    run(rude, "compensate", operator_zhou, key="3", amount_fen="5", text="Rude")


def test_what_the_rule_gives_for_being_late_comes_on_top(
    overdue, operator_wang, simulated_clock, student_lin
):
    simulated_clock.advance(minutes=34)  # 35 late: ¥5
    everything = f"{overdue.order.total_fen / 100:.2f}"
    run(overdue, "refund", operator_wang, key="1", amount_fen=everything)
    assert previewed(overdue, "compensate") == {"customer": 500, "platform": -500}
    run(overdue, "compensate", operator_wang, key="2")


def test_even_a_supervisor_compensates_an_order_with_500_yuan_at_most(damaged, supervisor_sun):
    run(
        damaged, "compensate", supervisor_sun, key="1", grade="total", amount_fen="400", text="A special case"
    )
    with pytest.raises(Invalid, match="¥400 has been given"):
        run(damaged, "compensate", supervisor_sun, key="2", grade="total", amount_fen="200", text="Once more")


# -- What the dialog says --------------------------------------------------------------------------------------


def test_the_dialog_says_how_late_what_the_rule_gives_and_what_was_given(
    desk, overdue, operator_wang, operator_zhou, simulated_clock
):
    assert "Given before: nothing yet" in briefed(overdue, "compensate")
    simulated_clock.advance(minutes=24)
    run(overdue, "compensate", operator_zhou, key="1", amount_fen="4", text="Waiting in the rain")
    dialog = text_of(desk.get(url("console_action", overdue, "compensate")))
    assert "25 min late" in dialog
    assert "¥0 (rule v1, at most ¥20)" in dialog
    assert "¥4 compensation · Zhou Min" in dialog  # although the form is not filled in yet


def test_a_warning_without_points_has_its_preview(desk, damaged):
    dialog = text_of(desk.get(url("console_action", damaged, "warn")))
    assert "is warned. Nothing else changes." in dialog


# -- The rule it was opened under ------------------------------------------------------------------------------


def test_a_ticket_keeps_the_rule_that_was_live_when_it_opened(damaged, campus, operator_wang, supervisor_sun):
    publish_compensation_rule(
        CompensationRule(campus=campus, type=damaged.type, formula="fixed", params={"fen": 500}, cap_fen=600),
        actor=supervisor_sun,
    )
    assert previewed(damaged, "compensate", grade="medium") == {"customer": 4800, "platform": -4800}
    run(damaged, "compensate", operator_wang, grade="medium")
    assert Ruling.objects.get().rule.version == 1


def test_the_scanner_freezes_it_too(overdue, campus, supervisor_sun, simulated_clock):
    rule = overdue.compensation_rule
    assert (rule.type_id, rule.version) == ("overdue", 1)
    tiers = {"tiers": [[10, 900]]}
    publish_compensation_rule(
        CompensationRule(campus=campus, type=overdue.type, formula=rule.formula, params=tiers, cap_fen=2000),
        actor=supervisor_sun,
    )
    simulated_clock.advance(minutes=24)
    assert previewed(overdue, "compensate") == {"customer": 300, "platform": -300}
