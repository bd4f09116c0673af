"""Who may ask for what: every address by everybody, read and pressed, with other people's things filled in.

The addresses come from the URL resolver. Each has a row in tests/house/authorisation.py that says who may; the pages
that the admin makes for a model follow from its roles by the rule below. Whatever is pressed by somebody who may not
leaves the database as it was: every statement that writes is seen. Templates are not rendered here (other walks do that):
what is asked is who gets how far.
"""

import re
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.template import Template
from django.urls import NoReverseMatch, get_resolver, reverse

from core.admin import EVERY_ROLE, ReadOnly
from tests.house.authorisation import ADMIN, GROUPS, NO_PAGE, NOBODY, PARTS, QUERIES, ROLES, ROWS
from tests.house.authorisation_world import browser, make_world

pytestmark = pytest.mark.slow
MODEL_PAGE = re.compile(r"admin:(\w+?)_(changelist|add|change|delete|history)$")
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.I)
# What asking itself may write: the session, and the line that says that a page was refused.
OF_ASKING = {"accounts_session", "accounts_securityevent", "django_session"}
LOGIN = re.compile(
    r"/(accounts/(login|reauthenticate|2fa/(authenticate|reauthenticate|totp/activate))|admin/login)/"
)
NO_SUCH_METHOD = "no such method"
# Of those whom the admin sends to log in, some stand for all.
FEW = [
    role
    for role in ROLES
    if role not in ["far_student", "far_courier", "keeper", "other_keeper", "merchant", "other_merchant"]
]
PRESSED = {"reason": "", "to": "customer", "text": "?", "act": "pay", "client": "line-00000099"}


def routes(resolver=None, space="", path="", params=()):
    """(name, names of its parameters) of every address; one without a name goes by its path."""
    for pattern in (resolver or get_resolver()).url_patterns:
        own = pattern.pattern.converters or pattern.pattern.regex.groupindex
        here, all_params = path + str(pattern.pattern), (*params, *own)
        if hasattr(pattern, "url_patterns"):
            yield from routes(
                pattern, (pattern.namespace and f"{pattern.namespace}:") or space, here, all_params
            )
        else:
            yield f"{space}{pattern.name}" if pattern.name else here, all_params


NAMES = dict(routes())
MODELS = {
    f"{model._meta.app_label}_{model._meta.model_name}": board
    for model, board in admin.site._registry.items()
}
OWN_NAMES = sorted(
    name
    for name in NAMES
    if not ((match := MODEL_PAGE.match(name)) and match[1] in MODELS) and not NO_PAGE.match(name)
)


@pytest.fixture
def world(db, settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR = True
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if "whitenoise" not in name
    ]  # looks for files
    made = make_world()
    made.browsers = {role: browser(who, factor=role != "no_factor") for role, who in made.people.items()}
    banned = made.people["banned"]
    banned.is_active = False
    banned.save()
    monkeypatch.setattr(Template, "render", lambda self, context: "")
    return made


def address(world, name) -> str:
    model = next((model for model in MODELS if name.startswith(f"admin:{model}_")), "")
    row = {"object_id": world.rows[model], "pk": world.rows[model]} if model else {}
    values = {
        param: row.get(param) or world.values.get(f"{name} {param}", world.values.get(f"{name.split(':')[0]} {param}", world.values.get(param, 1)))
        for param in NAMES[name]
    }  # fmt: skip
    try:
        return reverse(name, kwargs=values)
    except NoReverseMatch:
        return f"/{name}"


@contextmanager
def written():
    """The tables that are written to within the block."""
    tables = set()

    def watch(execute, sql, params, many, context):
        if match := WRITES.match(sql):
            tables.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables


def ask(world, role, method, name, path) -> tuple[str, set[str]]:
    """What becomes of it, and the tables that were written to. All is taken back."""
    client = world.browsers[role]
    cookies = dict(client.cookies)
    headers = {"HX-Request": "true"} if name in PARTS else {}
    sent = QUERIES.get(name, {}) if method == "get" else PRESSED | {"leg": world.values["dispatch no"]}
    with written() as tables, transaction.atomic():
        answer = getattr(client, method)(path, sent, headers=headers)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    return outcome(answer, path), tables - OF_ASKING


def outcome(answer, path: str) -> str:
    status = answer.status_code
    if status >= 500 and status != 503:
        return f"fault {status}"
    if status in (301, 302):
        if LOGIN.match(answer.url) or path == "/admin/logout/":
            return "login"
        # The admin leads from what is not there to its first page.
        lost = answer.url == "/admin/" and path.startswith("/admin/") and path != "/admin/login/"
        return "none" if lost else "allowed"
    return {401: "login", 403: "refused", 404: "none", 405: NO_SUCH_METHOD}.get(status, "allowed")


