"""Who gets into the console, and how far: operators, of their own campuses, by their role."""

import pytest
from django.urls import reverse

from accounts.models import StaffRole
from exceptions.models import Ticket, TicketStatus
from tests import factories

READS = ["console", "console_queue", "console_figures", "console_pulse", "console_toast"]
OF_A_TICKET = ["console_ticket", "console_parts"]
COMMANDS = [
    "console_claim",
    "console_acknowledge",
    "console_unassign",
    "console_assign",
    "console_note",
    "console_dismiss",
    "console_reopen",
]


def url(name: str, ticket: Ticket | None = None, *args) -> str:
    return reverse(f"exceptions:{name}", args=[ticket.no, *args] if ticket else args)


@pytest.fixture
def operator_far(other_campus):
    """Support on the other campus."""
    user = factories.UserFactory(username="far", name="Far", campus=other_campus, is_staff=True)
    factories.StaffRoleFactory(user=user, campus=other_campus, role=StaffRole.Role.SUPPORT)
    return user


@pytest.fixture
def staff_without_role(campus):
    return factories.UserFactory(username="idle", name="Idle", campus=campus, is_staff=True)


@pytest.mark.parametrize("name", READS)
def test_people_without_a_staff_account_are_sent_to_log_in(
    client, client_of, student_lin, courier_zhao, name
):
    for browser in (client, client_of(student_lin), client_of(courier_zhao)):
        answer = browser.get(url(name))
        assert answer.status_code == 302
        assert "login" in answer.url


@pytest.mark.parametrize("name", COMMANDS)
def test_people_without_a_staff_account_change_nothing(client_of, student_lin, courier_zhao, overdue, name):
    before = overdue.version
    for person in (student_lin, courier_zhao):
        answer = client_of(person).post(url(name, overdue), {"text": "x", "reason": "x"})
        assert answer.status_code == 302
        assert "login" in answer.url
    overdue.refresh_from_db()
    assert overdue.version == before


@pytest.mark.parametrize("name", READS)
def test_staff_without_a_role_may_not_look(client_of, staff_without_role, name):
    assert client_of(staff_without_role).get(url(name)).status_code == 403


def test_the_first_page_tells_staff_without_a_role_whom_to_ask(client_of, staff_without_role):
    answer = client_of(staff_without_role).get(reverse("admin:index"))
    assert "You have no role on any campus yet" in answer.content.decode()


@pytest.mark.parametrize("name", OF_A_TICKET)
def test_a_ticket_of_another_campus_is_not_there(client_of, operator_far, overdue, name):
    browser = client_of(operator_far)
    assert browser.get(url(name, overdue), headers={"HX-Request": "true"}).status_code == 404
    assert browser.get(reverse("exceptions:console"), {"t": overdue.no}).status_code == 404


