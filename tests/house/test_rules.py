"""Rules of the house that no linter knows. A rule that is broken names the file and line."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = [
    "core", "campus", "accounts", "notifications", "chat", "telephony", "catalog", "payments", "orders", "couriers", "delivery", "dispatch", "exceptions", "analytics",
    "simulation", "campus_errand",
]  # fmt: skip
CODE = sorted(
    path
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and "__pycache__" not in path.parts
)
TEMPLATES = sorted(path for path in ROOT.rglob("templates/**/*.html") if ".venv" not in path.parts)
# Unfold's pages live by other rules (see AdminCSPMiddleware), and the style guide is for developers.
PAGES = [
    path for path in TEMPLATES if not {"admin", "unfold"} & set(path.parts) and path.name != "styleguide.html"
]
STATIC = sorted(
    path
    for path in (ROOT / "static").rglob("*")
    if path.suffix in {".js", ".css", ".svg", ".webmanifest"} and "vendor" not in path.parts
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path):
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def complain(found: list[str], rule: str) -> None:
    assert not found, f"{rule}:\n" + "\n".join(found)


# The outbox's own bookkeeping, and the sandbox gateway's bills, which play the part of a bank outside.
OTHER_STATES = {
    "core/outbox.py run",
    "payments/gateways/sandbox/gateway.py bill",
    "payments/gateways/sandbox/cashier.py bill",
}


def test_a_state_changes_by_a_transition_within_a_service():
    found = []
    for path in CODE:
        may_assign = {"services", "lifecycle"} & {Path(part).stem for part in path.parts}
        for node in nodes(path):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "update"
            ):
                if any(keyword.arg == "status" for keyword in node.keywords):
                    found.append(f"{name(path)}:{node.lineno} .update(status=…) passes by the transition")
            elif (
                isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store)
            ):
                owner = ast.unparse(node.value)
                if not may_assign and f"{name(path)} {owner}" not in OTHER_STATES:
                    found.append(f"{name(path)}:{node.lineno} {owner}.status = … outside a service")
    complain(found, "only services change a status")


CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}


def test_there_is_one_clock():
    found = [
        f"{name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in CODE
        if name(path) != "core/clock.py"
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS
    ]
    complain(found, "ask core.clock.now(), so that tests and the virtual day can turn it")


# How a local day was worked out in seven places, each with a spelling of its own.
OWN_DAYS = re.compile(
    r"\blocaldate\(|\blocaltime\([^()]*(\(\))?\)\.date\(|replace\(hour=0\b|\btime(_of_day)?\.min\b"
)


def test_days_begin_in_one_place():
    found = [
        f"{name(path)}:{number} {line.strip()}"
        for path in CODE
        if name(path) != "core/clock.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OWN_DAYS.search(line)
    ]
    complain(found, "ask core.clock for today(), local_day(moment) and midnight(day)")


def test_names_and_sizes_of_modules():
    found = [
        f"{name(path)}: a name that says nothing" for path in CODE if path.stem in {"exceptions", "utils"}
    ]
    for path in CODE:
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > 400:
            found.append(f"{name(path)}: {lines} lines")
    complain(found, "no module is named exceptions.py or utils.py, or passes 400 lines")


# What may be named: namespaces, licences, and the map's source, which is to be credited on each map.
KNOWN_ADDRESSES = re.compile(r"(www\.)?(w3\.org|openstreetmap\.org|lucide\.dev)\b")
ADDRESS = re.compile(r"(?:https?:|wss?:|[\"'(=]\s*)//([\w.-]+\.[a-z]{2,})", re.I)


def test_nothing_is_loaded_from_another_host():
    found = [
        f"{name(path)}: {host}"
        for path in TEMPLATES + STATIC
        for host in ADDRESS.findall(path.read_text(encoding="utf-8"))
        if not KNOWN_ADDRESSES.match(host)
    ]
    complain(found, "another host is named")


INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.I),
    "a style in the page": re.compile(r"<style|\sstyle=", re.I),
    "a handler in the page": re.compile(r"<[a-z][^>]*\s(?:on[a-z]+|hx-on[\w:-]*)=|javascript:", re.I),
    "what htmx could do with eval only": re.compile(r"hx-trigger=\"[^\"]*\[|hx-vals=[\"']js:", re.I),
}
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.S)


def test_pages_obey_the_content_security_policy():
    found = [
        f"{name(path)}: {what}"
        for path in PAGES
        for what, pattern in INLINE.items()
        if pattern.search(COMMENTS.sub("", path.read_text(encoding="utf-8")))
    ]
    complain(found, "the policy would block")


TRANSLATED = re.compile(r"\{% blocktrans(?:late)?\b.*?endblocktrans(?:late)? %\}", re.S)
# Blocks that hold class names, and icons that are written as words.
NO_TEXT = re.compile(
    r"\{% block \w*class %\}.*?\{% endblock.*?%\}"
    r"|<(script|style|svg)\b.*?</\1>"
    r"|<(span|i)[^>]*material-symbols[^>]*>.*?</\2>",
    re.S,
)
TEMPLATE_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
SPOKEN = re.compile(r"\s(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"")
WORDS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
# The same in every language: units, keys, and both languages' own names in the language switch.
UNIVERSAL = re.compile(r"\b(?:kg|km|GPS|QR|CSV|English|ID|Esc|Enter)\b|(?:简体)?中文|&[a-z]+;")


def test_every_word_that_people_read_can_be_translated():
    found = []
    for path in TEMPLATES:
        if path.name == "styleguide.html":
            continue
        text = NO_TEXT.sub(" ", COMMENTS.sub(" ", path.read_text(encoding="utf-8")))
        text = TEMPLATE_CODE.sub(" ", TRANSLATED.sub(" ", text))
        parts = SPOKEN.findall(text) + re.sub(r"<[^>]*>", "\n", text).split("\n")
        found += [
            f"{name(path)}: {part.strip()[:60]}" for part in parts if WORDS.search(UNIVERSAL.sub("", part))
        ]
    complain(found, "wrap it in {% trans %}")


CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Data in Chinese (a campus, the type library, people, the columns of bills, words too easy for a password), what people may type ("3楼"), the
# languages' own names, a developers' page.
CHINESE_DATA = re.compile(
    r"demo|campus/(osm|imports|data)|names\.py|core/hours/reading|orders/doors|orders/pickup_codes|orders/prohibited|gateways/\w+/bill|exceptions/library|simulation/|settings/base|core/views|accounts/passwords"
)


def test_messages_in_the_code_are_english():
    found = []
    for path in CODE:
        if CHINESE_DATA.search(name(path)):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docstrings
                and CHINESE.search(node.value)
            ):
                found.append(f"{name(path)}:{node.lineno} {node.value[:40]!r}")
    complain(found, "Chinese belongs into locale/, the code speaks English")


PLACES_OF_ONE_MACHINE = re.compile(r"(?<![\w.$}/-])/(?:work|tmp|root|Users|home/(?!errand)\w+)/")


def test_no_file_names_a_place_on_somebodys_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    if listed == [""]:
        pytest.skip("not a clone: nothing says which files are kept")
    found = []
    for file in filter(None, listed):
        path = ROOT / file
        if not path.is_file() or "vendor" in path.parts or path.stat().st_size > 1_000_000:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{file}:{number} {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), 1)
            if PLACES_OF_ONE_MACHINE.search(line) and path != Path(__file__)
        ]
    complain(found, "another machine has no such place")
