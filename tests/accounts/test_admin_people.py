"""People in the operators' pages: numbers are masked, and shown in full only with a reason that stays."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SecurityEvent, StaffRole, User
from tests.factories import PASSWORD, UserFactory

LIST = "/admin/accounts/user/"


def change(user):
    return f"{LIST}{user.pk}/change/"


def reveal(user):
    return reverse("admin:accounts_user_phone", args=[user.pk])


def test_numbers_are_masked_for_everybody(client_of, supervisor_sun, student_lin):
    client = client_of(supervisor_sun)
    for page in (LIST, change(student_lin)):
        html = client.get(page).content.decode()
        assert student_lin.masked_phone in html
        assert student_lin.phone not in html


def test_found_by_the_whole_number_only(client_of, operator_wang, student_lin):
    client = client_of(operator_wang)

    def found(query):
        return list(client.get(LIST, {"q": query}).context["cl"].queryset)

    assert found(student_lin.phone) == [student_lin]
    assert found("林晓") == [student_lin]
    assert found(student_lin.phone[:8]) == []


def test_a_supervisor_sees_it_for_a_reason_that_stays(client_of, supervisor_sun, student_lin):
    response = client_of(supervisor_sun).post(
        reveal(student_lin), {"reason": "order K7 lost, call back"}, follow=True
    )
    assert student_lin.phone in response.content.decode()
    entry = LogEntry.objects.get(object_id=str(student_lin.pk))
    assert entry.user == supervisor_sun
    assert "order K7 lost" in entry.change_message
    line = SecurityEvent.objects.get(kind="number_shown")
    assert (line.user, line.actor) == (student_lin, supervisor_sun)
    assert line.details == {"number": "phone", "reason": "order K7 lost, call back"}
    # and it is gone with the next page
    assert student_lin.phone not in client_of(supervisor_sun).get(change(student_lin)).content.decode()


def test_without_a_reason_nothing_is_shown(client_of, supervisor_sun, student_lin):
    response = client_of(supervisor_sun).post(reveal(student_lin), {"reason": " "}, follow=True)
    assert student_lin.phone not in response.content.decode()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("who", ["operator_wang", "finance_li"])
def test_others_may_not(request, client_of, student_lin, who):
    client = client_of(request.getfixturevalue(who))
    assert client.post(reveal(student_lin), {"reason": "curious"}).status_code == 403
    assert "Show the number" not in client.get(change(student_lin)).content.decode()
    assert not LogEntry.objects.exists()


def test_looking_at_the_address_is_not_enough(client_of, supervisor_sun, student_lin):
    assert client_of(supervisor_sun).get(reveal(student_lin)).status_code == 403


def test_people_of_another_campus_do_not_exist(client_of, supervisor_sun, other_campus):
    stranger = UserFactory(campus=other_campus, name="别校同学")
    client = client_of(supervisor_sun)
    assert "别校同学" not in client.get(LIST).content.decode()
    assert client.get(change(stranger)).status_code == 302  # the admin's way to say "not found"
    assert client.post(reveal(stranger), {"reason": "x"}).status_code == 404


def test_a_supervisor_bars_somebody_but_gives_no_rights(client_of, supervisor_sun, student_lin, campus):
    data = {
        "name": "林晓",
        "campus": campus.pk,
        "gender": "male",
        "is_superuser": "on",
        "is_staff": "on",
        "phone": "13900000000",
    }
    for prefix in ("staff_roles", "consents"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    response = client_of(supervisor_sun).post(change(student_lin), data)
    assert response.status_code == 302
    phone = student_lin.phone
    student_lin.refresh_from_db()
    assert not student_lin.is_active
    assert not student_lin.is_staff
    assert not student_lin.is_superuser
    assert student_lin.phone == phone


def test_a_superuser_is_out_of_a_supervisors_reach(client_of, supervisor_sun, campus):
    root = UserFactory(is_staff=True, is_superuser=True, campus=campus)
    client = client_of(supervisor_sun)
    assert client.post(change(root), {"name": "x"}).status_code == 403
    assert client.post(reveal(root), {"reason": "x"}).status_code == 403
    lost = reverse("admin:accounts_user_second_factor", args=[root.pk])
    assert client.post(lost).status_code == 403


def test_a_lost_second_factor_is_reset_by_somebody_else(client_of, supervisor_sun, operator_wang):
    Authenticator.objects.create(user=operator_wang, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=supervisor_sun, type=Authenticator.Type.TOTP, data={})
    client = client_of(supervisor_sun)
    client.post(reverse("admin:accounts_user_second_factor", args=[operator_wang.pk]))
    client.post(reverse("admin:accounts_user_second_factor", args=[supervisor_sun.pk]))
    assert list(Authenticator.objects.values_list("user", flat=True)) == [supervisor_sun.pk]


def test_sun_grants_and_ends_a_role_on_her_campus(client_of, supervisor_sun, student_lin, campus):
    client = client_of(supervisor_sun)
    page = "/admin/accounts/staffrole/"
    assert client.get(f"{page}add/").status_code == 200
    client.post(f"{page}add/", {"phone": student_lin.phone, "campus": campus.pk, "role": "support"})
    role = StaffRole.objects.get(user=student_lin)
    student_lin.refresh_from_db()
    assert student_lin.is_staff
    client.post(f"{page}{role.pk}/delete/", {"post": "yes"})
    student_lin.refresh_from_db()
    assert not student_lin.is_staff


def test_who_has_not_signed_up_gets_no_role(client_of, supervisor_sun, campus):
    data = {"phone": "13711110000", "campus": campus.pk, "role": "support"}
    page = client_of(supervisor_sun).post("/admin/accounts/staffrole/add/", data).content.decode()
    assert "Nobody has signed up with this number." in page
    assert StaffRole.objects.count() == 1


def test_a_role_is_never_turned_into_another(client_of, supervisor_sun, operator_wang, campus):
    role = operator_wang.staff_roles.get()
    client = client_of(supervisor_sun)
    assert client.get(f"/admin/accounts/staffrole/{role.pk}/change/").status_code == 200
    data = {"phone": operator_wang.phone, "campus": campus.pk, "role": "supervisor"}
    assert client.post(f"/admin/accounts/staffrole/{role.pk}/change/", data).status_code == 403
    role.refresh_from_db()
    assert role.role == "support"


def test_but_not_on_another_campus(client_of, supervisor_sun, student_lin, other_campus):
    client = client_of(supervisor_sun)
    client.post(
        "/admin/accounts/staffrole/add/",
        {"phone": student_lin.phone, "campus": other_campus.pk, "role": "supervisor"},
    )
    assert not StaffRole.objects.filter(user=student_lin).exists()


def test_a_superuser_made_on_the_command_line_can_log_in(client, db):
    root = User.objects.create_superuser("root", phone="13712340009", password=PASSWORD)
    client.post("/accounts/login/", {"login": root.phone, "password": PASSWORD})
    assert client.get(LIST).status_code == 200


def test_wang_sees_no_roles(client_of, operator_wang):
    assert client_of(operator_wang).get("/admin/accounts/staffrole/").status_code == 403


def test_the_list_costs_the_same_for_many(client_of, operator_wang, campus):
    client = client_of(operator_wang)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    cost()
    before = cost()
    UserFactory.create_batch(20, campus=campus)
    assert cost() <= before
