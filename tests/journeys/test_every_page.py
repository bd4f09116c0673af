"""Every page that a person can reach, as that person meets it: usable by everybody, in Chinese, and asking no other host.

The list of pages comes from the URL resolver: a new page that nobody visits here, and that is not named as something
else than a page, fails the test. EVERY_PAGE=all walks all four combinations of size and theme; SCREENSHOTS=folder keeps
a picture of each page.
"""

import os
import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.everything import busy_day

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

LOOKS = {
    "phone-light": (PHONE, "light"),
    "desk-dark": (DESK, "dark"),
    "phone-dark": (PHONE, "dark"),
    "desk-light": (DESK, "light"),
}
CHOSEN = list(LOOKS) if os.environ.get("EVERY_PAGE") == "all" else ["phone-light", "desk-dark"]

# What has an address and is no page of its own.
COMMANDS = {
    "orders:price", "orders:draft", "orders:start_over", "orders:urge", "orders:patience", "orders:confirm", "orders:budget",
    "accounts:address_delete", "accounts:address_default", "accounts:language", "accounts:demo_login", "accounts:join",
    "accounts:end_session", "accounts:end_other_sessions", "accounts:here",
    "notifications:read_all", "notifications:open", "telephony:call_records", "notifications:push_on", "notifications:push_off",
    "notifications:email", "payments:callback", "payments:back", "simulation:run_late",
    "payments:take_back", "admin:payments_withdrawal_do", "admin:payments_refund_propose",
    "admin:payments_refund_decide",
    "chat:send", "chat:read", "chat:typing", "chat:desk_send",
    "chat:desk_read", "chat:desk_typing", "chat:desk_take", "chat:desk_put_back",
    "chat:desk_hand_over", "chat:desk_close", "chat:desk_order", "exceptions:desk_ticket",
    "admin:payments_settlement_pay", "admin:payments_claw_back",
    "exceptions:answer", "exceptions:all_well", "exceptions:reopen", "exceptions:rate",
    "dispatch:duty", "dispatch:grab", "delivery:step", "delivery:far", "delivery:deliver", "delivery:buy", "delivery:give_back",
    "delivery:call", "delivery:call_courier", "delivery:collect", "delivery:not_there", "delivery:go_on", "delivery:call_giver",
    "couriers:position", "delivery:missing", "delivery:shelf_photo", "dispatch:scan_take",
    "relay:missing", "relay:found",
    "admin:payments_discrepancy_settle", "delivery:take_back", "dispatch:withdraw_bid", "dispatch:choose_bid",
    "dispatch:favourite", "dispatch:unfavourite", "dispatch:block_courier", "dispatch:block_customer",
    "dispatch:unblock", "admin:orders_pricerule_go_live", "admin:orders_prohibitedrule_try_link", "admin:orders_review_approve",
    "admin:orders_review_refuse",
    "dispatch:offer_accept", "dispatch:offer_refuse", "dispatch:offer_resume",
    "pauses:resume", "board:put", "board:take_back", "board:split", "board:without_photo", "delivery:without_photo",
    "exceptions:console_claim", "exceptions:console_acknowledge", "exceptions:console_unassign", "exceptions:console_assign",
    "exceptions:console_note", "exceptions:console_call", "exceptions:console_silent_call", "exceptions:console_dismiss",
    "exceptions:console_reopen", "exceptions:console_undo", "accounts:operator_campus",
    "admin:accounts_user_phone", "admin:accounts_user_second_factor",
    "admin:couriers_courier_vet", "admin:couriers_courier_reinstate", "admin:couriers_courier_suspend",
    "admin:couriers_application_accept", "admin:couriers_application_ask_again",
    "admin:couriers_application_refuse", "admin:couriers_course_go_live", "admin:couriers_course_copy",
    "couriers:leave", "couriers:shift_take", "couriers:shift_give_back",
    "admin:delivery_relaystation_posters_link", "admin:campus_mapimport_confirm",
}  # fmt: skip
FRAGMENTS = {
    "orders:live", "notifications:badge", "chat:messages", "chat:badge", "chat:desk_queue",
    "chat:desk_pulse", "chat:desk_room", "chat:desk_messages", "exceptions:order_tickets", "exceptions:job_tickets",
    "exceptions:ticket_live", "dispatch:hall_list", "delivery:job_live", "delivery:way", "delivery:active_live",
    "relay:live", "board:live", "dispatch:offer", "delivery:received", "delivery:active_badge",
    "exceptions:console_queue", "exceptions:console_figures", "exceptions:console_pulse",
    "exceptions:console_toast", "exceptions:console_silent", "exceptions:console_ticket", "exceptions:console_parts",
    "exceptions:console_action", "analytics:today", "admin:search",
    "admin:campus_mapimport_state",
}  # fmt: skip
FILES = {
    "orders:photo", "accounts:export", "exceptions:photo", "campus:map_data", "delivery:photo", "delivery:where_photo",
    "exceptions:console_photo", "admin:couriers_application_photo", "admin:jsi18n", "admin:autocomplete", "admin:view_on_site",
    "chat:photo", "chat:desk_photo",
    "mfa_download_recovery_codes", "healthz/", "readyz/", "sw.js", "delivery:wechat_signature", "MP_verify_<slug:code>.txt",
    "admin:payments_settlement_file",
}  # fmt: skip
# Only in the middle of logging in, or only for who has set up a second factor or was erased: tests/accounts and
# tests/personal_data walk them.
ON_THE_WAY = {
    "account_confirm_login_code", "account_inactive", "account_verify_phone", "account_new_password",
    "account_set_password", "account_reauthenticate", "account_reauthenticate_code", "account_dormant",
    "admin:accounts_restrictedrecord_read", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "admin:login", "admin:logout", "admin:password_change", "admin:password_change_done",
}  # fmt: skip
# Who is no courier is told what this is, and that it is not theirs.
REFUSED = {"newcomer": {"/c/"}, "applicant": {"/c/"}}
# English on purpose: for those who build the product.
OURS = {"styleguide/"}
# Only where a real payment provider is connected.
PROVIDERS = {"payments:wechatpay", "payments:openid"}
NOT_PAGES = COMMANDS | FRAGMENTS | FILES | ON_THE_WAY | OURS | PROVIDERS


