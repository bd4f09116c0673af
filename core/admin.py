"""The base of every page of the admin: what an operator may see and do follows from their roles per campus.

class ZoneAdmin(CampusScopedAdmin):
    campus_path = "campus"              # from the model to its campus, Django style: "order__campus"
    change_roles = (SUPERVISOR,)        # who may change; the default is nobody but superusers

Roles replace Django's model permissions: `request.user.staff_roles` is expected to give rows with `campus_id` and
`role`. Operators of one campus never see, choose or save a row of another one.
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import ForeignObject, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import display

from core import outbox
from core.models import HandlerRun, OutboxEvent
from core.phones import parse_phone
from core.staff_log import NumberedLog

SUPPORT, DISPATCHER, FINANCE, SUPERVISOR = "support", "dispatcher", "finance", "supervisor"
EVERY_ROLE = (SUPPORT, DISPATCHER, FINANCE, SUPERVISOR)


def roles_by_campus(request: HttpRequest) -> dict[int, set[str]]:
    """{campus id: roles} of an operator; empty for everybody else. One query per request."""
    roles: dict[int, set[str]] | None = getattr(request, "_roles_by_campus", None)
    if roles is None:
        roles = {}
        if request.user.is_authenticated and request.user.is_staff and request.user.is_active:
            for campus_id, role in request.user.staff_roles.values_list("campus_id", "role"):
                roles.setdefault(campus_id, set()).add(role)
        request._roles_by_campus = roles  # type: ignore[attr-defined]
    return roles


def campuses_with(request: HttpRequest, roles: Iterable[str] = EVERY_ROLE) -> Collection[int] | None:
    """Ids of the campuses where the operator has one of `roles`; None means all of them (a superuser)."""
    user = request.user
    if user.is_superuser and user.is_active:
        return None
    wanted = set(roles)
    return {campus_id for campus_id, own in roles_by_campus(request).items() if own & wanted}


def has_role(request: HttpRequest, roles: Iterable[str] = EVERY_ROLE, campus_id: int | None = None) -> bool:
    """Does the operator have one of `roles`, on this campus (or on any when none is given)?"""
    campuses = campuses_with(request, roles)
    if campuses is None:
        return True
    return campus_id in campuses if campus_id is not None else bool(campuses)


class RolePermissions:
    """Answers the admin's permission questions from roles. `obj` is the row, or the parent row of an inline."""

    campus_path: str | None = "campus"  # None: the row belongs to the whole platform
    view_roles: Collection[str] = EVERY_ROLE
    add_roles: Collection[str] = ()
    change_roles: Collection[str] = ()
    delete_roles: Collection[str] = ()

    def campus_of(self, obj: Model) -> int | None:
        """The id of the campus that a row belongs to."""
        *path, last = (self.campus_path or "").split("__")
        for name in path:
            obj = getattr(obj, name)
            if obj is None:
                return None
        return obj.pk if last == "pk" else getattr(obj, f"{last}_id")

    def _may(self, request: HttpRequest, roles: Iterable[str], obj: Model | None) -> bool:
        campuses = campuses_with(request, roles)
        if campuses is None:
            return True
        if obj is None or obj.pk is None or not self.campus_path:
            return bool(campuses)
        return self.campus_of(obj) in campuses

    def has_module_permission(self, request):
        return self._may(request, self.view_roles, None)

    def has_view_permission(self, request, obj=None):
        roles = {*self.view_roles, *self.add_roles, *self.change_roles, *self.delete_roles}
        return self._may(request, roles, obj)

    def has_add_permission(self, request, obj=None):
        return self._may(request, self.add_roles, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, self.change_roles, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, self.delete_roles, obj)

    def get_field_queryset(self, db, db_field, request):
        """Rows that may be chosen in a form: of the operator's own campuses only."""
        queryset = super().get_field_queryset(db, db_field, request)
        campuses = campuses_with(request, {*self.add_roles, *self.change_roles})
        if campuses is None:
            return queryset
        model = db_field.remote_field.model
        if queryset is None:
            queryset = model._default_manager.using(db)
        return scoped(queryset, campuses)


def scoped(queryset: QuerySet, campuses: Collection[int] | None, path: str = "") -> QuerySet:
    """Only rows of these campuses. Without a path it is what the model says
    (`campus_path`) or its field `campus`; a model without one is left whole."""
    if campuses is None:
        return queryset
    model = queryset.model
    if not path:
        by_field = "campus" if any(field.name == "campus" for field in model._meta.fields) else ""
        path = getattr(model, "campus_path", by_field)
        if not path:
            return queryset
    return queryset.filter(**{f"{path}__in": campuses})


DATE_PARTS = ("year", "month", "day", "gte", "lt")
# What filters add to their field's path in addresses: Django's own, and Unfold's ranges.
SUFFIXES = ("", "__exact", "__in", "__isnull", "__gte", "__lt", "__lte")
RANGES = ("_from", "_to", "_from_0", "_from_1", "_to_0", "_to_1")
MOBILE = re.compile(r"(?<!\d)(?:1\d{10}|\+?(?:852|853|886)\d{8,9})(?!\d)")
# listener(request, number, label of the model): told of each search by a whole number; filled from above.
number_listeners: list[Callable[[HttpRequest, str, str], None]] = []


def log_searched_numbers(request: HttpRequest, words: str, label: str) -> None:
    """Tell the listeners of each whole mobile number, however it is typed, in what was searched for on the list of this
    model."""
    typed = {parse_phone(part) for part in (words, *words.split(), *MOBILE.findall(words))}
    for number in filter(None, typed):
        for listener in number_listeners:
            listener(request, number, label)


