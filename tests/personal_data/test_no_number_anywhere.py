"""Nobody reads a phone number without a live need: every address is asked by everybody, and the bytes are searched.

The addresses come from the URL resolver, filled in with objects of a busy day: pages, fragments, files, the admin's
lists, forms, histories and searches; each is read, read as a fragment, and pressed (and taken back). Besides: the frames
of the live socket, what the log writes, and one's own data.
"""

import asyncio
import json
import re
from collections import defaultdict

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import StaffRole, User
from core.realtime import live_token, publish
from core.realtime.hub import present_hub
from delivery import services as delivery
from exceptions.tickets import services as tickets
from notifications.models import Notice
from orders.models import Order
from tests import factories
from tests.core.realtime.test_live import MEMORY, socket
from tests.journeys.test_every_page import everything  # noqa: F401  (a fixture: the busy day)
from tests.personal_data.reading import words_of
from tests.telephony.test_retention import written  # noqa: F401  (a fixture: what the log writes)

pytestmark = pytest.mark.slow

# The same for every operator who may see the row at all: walked as the one who may most.
SELDOM = re.compile(r"admin:\w+_(add|history|delete)|_changelist\?q=")
# The states of orders, legs and tickets whose pages say most.
TELLING = {"pending_payment", "picked_up", "delivered", "at_dropoff", "done", "working", "resolved"}
HTMX = {"HX-Request": "true"}
RECEIVER, ROOMMATE = "18812349876", "17712348765"
# Who dials is sent to a number: by a header, while there is a need, and nowhere else.
CALLS = {"delivery:call", "delivery:call_courier", "exceptions:console_call"}
# Has an effect outside the database, or on the one who asks: it is only read.
NOT_PRESSED = re.compile(r"account_|mfa_|accounts:(erase|language|demo_login)|admin:(logout|login|jsi18n)")


@pytest.fixture
def frames(monkeypatch):
    """Everything that is broadcast: [(group, text)]."""
    sent = []
    monkeypatch.setattr(publish, "_send", sent.extend)
    return sent


@pytest.fixture
def world(frames, written, db):  # noqa: F811
    """In one transaction, where the journeys' own needs real commits."""
    from exceptions.library.loading import load_library

    load_library()
    return factories.make_campus()


@pytest.fixture
def day(everything, world):  # noqa: F811
    """The busy day, with receivers who are not the customer, and calls. {role: person}."""
    people = {role: person for role, (person, _pages) in everything.items()}
    lin, zhao = people["student"], people["courier"].courier
    factories.AddressFactory(
        user=lin, place=factories.places_of(world).canteen, contact_name="室友", contact_phone=ROOMMATE
    )
    Order.objects.filter(customer=lin).update(contact_phone=RECEIVER)
    leg = zhao.legs.filter(status="picked_up").first()
    delivery.call_customer(leg=leg, actor=zhao.user)
    delivery.call_courier(leg=leg, actor=lin)
    world.call_provider = "fake"
    world.save()
    ticket = next(
        t for t in apps.get_model("exceptions.Ticket").objects.all() if t.is_unresolved and t.courier
    )
    tickets.call_party(ticket=ticket, actor=people["operator"], to="courier")
    world.call_provider = ""
    world.save()
    li = factories.UserFactory(username="li", name="李财务", campus=world, is_staff=True)
    factories.StaffRoleFactory(user=li, campus=world, role=StaffRole.Role.FINANCE)
    hill = factories.make_campus("hill")
    stranger = factories.UserFactory(username="far", name="外校", campus=hill, is_staff=True)
    factories.StaffRoleFactory(user=stranger, campus=hill, role=StaffRole.Role.SUPERVISOR)
    people |= {"finance": li, "elsewhere": stranger, "anonymous": None}
    people["qian"] = User.objects.get(username="qian")
    return people


def routes(resolver=None, space="", params=()):
    """(name, names of the parameters) of every address."""
    for pattern in (resolver or get_resolver()).url_patterns:
        # A path has converters, a regular expression its groups.
        own = pattern.pattern.converters or pattern.pattern.regex.groupindex
        here = (*params, *own)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, (pattern.namespace and f"{pattern.namespace}:") or space, here)
        elif pattern.name:
            yield f"{space}{pattern.name}", here


