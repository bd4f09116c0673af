"""Rated, tipped, blocked: what Lin and Zhao say to each other after a delivery, in two browsers."""

import re

import pytest
from playwright.sync_api import expect

from delivery import services as delivery
from delivery.models import Rating
from dispatch import services as dispatch
from dispatch.models import Block
from orders import services as orders
from orders.requests import ErrandRequest
from payments.selectors import check_ledger
from payments.services import balance
from tests import factories
from tests.journeys.waiting import leg_of

pytestmark = pytest.mark.browser


def ordered(world, lin):
    places = factories.places_of(world)
    request = ErrandRequest(
        campus=world,
        kind="parcel",
        pickup=places.parcel_station,
        dropoff=places.dorm_north,
        pickup_codes="1-2-3456",
    )
    return orders.place_order(actor=lin, request=request, gateway="wallet")


def brought(world, lin, zhao):
    order = ordered(world, lin)
    leg = dispatch.grab(leg=leg_of(order), courier=zhao)
    for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        leg = stage(leg=leg, actor=zhao.user)
    delivery.deliver(leg=leg, actor=zhao.user, code=order.receiving_code)
    return order, leg


def test_rated_tipped_blocked(world, people, enter):
    lin, zhao = people
    order, leg = brought(world, lin, zhao)
    student, courier = enter(lin), enter(zhao)
    before = balance("courier_earnings", user=zhao.user)

    # Rated: a star is tapped, words are added, and the page shows it.
    student.goto(f"/o/{order.no}/")
    student.get_by_role("link", name="4 / 5").click()
    sheet = student.locator("#rating-sheet")
    sheet.get_by_label("态度好").check(force=True)
    sheet.get_by_label("补充说明").fill("很快，谢谢")
    sheet.get_by_role("button", name="提交评价").click()
    expect(student.get_by_text("很快，谢谢")).to_be_visible()
    assert Rating.objects.get().stars == 4

    # Tipped: all of it is Zhao's, and the books balance.
    student.get_by_role("link", name="打赏骑手").click()
    tip = student.locator("#order-sheet")
    tip.get_by_role("button", name="¥5").click()
    tip.get_by_role("button", name=re.compile("确认")).click()
    expect(student.get_by_text("已加小费 ¥5")).to_be_visible()
    assert balance("courier_earnings", user=zhao.user) - before == 500
    assert not check_ledger()

    # Zhao sees the average and no name; then he does not want to meet Lin again.
    courier.goto("/c/ratings/")
    expect(courier.get_by_text("4.0")).to_be_visible()
    assert "林" not in courier.locator("main").inner_text()
    courier.goto(f"/c/job/{leg.no}/")
    courier.get_by_role("button", name="不再接这位顾客的单").click()
    courier.locator("[data-confirm-yes]").click()
    expect(courier.get_by_text("以后不会再匹配这位顾客")).to_be_visible()
    assert Block.objects.get().by == zhao.user

    # Lin's next order is not in his hall, and Lin is told nothing of it.
    ordered(world, lin)
    courier.goto("/c/")
    expect(courier.get_by_role("button", name="抢单")).to_have_count(0)
    student.goto("/c/people/?portal=student")
    expect(student.get_by_text("没有人。")).to_be_visible()

    # Taken back on the page, it is there again.
    courier.goto("/c/people/?portal=courier")
    courier.get_by_role("button", name="撤销").click()
    courier.goto("/c/")
    expect(courier.get_by_role("button", name="抢单")).to_be_visible()