@pytest.mark.parametrize("name", COMMANDS)
def test_a_ticket_of_another_campus_cannot_be_touched(client_of, operator_far, overdue, name):
    answer = client_of(operator_far).post(url(name, overdue), {"text": "x", "reason": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("step", ["extend_promise", "compensate", "refund", "warn", "resolve"])
def test_steps_on_another_campus_cannot_be_taken(client_of, operator_far, overdue, step):
    browser = client_of(operator_far)
    assert browser.get(url("console_action", overdue, step)).status_code == 404
    assert browser.post(url("console_action", overdue, step), {"key": "k"}).status_code == 404


def test_the_queue_holds_only_tickets_of_ones_own_campuses(client_of, operator_far, operator_wang, overdue):
    assert overdue.no not in client_of(operator_far).get(url("console_queue")).content.decode()
    assert overdue.no in client_of(operator_wang).get(url("console_queue")).content.decode()


def test_a_toast_tells_nothing_of_another_campus(client_of, operator_far, operator_wang, overdue):
    address = f"{url('console_toast')}?t={overdue.no}"
    assert client_of(operator_far).get(address).content == b""
    assert overdue.no in client_of(operator_wang).get(address).content.decode()


def test_a_photo_is_for_operators_of_its_campus(client_of, operator_far, operator_wang, student_mei, damaged):
    address = url("console_photo", damaged, damaged.evidence.get().pk)
    assert client_of(operator_wang).get(address).headers["Content-Type"] == "image/jpeg"
    assert client_of(operator_far).get(address).status_code == 404
    assert client_of(student_mei).get(address).status_code == 302
    assert client_of(operator_wang).get(url("console_photo", damaged, 999_999)).status_code == 404


def test_finance_looks_and_does_not_act(client_of, finance_li, overdue):
    browser = client_of(finance_li)
    page = browser.get(reverse("exceptions:console"), {"t": overdue.no}).content.decode()
    assert overdue.no in page
    assert "You may look at this ticket" in page
    assert url("console_claim", overdue) not in page
    for name in COMMANDS:
        assert browser.post(url(name, overdue), {"text": "x", "reason": "x"}).status_code == 403
    assert browser.post(url("console_call", overdue, "customer")).status_code == 403
    assert browser.post(url("console_action", overdue, "compensate"), {"key": "k"}).status_code == 403
    overdue.refresh_from_db()
    assert overdue.status == TicketStatus.OPEN


def test_a_dispatcher_moves_orders_but_no_money(client_of, campus, overdue):
    user = factories.UserFactory(username="di", name="Di", campus=campus, is_staff=True)
    factories.StaffRoleFactory(user=user, campus=campus, role=StaffRole.Role.DISPATCHER)
    browser = client_of(user)
    page = browser.get(reverse("exceptions:console"), {"t": overdue.no}).content.decode()
    assert url("console_action", overdue, "extend_promise") in page
    assert url("console_action", overdue, "compensate") not in page
    answer = browser.post(
        url("console_action", overdue, "compensate"),
        {"key": "k", "amount_fen": "3", "borne_by": "platform", "text": "because"},
    )
    assert answer.status_code == 403
    assert not overdue.rulings.exists()


def test_commands_are_posts(client_of, operator_wang, overdue):
    browser = client_of(operator_wang)
    for name in ("console_claim", "console_unassign", "console_note"):
        assert browser.get(url(name, overdue)).status_code == 405
    overdue.refresh_from_db()
    assert overdue.assignee is None


def test_an_unknown_step_or_ticket_is_not_there(client_of, operator_wang, overdue):
    browser = client_of(operator_wang)
    assert browser.get(url("console_action", overdue, "nonsense")).status_code == 404
    assert browser.get(reverse("exceptions:console"), {"t": "NOSUCH"}).status_code == 404


def test_nobody_reads_a_whole_phone_number(client_of, operator_wang, overdue, student_lin, courier_zhao):
    browser = client_of(operator_wang)
    pages = [
        browser.get(reverse("exceptions:console"), {"t": overdue.no}),
        browser.get(url("console_parts", overdue)),
        browser.get(reverse("admin:exceptions_ticket_change", args=[overdue.no])),
    ]
    for page in pages:
        text = page.content.decode()
        assert student_lin.phone not in text
        assert courier_zhao.user.phone not in text
        assert student_lin.masked_phone in text


def test_the_pickup_code_and_the_receiving_code_are_on_no_page(client_of, operator_wang, overdue):
    text = client_of(operator_wang).get(reverse("exceptions:console"), {"t": overdue.no}).content.decode()
    assert overdue.order.pickup_codes not in text
    assert f">{overdue.order.receiving_code}<" not in text


# -- Several campuses --------------------------------------------------------------------------------------


@pytest.fixture
def supervisor_both(supervisor_sun, other_campus):
    factories.StaffRoleFactory(user=supervisor_sun, campus=other_campus, role=StaffRole.Role.SUPERVISOR)
    return supervisor_sun


def test_one_may_look_at_one_campus_or_at_all(client_of, supervisor_both, overdue, other_campus):
    browser = client_of(supervisor_both)
    home = reverse("exceptions:console")
    assert overdue.no in browser.get(home).content.decode()
    browser.get(reverse("accounts:operator_campus"), {"code": other_campus.code})
    assert overdue.no not in browser.get(home).content.decode()
    assert (
        browser.get(home, {"t": overdue.no}).status_code == 200
    )  # a deep link leads to the ticket all the same
    browser.get(reverse("accounts:operator_campus"), {"code": ""})
    assert overdue.no in browser.get(home).content.decode()


def test_a_campus_that_is_not_ones_own_cannot_be_chosen(client_of, operator_wang, overdue, other_campus):
    browser = client_of(operator_wang)
    browser.get(reverse("accounts:operator_campus"), {"code": other_campus.code})
    assert overdue.no in browser.get(reverse("exceptions:console")).content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_choosing_never_leads_to_another_site(client_of, operator_wang, wanted):
    address = reverse("accounts:operator_campus")
    headers = {"Referer": "https://evil.example/admin/"}
    answer = client_of(operator_wang).get(address, {"next": wanted}, headers=headers)
    assert answer.url == reverse("admin:index")


def test_choosing_leads_back(client_of, operator_wang, other_campus):
    """To the page one came from; on the console to its queue: the ticket that is open may be of another campus."""
    factories.StaffRoleFactory(user=operator_wang, campus=other_campus, role=StaffRole.Role.SUPPORT)
    browser = client_of(operator_wang)
    console, orders = reverse("exceptions:console"), reverse("admin:orders_order_changelist")
    chosen = f"{reverse('accounts:operator_campus')}?code={other_campus.code}"
    assert f"{chosen}&amp;next={console.replace('/', '%2F')}" in browser.get(console).text.replace(
        "&amp;amp;", "&amp;"
    )
    assert f'{chosen}"' in browser.get(orders).text
    for query, referer, goal in (
        ({"next": console}, f"http://testserver{console}?t=X", console),
        ({}, f"http://testserver{orders}?q=1", f"http://testserver{orders}?q=1"),
    ):
        answer = browser.get(reverse("accounts:operator_campus"), query, headers={"Referer": referer})
        assert answer.url == goal
