"""A campus's prices as a sheet: what is live now, and what an edited one would change."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.models import Campus
from core.money import YuanField, yuan
from core.sheets import (
    Column,
    LabelField,
    PercentField,
    Problem,
    SheetRow,
    WholeNumberField,
    in_yuan,
    read_sheet,
)
from core.versioning import VERSION_FIELDS, VersionStatus
from orders.models import Kind, PriceRule

KIND = "kind"
MOST_ROWS = 100


def price_fields() -> list[models.Field]:
    """The figures of a price rule, in the order of its columns."""
    return [
        found
        for found in PriceRule._meta.concrete_fields
        if found.name not in VERSION_FIELDS and found.name not in PriceRule.VERSIONS_OF
    ]


def columns() -> list[Column]:
    """The kind, then its figures: amounts in yuan."""
    kind = Column(
        KIND, PriceRule._meta.get_field(KIND).verbose_name, LabelField(choices=Kind.choices), required=True
    )
    return [kind, *(_column(found) for found in price_fields())]


def _column(found: models.Field) -> Column:
    if found.name.endswith("_fen"):
        label = format_lazy("{} ({})", found.verbose_name, gettext_lazy("yuan"))
        return Column(found.name, label, YuanField(required=False))
    kind = PercentField if found.name.endswith("_percent") else WholeNumberField
    return Column(found.name, found.verbose_name, kind(required=False))


def price_rows(campus: Campus) -> Iterator[list[object]]:
    """A row for each kind by what is live; of a kind without a price the figures are empty."""
    live = {rule.kind: rule for rule in PriceRule.objects.live().filter(campus=campus)}
    for kind in Kind:
        rule = live.get(kind)
        yield [str(kind.label), *(_cell(rule, found) if rule else "" for found in price_fields())]


def _cell(rule: PriceRule, found: models.Field) -> object:
    value = getattr(rule, found.name)
    return in_yuan(value) if found.name.endswith("_fen") else value


# -- Reading one ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One figure that would be another, as people read it; `old` is "—" where there was no price."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class KindChange:
    """What would change for a kind. `live` is the version that decides now, `draft` the one that would be overwritten."""

    kind: Kind
    figures: dict[str, int]
    changes: list[Change]
    live: PriceRule | None
    draft: PriceRule | None


@dataclass
class PriceSheet:
    """An uploaded sheet, compared with what is live. While it has `problems` nothing of it may be saved."""

    kinds: list[KindChange] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_prices(campus: Campus, file: IO[bytes]) -> PriceSheet:
    """Compare a sheet with the campus's live prices. Raises core.sheets.Unreadable; stores nothing.

    A column that is not there leaves its figure as it is; a row of which only the kind is filled in stands for a kind
    without a price.
    """
    sheet = read_sheet(file, columns(), most_rows=MOST_ROWS)
    versions = PriceRule.objects.filter(campus=campus, status__in=[VersionStatus.LIVE, VersionStatus.DRAFT])
    known = {(rule.kind, rule.status): rule for rule in versions}
    found = PriceSheet(problems=list(sheet.problems), notes=sheet.notes)
    keys = [key for key in sheet.keys if key != KIND]
    seen: dict[object, int] = {}
    for row in sheet.rows:
        kind = row.values.get(KIND)
        if kind is None or not any(row.texts[key].strip() for key in keys):
            continue
        if kind in seen:
            text = _("This kind stands in row %(row)d already.") % {"row": seen[kind]}
            found.problems.append(
                Problem(row.number, str(PriceRule._meta.get_field(KIND).verbose_name), text)
            )
            continue
        seen[kind] = row.number
        live, draft = known.get((kind, VersionStatus.LIVE)), known.get((kind, VersionStatus.DRAFT))
        rule, problems = _rule_of(campus, live, row, keys)
        found.problems += problems
        _add(found, rule, live, draft)
    found.problems.sort(key=lambda problem: problem.row)
    found.absent = [
        str(kind.label) for kind in Kind if (kind, VersionStatus.LIVE) in known and kind not in seen
    ]
    return found


def _rule_of(
    campus: Campus, live: PriceRule | None, row: SheetRow, keys: list[str]
) -> tuple[PriceRule, list[Problem]]:
    """The live figures with those of the row, and what is wrong with them besides how they are written."""
    rule = PriceRule(campus=campus, kind=row.values[KIND])
    wrong: dict[str, list[str]] = {}
    for found in price_fields():
        value = row.values.get(found.name, getattr(live or rule, found.name))
        if value is None:
            wrong[found.name] = [_("This cell is empty.")]
            continue
        setattr(rule, found.name, value)
        try:
            found.clean(value, rule)
        except ValidationError as error:
            wrong[found.name] = error.messages
    if not wrong:
        try:
            rule.clean()
        except ValidationError as error:
            wrong = error.message_dict
    labels = {column.key: str(column.label) for column in columns()}
    return rule, [Problem(row.number, labels[name], text) for name, texts in wrong.items() for text in texts]


def _add(found: PriceSheet, rule: PriceRule, live: PriceRule | None, draft: PriceRule | None) -> None:
    changes = [
        Change(str(column.verbose_name), _shown(live, column), _shown(rule, column))
        for column in price_fields()
        if live is None or getattr(live, column.name) != getattr(rule, column.name)
    ]
    kind = Kind(rule.kind)
    if changes:
        figures = {column.name: getattr(rule, column.name) for column in price_fields()}
        found.kinds.append(KindChange(kind, figures, changes, live, draft))
    else:
        found.same.append(str(kind.label))


def _shown(rule: PriceRule | None, column: models.Field) -> str:
    if rule is None:
        return "—"
    value = getattr(rule, column.name)
    return yuan(value) if column.name.endswith("_fen") else str(value)
