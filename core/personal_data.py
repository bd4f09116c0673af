"""What is known about people: one table of fields that drives erasure and retention and is shown to whoever asks.

Each app declares its own rows, in its personal.py:

    personal(
        "orders.Order", "contact_name dropoff_detail", about="customer", purpose=_("to bring it to the right door"),
        readers=(Reader.PERSON, Reader.COURIER), erasure=Erasure.BLANK, keeps=Keeps("transactions", since="closed_at"),
    )
    not_personal("orders.PriceRule", "orders.Order.no")

`about` names the lookups from a row to the person. `mentions` names lookups to people who may be named in a text that
is about somebody else: there only their name and number are cut out. Every text, JSON, file, position and reference to
a person must be declared in one way or the other (`undeclared`; a test asks).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from core import clock, files

CUT = "▇▇"
BATCH = 500


def period(name: str) -> timedelta:
    """An entry of settings.RETENTION_DAYS: days, or the name of the setting that holds them."""
    kept: int | str = settings.RETENTION_DAYS[name]
    return timedelta(days=int(getattr(settings, kept) if isinstance(kept, str) else kept))


def days() -> dict[str, int]:
    """Every period in days, by its name."""
    return {name: round(period(name) / timedelta(days=1)) for name in settings.RETENTION_DAYS}


class Reader(models.TextChoices):
    """Who may read a field. Superusers may read whatever operators may."""

    PERSON = "person", _("the person")
    COURIER = "courier", _("the courier of the order, while it is under way")
    CUSTOMER = "customer", _("the customer of the order")
    OPERATORS = "operators", _("operators of the campus")
    SUPERVISORS = "supervisors", _("supervisors")
    FINANCE = "finance", _("finance")
    REASON = "reason", _("supervisors, for a reason that is logged")
    SERVER = "server", _("nobody: the server alone")


class Erasure(models.TextChoices):
    """What becomes of a field when its person is erased."""

    DELETE = "delete", _("deleted with its row")
    BLANK = "blank", _("emptied")
    MASK = "mask", _("masked")
    PSEUDONYM = "pseudonym", _("kept, and leads to a person without a name")
    RESTRICT = "restrict", _("kept under restriction until its period ends")


@dataclass(frozen=True, kw_only=True)
class Keeps:
    """How long a field is kept while the person stays.

    `period` names an entry of settings.RETENTION_DAYS, counted from the field `since`. When it is over the field goes
    as `then` says; `sweep` replaces that by a function of its own, `() -> rows` or `(now) -> rows`.
    """

    period: str
    since: str = ""
    only: Q = field(default_factory=Q)
    then: Erasure | None = None
    sweep: Callable[..., int] | None = None

    @property
    def days(self) -> float:
        return period(self.period).total_seconds() / 86400


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One row of the table: these fields of a model."""

    model: str
    fields: tuple[str, ...]
    purpose: str
    readers: tuple[Reader, ...]
    erasure: Erasure
    about: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    only: Q = field(default_factory=Q)  # which rows an erasure is about
    keeps: Keeps | None = None  # None: until the account is erased
    law: str = ""  # why it outlives an erasure
    exported: str = ""  # the part of the export that has it
    fill: dict = field(default_factory=dict)  # what stands in an emptied field; else its empty value

    @property
    def key(self) -> str:
        return f"{self.model}.{'+'.join(self.fields)}"[:120]

    @property
    def sweep_key(self) -> str:
        """What the sweep of this row is called; rows that one function sweeps share it."""
        sweep = self.keeps and self.keeps.sweep
        return f"{sweep.__module__}.{sweep.__name__}" if sweep else self.key

    @property
    def Model(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def rows(self) -> QuerySet:
        return self.Model._base_manager.all()


_rows: list[Row] = []
_harmless: set[str] = set()
_erasers: list[Callable] = []


def personal(model: str, fields: str, *, about: str = "", mentions: str = "", **traits) -> None:
    """Declare fields (names with spaces between) as personal. `about`, `mentions`: lookups to people, likewise."""
    _rows.append(
        Row(
            model=model,
            fields=tuple(fields.split()),
            about=tuple(about.split()),
            mentions=tuple(mentions.split()),
            **traits,
        )
    )


def not_personal(*labels: str) -> None:
    """Declare models ("orders.PriceRule") or fields ("orders.Order.no") that tell nothing about a person."""
    _harmless.update(labels)


def erases(function: Callable) -> Callable:
    """Register `function(user)`: what an erasure does beyond the table, before it. It may still read the person."""
    _erasers.append(function)
    return function


def table() -> list[Row]:
    """All rows, by model, in the order in which they were declared."""
    return sorted(_rows, key=lambda row: row.model.lower())


# -- Nothing is forgotten ----------------------------------------------------------------------------------

_TELLING = (
    models.TextField,
    models.JSONField,
    models.FileField,
    models.FloatField,
    models.GenericIPAddressField,
    models.BinaryField,
)


def undeclared(labels: Iterable[str]) -> list[str]:
    """Fields of these apps that may say something about a person and stand nowhere in the table."""
    known = {f"{row.model}.{name}" for row in _rows for name in row.fields} | _harmless
    return [
        f"{model._meta.label}.{of.name}"
        for label in labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.label not in known
        for of in model._meta.local_fields  # what is many to many has a model of its own
        if _is_telling(of) and f"{model._meta.label}.{of.name}" not in known
    ]


def _is_telling(of: models.Field) -> bool:
    if of.is_relation:
        return of.related_model is get_user_model()
    return isinstance(of, _TELLING) or (isinstance(of, models.CharField) and not of.choices)


# -- Erasing -----------------------------------------------------------------------------------------------


@transaction.atomic
def erase(user: models.Model) -> None:
    """Apply the table to one person, all or nothing; files go after the commit. `user` still has name and number."""
    needles = needles_of(user)
    for function in _erasers:
        function(user)
    people = type(user)._base_manager.filter(pk=user.pk)
    if needles:
        for row in _rows:
            for lookup in row.mentions:
                _cut(row, row.rows().filter(**{f"{lookup}__in": people}), needles)
    for row in _rows:
        _erase_rows(row, people)


def needles_of(user: Any) -> list[str]:
    """What names a person in a text: name and number, also as JSON writes them. Not a name of one letter."""
    texts = [text for text in (user.name, user.phone) if text and len(text) > 1]
    return [*texts, *(form for text in texts if (form := json.dumps(text)[1:-1]) != text)]


def finish_erasures(limit: int = 5000) -> int:
    """Erase what was written about erased people since (or before the table knew of it). Returns how many rows."""
    people = get_user_model()._base_manager.filter(erased_at__isnull=False)
    return sum(_erase_rows(row, people, limit=limit) for row in _rows)


def _erase_rows(row: Row, people: QuerySet, limit: int | None = None) -> int:
    if row.erasure not in (Erasure.DELETE, Erasure.BLANK):
        return 0
    count = 0
    for lookup in row.about:
        found = row.rows().filter(row.only, **{f"{lookup}__in": people})
        count += _clear(row, found, row.erasure, limit)
    return count


def _clear(row: Row, rows: QuerySet, how: Erasure, limit: int | None = None) -> int:
    """Delete these rows or empty the row's fields, a batch at a time, with their files. Returns how many."""
    empty = {name: _empty(row, cast(models.Field, row.Model._meta.get_field(name))) for name in row.fields}
    if how != Erasure.DELETE:
        rows = rows.exclude(_is_empty(row.Model, empty))
    file_fields = [of for of in row.Model._meta.local_fields if isinstance(of, models.FileField)]
    if how != Erasure.DELETE:
        file_fields = [of for of in file_fields if of.name in row.fields]
    count, rows = 0, rows.order_by("pk")
    unseen = rows
    while limit is None or count < limit:
        pks = list(unseen.values_list("pk", flat=True)[:BATCH])
        if not pks:
            break
        with transaction.atomic():
            batch = row.rows().filter(pk__in=pks)
            for of in file_fields:
                files.delete_after_commit(batch.exclude(**{of.name: ""}).values_list(of.name, flat=True))
            if how == Erasure.DELETE:
                batch.delete()
            else:
                batch.update(**empty)
        count, unseen = count + len(pks), rows.filter(pk__gt=pks[-1])
    return count


def _empty(row: Row, of: models.Field):
    if of.name in row.fill:
        return row.fill[of.name]
    if of.null:
        return None
    return of.get_default() if isinstance(of, models.JSONField) else ""


def _is_empty(model: type[models.Model], empty: dict) -> Q:
    """Rows that have nothing left to empty. What is encrypted cannot be asked for: its row stays in question."""
    said = Q()
    for name, value in empty.items():
        of = model._meta.get_field(name)
        if type(of).__name__.startswith("Encrypted"):
            return Q(pk__in=[])
        said &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return said


def _cut(row: Row, rows: QuerySet, needles: list[str]) -> int:
    """Cut these words out of the row's texts, wherever they stand. Returns how many rows had them."""
    count, texts = 0, [row.Model._meta.get_field(name) for name in row.fields]
    said = Q()
    for of in texts:
        rows = rows.annotate(**{f"said_{of.name}": Cast(of.name, TextField())})
        for needle in needles:
            said |= Q(**{f"said_{of.name}__contains": needle})
    for found in rows.filter(said).values("pk", *row.fields):
        pk = found.pop("pk")
        count += (
            row.rows().filter(pk=pk).update(**{name: cut(value, needles) for name, value in found.items()})
        )
    return count


def cut(value, needles: Iterable[str]):
    """The text, or the texts of the JSON value, without these words."""
    if isinstance(value, str):
        for needle in needles:
            value = value.replace(needle, CUT)
        return value
    if isinstance(value, dict):
        return {name: cut(one, needles) for name, one in value.items()}
    return [cut(one, needles) for one in value] if isinstance(value, list) else value


# -- Retention ---------------------------------------------------------------------------------------------


def sweeps() -> Iterator[tuple[str, Callable[[], int]]]:
    """(name, function) of everything that expires by itself: run each, in any order, as often as you like."""
    functions = {
        row.sweep_key: row.keeps.sweep or (lambda row=row: sweep_row(row)) for row in table() if row.keeps
    }
    yield from functions.items()
    yield "erasures", finish_erasures
    yield "files", files.finish


def sweep_row(row: Row, now: datetime | None = None, limit: int = 20_000) -> int:
    """Clear what is older than the row's period. Returns how many rows; the rest waits for the next time."""
    keeps = row.keeps
    if keeps is None:  # kept as long as what it belongs to
        return 0
    before = (now or clock.now()) - timedelta(days=keeps.days)
    old = row.rows().filter(keeps.only, **{f"{keeps.since}__lt": before})
    return _clear(row, old, keeps.then or row.erasure, limit)