def objects() -> dict[str, list]:
    """What may stand in an address, by the parameter's name: a few of each kind, in different states."""
    pools = defaultdict(list)
    for model in apps.get_models():
        rows = model._default_manager.order_by("pk")
        names = {field.name for field in model._meta.fields}
        if "no" in names:
            by_state = {getattr(row, "status", ""): row.no for row in rows}
            told = [no for state, no in by_state.items() if state in TELLING] or list(by_state.values())[:2]
            pools[f"no of {model._meta.app_label}"] += told
        pools[f"{model._meta.app_label}_{model._meta.model_name}"] += [
            rows.first().pk if rows.exists() else 0
        ]
    pools["pk"] = [*Notice.objects.values_list("pk", flat=True)[:1], 1, 2, 3]
    # What stands beside orders takes their numbers too.
    orders = pools["no of orders"]
    pools["no of exceptions"] += orders[:1] + pools["no of delivery"][:1]
    pools["no of dispatch"] += pools["no of delivery"]
    pools["no of payments"] += orders[:1]
    pools["order_no"] = pools["ref"] = orders
    pools["bill_no"] = list(apps.get_model("payments.SandboxBill").objects.values_list("no", flat=True))
    pools["kind"], pools["party"] = list(factories.ERRANDS), ["customer", "receiver", "courier"]
    pools["event"] = list(apps.get_model("exceptions.TicketEvent").objects.values_list("pk", flat=True)[:2])
    pools["name of exceptions"] = ["compensate", "reassign"]
    pools["name of delivery"], pools["name of admin"] = ["arrive_at_pickup"], ["face"]
    pools["code"], pools["gateway"] = ["lake"], ["sandbox"]
    pools["provider"], pools["secret"], pools["phone"] = ["fake"], ["secret"], ["19900000000"]
    pools["content_type_id"], pools["purpose"] = [1], ["hand_in"]
    return pools


def addresses() -> list[tuple[str, str]]:
    """(name, address) of everything that there is."""
    pools, found = objects(), [("offline", "/offline/")]
    for name, params in dict.fromkeys(routes()):
        model = re.fullmatch(r"admin:(\w+)_(change|history|delete)", name)
        choices = [{}]
        for param in params:
            if param == "object_id" and model:
                values = pools[model[1]]
            else:
                values = pools.get(f"{param} of {name.partition(':')[0]}") or pools.get(param, [1])
            choices = [{**chosen, param: value} for chosen in choices for value in values]
        for kwargs in choices:
            try:
                found.append((name, reverse(name, kwargs=kwargs)))
            except NoReverseMatch:
                continue
    listed = [(name, f"{path}?q=a") for name, path in found if name.endswith("_changelist")]
    return (
        found + listed + [(name, f"{path}?q=lin&term=lin") for name, path in found if name == "admin:search"]
    )


def browser(person) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def bytes_of(answer) -> bytes:
    if answer.streaming:
        return b"".join(answer.streaming_content)
    return answer.content


def own_numbers(role: str, person) -> set[str]:
    """What a person may read: their own number, and those that they wrote themselves."""
    if person is None:
        return set()
    return {person.phone} | ({RECEIVER, ROOMMATE} if role == "student" else set())


ROLES = [
    "anonymous", "student", "newcomer", "courier", "qian", "operator", "supervisor", "finance", "elsewhere",
]  # fmt: skip


def known_numbers() -> set[str]:
    return {*User.objects.exclude(phone=None).values_list("phone", flat=True), RECEIVER, ROOMMATE}


def test_no_answer_tells_a_number(day, written):  # noqa: F811
    """Whoever asks for whatever, and however."""
    numbers, places = known_numbers(), addresses()
    assert len({name for name, _path in places}) > 150
    faults, good = [], defaultdict(int)
    for role in ROLES:
        person = day[role]
        client, secret = browser(person), numbers - own_numbers(role, person)
        pattern = re.compile("|".join(sorted(secret)).encode())
        for name, path in places:
            if role != "supervisor" and SELDOM.search(f"{name}?{path.partition('?')[2]}"):
                continue
            for how, answer in asked(client, name, path):
                said = bytes_of(answer)
                if name not in CALLS or answer.status_code >= 400:
                    said += repr(answer.headers).encode()
                if answer.status_code >= 500:
                    faults.append(f"{role} {how} {path}: {answer.status_code}")
                if told := set(pattern.findall(said)):
                    faults.append(f"{role} {how} {path} ({answer.status_code}): {told}")
                good[role] += answer.status_code == 200
    assert not faults, "\n".join(faults)
    # The walk has been somewhere: everybody has seen pages, and operators more than others.
    assert min(good.values()) > 15
    assert good["supervisor"] > 150
    lines = written()
    assert not [number for number in numbers if number in lines]


