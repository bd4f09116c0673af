"""Who operates what."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from accounts import services
from accounts.models import StaffRole
from accounts.permissions import is_operator, operator_campuses, operator_required
from core.errors import NotAllowed
from tests.factories import UserFactory

Role = StaffRole.Role


def test_wang_operates_one_campus_in_one_role(operator_wang, campus, other_campus):
    assert is_operator(operator_wang)
    assert is_operator(operator_wang, campus)
    assert is_operator(operator_wang, campus, Role.SUPPORT, Role.FINANCE)
    assert not is_operator(operator_wang, campus, Role.SUPERVISOR)
    assert not is_operator(operator_wang, other_campus)
    assert list(operator_campuses(operator_wang)) == [campus]
    assert not operator_campuses(operator_wang, Role.SUPERVISOR).exists()


def test_a_superuser_operates_everywhere(campus, other_campus):
    root = UserFactory(is_staff=True, is_superuser=True)
    assert is_operator(root, other_campus, Role.FINANCE)
    assert set(operator_campuses(root)) == {campus, other_campus}


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_rights_end_with_the_account_and_the_standing(operator_wang, campus, change):
    for name, value in change.items():
        setattr(operator_wang, name, value)
    assert not is_operator(operator_wang, campus)
    assert not operator_campuses(operator_wang).exists()


def test_students_and_strangers_operate_nothing(student_lin, campus):
    for person in (student_lin, AnonymousUser()):
        assert not is_operator(person, campus)
        assert not operator_campuses(person).exists()


def test_asked_once_per_request(operator_wang, campus, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            is_operator(operator_wang, campus, Role.SUPPORT)


def test_a_view_for_operators(rf, operator_wang, student_lin):
    view = operator_required(Role.SUPPORT)(lambda request: HttpResponse("in"))

    def visit(user):
        request = rf.get("/somewhere/")
        request.user = user
        return view(request)

    assert visit(operator_wang).content == b"in"
    assert visit(AnonymousUser()).url == "/accounts/login/?next=/somewhere/"
    with pytest.raises(NotAllowed):
        visit(student_lin)


def test_a_role_makes_an_operator_and_the_last_one_ends_it(student_lin, supervisor_sun, campus):
    role = services.grant_role(user=student_lin, campus=campus, role=Role.SUPPORT, actor=supervisor_sun)
    again = services.grant_role(user=student_lin, campus=campus, role=Role.SUPPORT, actor=supervisor_sun)
    assert role == again
    assert student_lin.is_staff
    other = services.grant_role(user=student_lin, campus=campus, role=Role.FINANCE, actor=supervisor_sun)
    services.revoke_role(staff_role=role, actor=supervisor_sun)
    student_lin.refresh_from_db()
    assert student_lin.is_staff
    services.revoke_role(staff_role=other, actor=supervisor_sun)
    student_lin.refresh_from_db()
    assert not student_lin.is_staff
