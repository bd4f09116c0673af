"""What an operator sees of what was delivered, and the button that sends again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Send
from notifications.services import notify, send_due
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/send/"


@pytest.fixture
def given_up(student_lin, aliyun):
    aliyun.fails = "isv.MOBILE_NUMBER_ILLEGAL"
    notify(user=student_lin, kind="test_needed", title="The courier is at your door")
    send_due()
    aliyun.fails = ""
    return Send.objects.get()


def test_a_failed_one_is_found_and_sent_again(client_of, operator_wang, given_up, aliyun, student_lin):
    client = client_of(operator_wang)
    page = client.get(LIST, {"status__exact": "given_up"}).content.decode()
    assert "isv.MOBILE_NUMBER_ILLEGAL" in page
    assert student_lin.phone not in page
    client.post(LIST, {"action": "send_again", "_selected_action": [given_up.pk]})
    assert send_due() == 1
    assert len(aliyun.taken) == 1
    page = client.post(LIST, {"action": "send_again", "_selected_action": [given_up.pk]}, follow=True)
    assert "nothing to send again" in page.content.decode()
    assert send_due() == 0


def test_one_send_as_a_page(client_of, operator_wang, given_up):
    page = client_of(operator_wang).get(f"{LIST}{given_up.pk}/change/")
    assert page.status_code == 200
    assert "isv.MOBILE_NUMBER_ILLEGAL" in page.content.decode()


def test_finance_looks_and_does_not_press(client_of, finance_li, given_up):
    client = client_of(finance_li)
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "send_again", "_selected_action": [given_up.pk]})
    given_up.refresh_from_db()
    assert given_up.status == Send.Status.GIVEN_UP


def test_other_campuses_and_students_see_nothing(client_of, other_campus, given_up, student_lin):
    from accounts.models import StaffRole
    from tests.factories import StaffRoleFactory

    stranger = UserFactory(is_staff=True, campus=other_campus)
    StaffRoleFactory(user=stranger, campus=other_campus, role=StaffRole.Role.SUPERVISOR)
    assert "courier is at your door" not in client_of(stranger).get(LIST).content.decode()
    assert client_of(stranger).get(f"{LIST}{given_up.pk}/change/").status_code == 302
    assert client_of(student_lin).get(LIST).status_code == 302


def test_the_list_costs_the_same_for_many(client_of, operator_wang, campus, aliyun):
    client = client_of(operator_wang)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    def fill(n):
        for user in UserFactory.create_batch(n, campus=campus):
            notify(user=user, kind="test_needed", title="x")

    fill(2)
    cost()
    few = cost()
    fill(20)
    assert cost() == few


def test_providers_are_for_supervisors(client_of, operator_wang, supervisor_sun, student_lin, aliyun):
    aliyun.fails = "503"
    notify(user=student_lin, kind="test_needed", title="x")
    send_due()
    assert "aliyun" in client_of(supervisor_sun).get("/admin/notifications/circuit/").content.decode()
    assert client_of(operator_wang).get("/admin/notifications/circuit/").status_code == 403
