"""From applying to the first job, in browsers and in Chinese: applied, vetted in the admin, trained, grabbed, delivered."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import StaffRole
from couriers.models import Application, Courier
from delivery.models import LegStatus
from orders import services as orders
from orders.requests import ErrandRequest
from payments.services import account, transfer
from tests import factories
from tests.core.test_images import upload
from tests.journeys.conftest import DESK

pytestmark = pytest.mark.browser


@pytest.fixture
def people(world):
    """Mei who wants to ride, Lin who has ordered, supervisor Sun; and what a courier has to know."""
    mei = factories.UserFactory(username="mei", name="", campus=world, language="zh-hans")
    lin = factories.UserFactory(username="lin", name="林晓", campus=world, language="zh-hans")
    sun = factories.UserFactory(
        username="sun", name="孙主管", campus=world, is_staff=True, language="zh-hans"
    )
    factories.StaffRoleFactory(user=sun, campus=world, role=StaffRole.Role.SUPERVISOR)
    transfer(
        key="pocket-money",
        reason="topup",
        moves=[(account("gateway", gateway="sandbox"), -5000), (account("wallet", user=lin), 5000)],
    )
    factories.make_course(world, actor=sun, words=factories.CHINESE_LESSONS)
    return mei, lin, sun


def test_applied_vetted_trained_and_the_first_job(people, enter, world):
    mei, lin, sun = people
    student, operator = enter(mei), enter(sun, DESK)

    # She applies with two photos.
    student.goto("/me/")
    student.get_by_role("link", name=re.compile("成为骑手")).click()
    student.get_by_label("姓名（与学生证一致）").fill("梅雨")
    student.get_by_label("女", exact=True).check()
    student.get_by_label("自行车", exact=True).check()
    for field, form in (
        ("student_card", "HEIF"),
        ("face", "JPEG"),
    ):  # of which Chromium draws only the second
        picture = {"name": f"IMG_1.{form}", "mimeType": "", "buffer": upload(form).read()}
        student.locator(f"input[name={field}]").set_input_files(picture)
    expect(student.get_by_text("IMG_1.HEIF")).to_be_visible()
    student.get_by_role("button", name="提交申请").click()
    expect(student.get_by_role("heading", name="申请审核中")).to_be_visible()

    # The supervisor compares card and face, and accepts; the photos are gone.
    operator.goto("/admin/couriers/application/")
    operator.get_by_role("link", name="梅雨").click()
    expect(operator.get_by_role("img", name="学生证")).to_be_visible()
    expect(operator.get_by_role("img", name="本人照片")).to_be_visible()
    operator.get_by_role("link", name=re.compile("审核通过")).click()
    operator.get_by_role("button", name="提交").click()
    expect(operator.get_by_text("审核后已删除。")).to_be_visible()
    assert Application.objects.get().photos == {}

    # Her page moves on by itself. She learns, and the right answers let her in.
    expect(student).to_have_url(re.compile("/c/training/$"))
    student.get_by_role("button", name="开始培训").click()
    student.get_by_role("link", name=re.compile("新手培训")).click()
    expect(student.get_by_text("戴好头盔。").first).to_be_visible()
    student.get_by_role("link", name="去答题").click()
    expect(student.get_by_role("button", name="交卷")).to_be_visible()  # all() does not wait for the page
    for question in student.locator("fieldset").all():
        question.get_by_label("对", exact=True).check()
    student.get_by_role("button", name="交卷").click()
    expect(student.get_by_text("恭喜，测验通过！")).to_be_visible()
    assert Courier.objects.get().status == Courier.Status.ACTIVE
    expect(student).to_have_url(re.compile("/c/$"))

    # Her first job.
    places = factories.places_of(world)
    order = orders.place_order(
        actor=lin,
        request=ErrandRequest(
            campus=world,
            kind="parcel",
            pickup=places.parcel_station,
            dropoff=places.dorm_women,
            dropoff_detail="302",
            what="快递",
        ),
        gateway="wallet",
    )
    student.get_by_role("button", name="开始听单").click()
    student.get_by_role("button", name="抢单").click()
    student.wait_for_url(re.compile(r"/c/job/\w+/"))
    for label in ("已到", "已取", "已到"):
        student.get_by_role("button", name=re.compile(label)).last.click()
    student.get_by_role("button", name="确认送达").click()
    code = student.locator("input[name=code]")
    code.fill(f"{(int(order.receiving_code) + 1) % 10000:04d}")
    code.press("Enter")
    expect(student.get_by_text("收货码不对")).to_be_visible()
    code.fill(order.receiving_code)  # the sheet is still there
    code.press("Enter")
    expect(student.get_by_role("heading", name=re.compile("已送达"))).to_be_visible()
    assert order.legs.get().status == LegStatus.DONE
