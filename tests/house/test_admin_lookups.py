"""No list of the admin answers questions about a field that its page does not show.

Django lets a list be filtered by any field of its model, one character at a time. Every registered list is asked by every
field, also across relations.
"""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin import site
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory

from accounts.models import SecurityEvent, StaffRole
from core import clock
from core.admin import CampusScopedAdmin
from tests import factories

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/accounts/user/"
# Nobody sorts or searches by the beginning of these, on whatever page.
SECRET = {
    "password", "phone", "contact_phone", "callee_phone", "a_phone", "b_phone", "account_no", "payee_account",
    "receiving_code", "pickup_codes", "key", "digits", "endpoint", "auth", "p256dh", "openid",
}  # fmt: skip
LOOKUPS = (
    "",
    "__exact",
    "__startswith",
    "__contains",
    "__regex",
    "__gt",
    "__lt",
    "__in",
    "__isnull",
    "__length",
)
BOARDS = {model._meta.label: board for model, board in site._registry.items()}


def paths(model, depth=2, seen=()):
    """Every field that can be written in an address, across relations in both directions."""
    for field in model._meta.get_fields():
        yield field.name, field  # of a relation from elsewhere: the name by which it is queried
        if depth > 1 and field.is_relation and field.related_model and field.related_model not in seen:
            for path, deeper in paths(field.related_model, depth - 1, (*seen, model)):
                yield f"{field.name}__{path}", deeper


def asked(board):
    request = RequestFactory().get("/")
    request.user = factories.UserFactory.build(is_staff=True, is_superuser=True, pk=1)
    return request


def offered(board, request) -> set[str]:
    """The fields that the list itself offers to filter by."""
    fields = {board.date_hierarchy} - {None}
    for item in board.get_list_filter(request):
        fields.add(
            item.parameter_name if isinstance(item, type) else item if isinstance(item, str) else item[0]
        )
    return fields


@pytest.mark.parametrize("label", sorted(BOARDS))
def test_every_admin_is_of_the_closed_kind(label):
    assert isinstance(BOARDS[label], CampusScopedAdmin), "inherit core.admin.CampusScopedAdmin"


@pytest.mark.parametrize("label", sorted(BOARDS))
def test_no_list_is_filtered_by_what_it_does_not_offer(label):
    board = BOARDS[label]
    request = asked(board)
    allowed = offered(board, request) | set(board.link_lookups)
    open_ones = [
        path + lookup
        for path, field in paths(board.model)
        for lookup in LOOKUPS
        if board.lookup_allowed(path + lookup, "x", request)
        and path not in allowed
        and not (path.rpartition("__")[0] in allowed and getattr(field, "primary_key", False))
    ]
    assert open_ones == []


@pytest.mark.parametrize("label", sorted(BOARDS))
def test_what_a_list_offers_is_no_secret(label):
    board = BOARDS[label]
    assert not {path.split("__")[-1] for path in offered(board, asked(board))} & SECRET


@pytest.mark.parametrize("label", sorted(BOARDS))
def test_no_list_is_sorted_or_searched_by_a_secret(label):
    board, request = BOARDS[label], asked(BOARDS[label])
    sorted_by = [*board.get_ordering(request)]
    for name in board.get_list_display(request):
        column = getattr(board, str(name), None)
        own = "" if column else str(name)  # a column of the page's own is sorted only by what it declares
        sorted_by.append(str(getattr(column, "admin_order_field", "")) or own)
    secret = (
        SECRET - {"key"} if label == "core.RetentionRun" else SECRET
    )  # its key names a rule, and opens nothing
    assert not {str(path).lstrip("-").split("__")[-1] for path in sorted_by} & secret
    for field in board.get_search_fields(request):
        if field.split("__")[-1].lstrip("=") in SECRET - {"key"}:
            assert field.startswith("="), f"{field}: the whole number or nothing"


@pytest.mark.parametrize("label", sorted(BOARDS))
def test_no_page_of_an_object_shows_a_secret(label):
    board, request = BOARDS[label], asked(BOARDS[label])
    shown = {*board.get_list_display(request), *flatten_fieldsets(board.get_fieldsets(request))}
    fields = {field.name for field in board.model._meta.get_fields()}
    assert not {name for name in shown & fields & SECRET if not hasattr(board, name)} - {"key"}