def who(text: str) -> set[str]:
    """The roles in "couriers keeper"; "nobody" is none."""
    words = [word for word in text.split() if word != "nobody"]
    return {role for word in words for role in GROUPS.get(word, word).split()}


def expected(name: str, method: str) -> dict[str, str]:
    """{role: what becomes of it} as the row of that address says."""
    row = ROWS[name]
    if row.startswith("get:"):
        row = dict(part.strip().split(": ", 1) for part in row.split("|"))[method]
    may, _, rest = row.partition(";")
    others, *exceptions = [part.strip() for part in rest.split(",")]
    strangers = set(ROLES) - who("operators") if ADMIN.match(name) else who("strangers")
    found = {role: "login" if role in strangers else others for role in ROLES}
    found |= dict.fromkeys(who(may), "allowed")
    for exception in exceptions:
        what, roles = exception.split(": ")
        found |= dict.fromkeys(who(roles), what)
    return found


def test_every_address_has_a_row():
    hint = "say who may in tests/house/authorisation.py (ROWS), and fill its parameters in authorisation_world.py"
    assert set(OWN_NAMES) - set(ROWS) == set(), hint
    assert set(ROWS) - set(OWN_NAMES) == set(), "rows of addresses that are gone"


def test_rows_are_readable():
    for name, row in ROWS.items():
        words = set(re.findall(r"\w+", row)) - {"get", "post", "nobody", "none", "refused", "login"}
        assert words <= set(ROLES) | set(GROUPS), name


def test_everybody_gets_as_far_as_the_table_says(world):
    wrong = []
    for name in OWN_NAMES:
        path = address(world, name)
        for method in ("get", "post"):
            said = expected(name, method)
            for role in FEW if ADMIN.match(name) else ROLES:
                what, tables = ask(world, role, method, name, path)
                if role == ROLES[0] and what == NO_SUCH_METHOD:
                    break  # before anybody is asked who they are
                if what != said[role] and what != NO_SUCH_METHOD:
                    wrong.append(f"{role} {method} {name} {path}: {what}, the row says {said[role]}")
                if what != "allowed" and tables:
                    wrong.append(f"{role} {method} {name} {path}: {what}, but writes to {sorted(tables)}")
    assert not wrong, "\n".join(wrong)


# -- The admin's pages of models ---------------------------------------------------------------------------

# (roles, whether they work where the rows belong); None: everything everywhere.
OPERATORS = {
    "support": ({"support"}, True),
    "dispatcher": ({"dispatcher"}, True),
    "finance": ({"finance"}, True),
    "supervisor": ({"supervisor"}, True),
    "far_supervisor": ({"supervisor"}, False),
    "superuser": (set(EVERY_ROLE), True),
}


def may(board, model: str, what: str, role: str) -> bool:
    """What the roles of the class say about list, add, view (history), edit, delete (see the page), erase (press it)."""
    roles, here = OPERATORS[role]
    if what in ("add", "edit", "delete", "erase"):
        if (model, what) in NOBODY or isinstance(board, ReadOnly):
            return False
        wanted = {"add": board.add_roles, "edit": board.change_roles}.get(what, board.delete_roles)
    else:
        wanted = {*board.view_roles, *board.add_roles, *board.change_roles, *board.delete_roles}
    if role == "superuser":
        return True
    if what not in ("list", "add") and not here and (board.campus_path or model in OF_A_CAMPUS):
        return False
    return bool(roles & set(wanted))


# Of no one campus by their class, and yet each sees only what belongs to theirs.
OF_A_CAMPUS = {"payments_account", "payments_transfer"}
ASKED = [  # (page, method, what must be allowed for it)
    ("changelist", "get", "list"), ("add", "get", "add"), ("add", "post", "add"), ("change", "get", "view"),
    ("history", "get", "view"), ("change", "post", "edit"), ("delete", "get", "delete"), ("delete", "post", "erase"),
]  # fmt: skip


def test_pages_of_models_follow_from_their_roles(world):
    wrong = []
    for model, board in MODELS.items():
        for page, method, what in ASKED:
            name = f"admin:{model}_{page}"
            if page not in ("changelist", "add") and not world.rows[model]:
                continue
            path = reverse(name, args=[] if page in ("changelist", "add") else [world.rows[model]])
            for role in [*OPERATORS, "anonymous", "student", "no_factor"]:
                got, tables = ask(world, role, method, name, path)
                allowed = role in OPERATORS and may(board, model, what, role)
                if allowed:  # who has deleted the last row of a list is led to the first page
                    right = got == "allowed" or (what == "erase" and got == "none" and tables)
                else:
                    right = not tables and got in (("refused", "none") if role in OPERATORS else ("login",))
                if not right:
                    wrong.append(f"{role} {method} {path}: {got} {sorted(tables)}")
    assert not wrong, "\n".join(wrong)