def named(resolver=None, space="", path=""):
    """The names of all addresses (the path of one that has no name)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from named(pattern, (pattern.namespace and f"{pattern.namespace}:") or space, here)
        elif pattern.name or not here.startswith("admin/"):
            yield f"{space}{pattern.name}" if pattern.name else here


@pytest.fixture
def everything(world):
    return busy_day(world)


def test_every_page_is_visited_or_is_none(everything):
    visited = {name for _person, pages in everything.values() for name in pages}
    plain = {
        name for name in named() if not re.match(r"admin:.*_(changelist|change|add|delete|history)$", name)
    }
    plain -= {"admin:app_list"} | {
        name for name in plain if name.startswith("None") or name.endswith(":None")
    }
    assert plain - visited - NOT_PAGES == set()
    assert NOT_PAGES & visited == set()


# Code and names of events are not what we mean by English, nor what Unfold's scrollbars say.
LOOK = r"""([where, levels]) => {
  const english = /(?<![\w.])[A-Za-z][a-z']+(?:[ ,]+[A-Za-z][a-z']+)+/g, said = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const box = texts.currentNode.parentElement;
    if (box.closest('script,style,template,code,pre,[lang=en],[hidden]') || !box.getClientRects().length) continue;
    said.push(...(texts.currentNode.data.match(english) || []));
  }
  for (const element of document.querySelectorAll('[aria-label],[placeholder],[title],[alt]'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
      if (!element.closest('[lang=en],.simplebar-wrapper')) said.push(...((element.getAttribute(name) || '').match(english) || []));
  said.push(...(document.title.match(english) || []));
  const room = document.documentElement;
  return {english: said, sideways: room.scrollWidth - room.clientWidth};
}"""
CHECK = """async ([where, levels]) => {
  const there = where.filter(part => document.querySelector(part)).map(part => [part]);
  if (!there.length) return [];
  const found = await axe.run({include: there}, {runOnly: levels, resultTypes: ['violations']});
  return found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '));
}"""
# Unfold's own frame (menu, header, lists) is not ours to mend.
OUR_PARTS = [".oc", "#oa", ".map-admin-box", ".oc-box"]


def chosen(pages, size) -> list[str]:
    """Lists and forms of the admin are work for a desk: on a phone they are looked at when all is."""
    board = re.compile("admin:.*_(changelist|change|add)$")
    skip = size == PHONE and len(CHOSEN) < len(LOOKS)
    return [one for name, some in pages.items() for one in some if not (skip and board.match(name))]


@pytest.mark.parametrize("look", CHOSEN)
def test_every_page(everything, enter, look):
    size, theme = LOOKS[look]
    numbers = {person.phone: name for name, (person, _pages) in everything.items() if person}
    faults = []
    for role, (person, pages) in everything.items():
        page = enter(person, size, color_scheme=theme, reduced_motion="reduce")
        told = []
        page.on("console", lambda m, told=told: told.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r, told=told: (
                None
                if re.match(r"(https?|wss?)://127\.0\.0\.1|data:|blob:", r.url)
                else told.append(f"asks {r.url}")
            ),
        )
        for address in chosen(pages, size):
            told.clear()
            answer = page.goto(address)
            where = OUR_PARTS if "/admin/" in address else ["body"]
            seen = page.evaluate(LOOK, [where, LEVELS])
            if page.locator(", ".join(where)).count():
                page.evaluate(AXE)
                told += page.evaluate(CHECK, [where, LEVELS])
            expected = 403 if address in REFUSED.get(role, ()) else 200
            told[:] = [words for words in told if expected == 200 or "403 (Forbidden)" not in words]
            told += [f"status {answer.status}"] if answer.status != expected else []
            told += [f"goes to {page.url}"] if re.search(r"/accounts/login/\?", page.url) else []
            told += [f"{seen['sideways']} px sideways"] if seen["sideways"] > 0 else []
            told += [f"English: {words}" for words in seen["english"]]
            source = page.content()
            told += [
                f"tells the number of the {name}"
                for number, name in numbers.items()
                if number in source and (person is None or number != person.phone)
            ]
            faults += [f"{role} {address}: {fault}" for fault in told]
            if folder := os.environ.get("SCREENSHOTS"):
                slug = re.sub(r"\W+", "-", address).strip("-") or "home"
                page.screenshot(path=f"{folder}/{role}-{slug[:80]}.{look}.png", full_page=size == PHONE)
        page.context.close()
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