def _parameters(model: type[Model], item) -> set[str]:
    """What an entry of `list_filter` reads from the address."""
    if isinstance(item, type):
        return {str(cast(type[admin.SimpleListFilter], item).parameter_name)}
    path, shown_as = (item, None) if isinstance(item, str) else item
    if issubclass(shown_as or object, admin.EmptyFieldListFilter):
        return {f"{path}__isempty"}
    names = {path + tail for tail in (*SUFFIXES, *RANGES)}
    field = get_fields_from_path(model, path)[-1]
    if isinstance(field, ForeignObject):
        target = field.target_field.name
        names |= {f"{path}__{name}{tail}" for name in (target, "pk") for tail in ("", "__exact", "__in")}
    return names


class CampusScopedAdmin(NumberedLog, RolePermissions, ModelAdmin):
    """A model's pages, limited to the operator's campuses. Set `campus_path` and the `…_roles`."""

    # Besides list filters and the date hierarchy: what links of ours filter a list by. Nothing else may, or a list would
    # answer questions about fields that its page does not show ("does the phone begin with 138?").
    link_lookups: Collection[str] = ()

    show_full_result_count = False  # counting a table of millions for "n of m" is not worth a second
    list_per_page = 50
    warn_unsaved_form = True

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        if not self.campus_path:
            return queryset if self.has_view_permission(request) else queryset.none()
        roles = {*self.view_roles, *self.add_roles, *self.change_roles, *self.delete_roles}
        return scoped(queryset, campuses_with(request, roles), self.campus_path)

    def response_action(self, request, queryset):
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(chosen)
            except ValidationError:
                raise BadRequest("no number of a row") from None
        return super().response_action(request, queryset)

    def get_changelist_formset(self, request, **kwargs):
        """Fields in a list stand under a column's head, which is no label: each says itself what it is."""
        formset = super().get_changelist_formset(request, **kwargs)
        for field in formset.form.base_fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return formset

    def lookup_allowed(self, lookup, value, request=None):
        """Closed by default: only by what the page itself offers."""
        if lookup in self.link_lookups:
            return True
        if self.date_hierarchy and lookup in {f"{self.date_hierarchy}__{part}" for part in DATE_PARTS}:
            return True
        return any(lookup in _parameters(self.model, item) for item in self.get_list_filter(request))

    def get_search_results(self, request, queryset, search_term):
        """A mobile number is found however it is typed, and whoever searches by a whole one is written down: the list tells
        whose it is."""
        if any(field.removeprefix("=").endswith("phone") for field in self.get_search_fields(request)):
            log_searched_numbers(request, search_term, self.opts.label)
            search_term = parse_phone(search_term) or search_term
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request, obj, form, change):
        campuses = campuses_with(request, self.change_roles if change else self.add_roles)
        if campuses is not None and self.campus_path and self.campus_of(obj) not in campuses:
            raise PermissionDenied  # moved to a campus where the operator has no say
        super().save_model(request, obj, form, change)


class ReadOnly:
    """Put before an admin class: nobody adds, changes or deletes here, superusers included."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, CampusScopedAdmin):
    """Pages to look at only: what services write, people do not edit by hand."""


class CampusScopedTabularInline(RolePermissions, TabularInline):
    """Rows on their parent's page. `campus_path` starts at the parent."""

    extra = 0


class CampusScopedStackedInline(RolePermissions, StackedInline):
    """Rows on their parent's page. `campus_path` starts at the parent."""

    extra = 0


class ReadOnlyTabularInline(ReadOnly, CampusScopedTabularInline):
    """Rows on their parent's page, to look at only."""


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter whose choices are rows of the operator's campuses: list_filter = [("zone", ScopedRelatedFilter)]."""

    def field_choices(self, field, request, model_admin):
        queryset = scoped(field.remote_field.model._default_manager.all(), campuses_with(request))
        return [(row.pk, str(row)) for row in queryset]


# -- The platform's own pages: events of all campuses, so for superusers alone ------------------------------


class HandlerRunInline(ReadOnlyTabularInline):
    model = HandlerRun
    campus_path = None
    view_roles = ()
    fields = readonly_fields = ["handler", "status", "attempts", "next_try_at", "error", "updated_at"]


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    campus_path = None
    view_roles = ()
    list_display = ["id", "name", "created_at", "due_at"]
    list_filter = ["name"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = readonly_fields = ["name", "payload", "created_at", "due_at"]
    inlines = [HandlerRunInline]


@admin.register(HandlerRun)
class HandlerRunAdmin(ReadOnlyAdmin):
    campus_path = None
    view_roles = ()
    list_display = ["handler", "state", "event_name", "attempts", "error_line", "updated_at"]
    list_filter = ["status"]
    list_select_related = ["event"]
    search_fields = ["handler", "error"]
    ordering = ["-updated_at"]
    fields = readonly_fields = [
        "event",
        "handler",
        "status",
        "attempts",
        "next_try_at",
        "error",
        "updated_at",
    ]
    actions = ["try_again"]

    @display(description=_("status"), label={"done": "success", "retry": "warning", "dead": "danger"})
    def state(self, run):
        return run.status, run.get_status_display()

    @display(description=_("event"))
    def event_name(self, run):
        return run.event.name

    @display(description=_("error"))
    def error_line(self, run):
        return run.error.splitlines()[0][:80] if run.error else "—"

    def has_retry_permission(self, request):
        return request.user.is_superuser

    @admin.action(description=_("Try again"), permissions=["retry"])
    def try_again(self, request, queryset):
        dead = list(queryset.filter(status=HandlerRun.Status.DEAD))
        for run in dead:
            outbox.requeue(run)
        if dead:
            messages.success(
                request,
                ngettext("%d is being tried again.", "%d are being tried again.", len(dead)) % len(dead),
            )
        else:
            messages.info(request, _("None of these is a dead letter: there is nothing to try again."))