def asked(client: Client, name: str, path: str):
    """(how, answer): read, read as a fragment, pressed. What was pressed is taken back."""
    answer = client.get(path)
    yield "reads", answer
    if answer.status_code in (302, 403, 404) or name.endswith(("_delete", "_history")):
        return
    if answer.status_code == 200 and ("/admin/" not in path or "console" in path):
        yield "fetches", client.get(path, headers=HTMX)
    if NOT_PRESSED.match(name):
        return
    with transaction.atomic():
        answer = client.post(path, {"reason": "", "to": "customer", "text": "?"}, headers=HTMX)
        transaction.set_rollback(True)
    yield "presses", answer


def test_a_number_is_given_to_the_two_sides_alone(day):
    """The header that dials: who gets one, of all who ask."""
    numbers = known_numbers()
    got = set()
    for role in ROLES:
        client = browser(day[role])
        for name, path in addresses():
            if name not in CALLS:
                continue
            with transaction.atomic():
                answer = client.post(path, {}, headers=HTMX)
                transaction.set_rollback(True)
            if told := {number for number in numbers if number in repr(answer.headers)}:
                assert answer.status_code in (200, 204)
                assert not answer.content
                got.add((role, name, *told))
    lin, zhao, qian = day["student"].phone, day["courier"].phone, day["qian"].phone
    assert got <= {
        ("student", "delivery:call_courier", zhao),
        ("student", "delivery:call_courier", qian),
        ("courier", "delivery:call", RECEIVER),
        ("qian", "delivery:call", RECEIVER),
        *(
            (role, "exceptions:console_call", number)
            for role in ("operator", "supervisor")
            for number in (lin, zhao, qian, RECEIVER)
        ),
    }
    assert {role for role, *_rest in got} == {"student", "courier", "qian", "operator", "supervisor"}


def test_no_frame_tells_a_number(day, frames, settings):
    settings.CHANNEL_LAYERS = MEMORY
    groups = sorted({group for group, _text in frames})
    assert {group.partition(".")[0] for group in groups} >= {"user", "order", "ticket", "console", "hall"}

    async def read() -> list[str]:
        page = socket(live_token(1, groups))
        assert await page.connect()
        texts = []
        for group, text in frames:
            present_hub().deliver(group, text)
            texts.append(json.dumps(await page.frame(), ensure_ascii=False))
        await page.disconnect()
        await present_hub().stop()
        return texts

    texts = asyncio.run(read())
    assert len(texts) > 100
    assert not [text for text in texts if re.search("|".join(known_numbers()), text)]


def test_one_s_own_data_holds_no_other_s_number(day):
    numbers = known_numbers()
    for role in ("student", "courier", "newcomer", "operator"):
        told = words_of(browser(day[role]).get(reverse("accounts:export")))
        assert day[role].phone in told
        assert not [n for n in numbers - own_numbers(role, day[role]) if n in told]


def test_no_row_that_is_read_by_others_holds_a_number(day):
    """What is written down for others to read: notices, histories, the log of tickets and of the admin, events."""
    pattern = re.compile("|".join(known_numbers()))
    for label in (
        "notifications.Notice", "orders.History", "exceptions.TicketEvent", "admin.LogEntry", "core.OutboxEvent",
    ):  # fmt: skip
        for row in apps.get_model(label).objects.values():
            assert not pattern.search(repr(row)), row


def test_what_is_walked_is_all_that_there_is(day):
    """Each address of the resolver stands in the walk at least once, but for those that want what the day has not."""
    walked = {name for name, _path in addresses()}
    missing = {name for name, _params in routes()} - walked
    assert {name for name in missing if not name.startswith("None")} <= {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}"
        for model in admin.site._registry
        for what in ("change", "history", "delete")
    } | {"exceptions:console_undo", "admin:app_list"}