class TestAttack:
    """What support could do: read a phone number in 24 requests."""

    @pytest.fixture
    def browser(self, client_of, operator_wang):
        return client_of(operator_wang)

    @pytest.mark.parametrize(
        "question",
        [
            "phone__startswith=139", "phone=13900000001", "password__startswith=md5$", "phone__regex=^1",
            "orders__contact_phone__startswith=1", "is_superuser__exact=1", "last_login__gte=2020-01-01",
        ],
    )  # fmt: skip
    def test_people_are_not_filtered_by_hidden_fields(self, browser, student_lin, question):
        assert browser.get(f"{PEOPLE}?{question}").status_code == 400

    @pytest.mark.parametrize(
        "question", ["receiving_code=1234", "pickup_codes__contains=5", "contact_phone__startswith=1"]
    )
    def test_orders_neither(self, browser, question):
        assert browser.get(f"/admin/orders/order/?{question}").status_code == 400

    def test_nor_numbers_of_calls_and_codes(self, browser):
        for question in ("telephony/callattempt/?callee_phone__startswith=1", "telephony/numberbinding/?a_phone__startswith=1",
                         "delivery/scancode/?key__startswith=a", "delivery/scancode/?digits=1"):  # fmt: skip
            assert browser.get(f"/admin/{question}").status_code in (400, 403)

    def test_finance_does_not_ask_account_numbers(self, client_of, finance_li):
        page = "/admin/payments/withdrawal/?account_no__startswith=6"
        assert client_of(finance_li).get(page).status_code == 400

    def test_no_popup_hands_out_another_field(self, browser, student_lin):
        assert browser.get(f"{PEOPLE}?_popup=1&_to_field=phone").status_code == 400
        assert browser.get(f"{PEOPLE}{student_lin.pk}/change/?_to_field=phone").status_code == 400

    def test_columns_that_are_not_there_sort_nothing(self, browser, student_lin):
        assert browser.get(f"{PEOPLE}?o=99.-98").status_code == 200

    def test_a_search_finds_nobody_by_a_part_of_a_number(self, browser, student_lin):
        for part in (student_lin.phone[:7], student_lin.phone[-4:], student_lin.phone[:10]):
            assert "林晓" not in browser.get(f"{PEOPLE}?q={part}").text
        assert not SecurityEvent.objects.filter(kind="number_shown").exists()

    def test_a_search_by_the_whole_number_finds_and_is_logged(self, browser, student_lin, operator_wang):
        assert "林晓" in browser.get(f"{PEOPLE}?q={student_lin.phone}").text

        line = SecurityEvent.objects.get(kind="number_shown")
        assert (line.user, line.actor, line.details) == (
            student_lin,
            operator_wang,
            {"searched": "accounts.User"},
        )
        assert student_lin.phone not in line.identifier

    def test_a_search_in_another_list_is_logged_too(self, browser, student_lin):
        browser.get(f"/admin/orders/order/?q={student_lin.phone}")
        assert SecurityEvent.objects.get(kind="number_shown").user == student_lin


class TestWhatStillWorks:
    @pytest.mark.parametrize("label", sorted(BOARDS))
    def test_every_filter_that_a_list_offers(self, label, client_of, campus):
        board = BOARDS[label]
        chief = factories.UserFactory(is_staff=True, is_superuser=True, campus=campus)
        request = RequestFactory().get("/")
        request.user = chief
        page = f"/admin/{label.lower().replace('.', '/')}/"
        browser = client_of(chief)
        cl = board.get_changelist_instance(request)
        wanted = [param for spec in cl.filter_specs for param in spec.expected_parameters() if param]
        for param in wanted:
            answer = browser.get(page, {param: ""})
            assert answer.status_code in (200, 302), (param, answer.status_code)
        if board.date_hierarchy:
            day = clock.now() - timedelta(days=1)
            field = board.date_hierarchy
            answer = browser.get(
                page, {f"{field}__year": day.year, f"{field}__month": day.month, f"{field}__day": day.day}
            )
            assert answer.status_code == 200

    def test_a_role_chooses_a_person_by_name(self, client_of, supervisor_sun, student_lin, campus):
        factories.StaffRoleFactory(
            user=factories.UserFactory(is_staff=True), campus=campus, role=StaffRole.Role.FINANCE
        )
        question = {"app_label": "catalog", "model_name": "merchant", "field_name": "owners", "term": "林"}
        answer = client_of(supervisor_sun).get("/admin/autocomplete/", question)
        assert [row["text"] for row in answer.json()["results"]] == [str(student_lin)]


def test_the_registry_is_the_one_that_is_served():
    assert admin.site is site


def test_a_coloured_label_is_for_lists_alone():
    """What a list colours returns (code, words): the page of one row would show it as that, and so do its inlines."""
    shown = {
        f"{board}.{name}"
        for own in site._registry.values()
        for board in (own, *own.inlines)
        for name in {*board.readonly_fields, *(board.fields or ()), *flatten_fieldsets(board.fieldsets or ())}
        if getattr(getattr(board, str(name), None), "label", None)
    }
    assert shown == set()
