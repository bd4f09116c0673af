"""The admin of rules in versions (core.versioning): the live one is edited, and saving it makes the next."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from core.admin import CampusScopedAdmin
from core.errors import DomainError, WrongState
from core.money import YuanField, yuan
from core.versioning import VersionedRule, VersionStatus, publish_version, save_draft


class LiveFilter(admin.SimpleListFilter):
    """Live versions only, unless others are asked for."""

    title = _("version")
    parameter_name = "versions"

    def lookups(self, request, model_admin):
        drafts = [("drafts", _("drafts"))] if isinstance(model_admin, DraftsAdmin) else []
        return [*drafts, ("all", _("all versions"))]

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("in force"),
        }
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(status=VersionStatus.DRAFT if self.value() == "drafts" else VersionStatus.LIVE)


def _in_yuan(name: str, label):
    """A read-only column that shows the fen of this field in yuan."""

    @display(description=label)
    def shown(rule):
        return yuan(getattr(rule, name))

    shown.__name__ = name
    return shown


class VersionedRuleAdmin(CampusScopedAdmin):
    """Saving makes a new version; the old ones stay for what they decided, and can be read.

    What is kept in fen (a field whose name ends so) is filled in and shown in yuan.
    """

    version_fields = ["version", "published_by", "live_at"]
    changeable: tuple[str, ...] = (VersionStatus.LIVE,)

    def __init__(self, model, admin_site) -> None:
        super().__init__(model, admin_site)
        money = [field for field in model._meta.fields if field.name.endswith("_fen")]
        self._yuan = {field.name: _in_yuan(field.name, field.verbose_name) for field in money}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name not in self._yuan:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return YuanField(
            label=capfirst(db_field.verbose_name),
            initial=db_field.default,
            help_text=_("in yuan"),
            widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        )

    def get_fieldsets(self, request, obj=None):
        """Of a version that can only be read, amounts are columns in yuan."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(title, part | {"fields": self._read(part["fields"])}) for title, part in fieldsets]

    def _read(self, fields):
        return [
            tuple(self._read(field)) if isinstance(field, (list, tuple)) else self._yuan.get(field, field)
            for field in fields
        ]

    def has_delete_permission(self, request, obj=None):
        """What has decided something is never deleted, by superusers neither."""
        return False

    def get_readonly_fields(self, request, obj=None):
        # A version belongs to what it is a version of: with another campus it would be another rule.
        return [*self.version_fields, *self.readonly_fields, *(self.model.VERSIONS_OF if obj else ())]

    def has_change_permission(self, request, obj=None):
        return (obj is None or obj.status in self.changeable) and super().has_change_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        rule = super().get_object(request, object_id, from_field)
        if rule is not None and rule.in_force and self.has_change_permission(request, rule):
            rule.reason = ""  # the next version has a reason of its own
        return rule

    def save_model(self, request, obj, form, change):
        if change and not form.changed_data:
            return
        try:
            saved = self.publish(request, obj, form)
        except WrongState as error:  # replaced by somebody else since the form was checked
            raise PermissionDenied(str(error)) from None
        obj.pk = saved.pk
        obj.refresh_from_db()
        messages.info(request, _("Version %(version)s is live now.") % {"version": obj.version})

    def publish(self, request, rule: VersionedRule, form) -> VersionedRule:
        """Put what the form says in force; to be overridden where more has to be checked."""
        return publish_version(rule, actor=request.user)

    @display(description=_("version"), label={True: "success", False: "info"}, ordering="version")
    def edition(self, rule):
        name = f"v{rule.version}"
        return rule.in_force, f"{name} · {_('draft')}" if rule.status == VersionStatus.DRAFT else name


class DraftsAdmin(VersionedRuleAdmin):
    """Rules whose drafts are looked at and edited here, put in force or thrown away."""

    changeable = (VersionStatus.LIVE, VersionStatus.DRAFT)
    actions = ["go_live_all"]
    actions_detail = ["go_live"]

    def has_delete_permission(self, request, obj=None):
        """A draft has decided nothing."""
        return (
            obj is not None and obj.status == VersionStatus.DRAFT and self.has_change_permission(request, obj)
        )

    def save_model(self, request, obj, form, change):
        if not change or obj.status != VersionStatus.DRAFT:
            super().save_model(request, obj, form, change)
            return
        try:
            save_draft(obj)
        except WrongState as error:  # published or thrown away since the form was checked
            raise PermissionDenied(str(error)) from None

    def has_go_live_permission(self, request, object_id=None):
        """For the button on a draft's page; without a row for the list, whose rows are asked about one by one."""
        if object_id is None:
            return self.has_change_permission(request)
        rule = self.get_object(request, object_id)
        return self._may_go_live(request, rule)

    def _may_go_live(self, request, rule) -> bool:
        return (
            rule is not None
            and rule.status == VersionStatus.DRAFT
            and self.has_change_permission(request, rule)
        )

    @action(description=_("Make live"), icon="publish", variant=ActionVariant.SUCCESS, permissions=["go_live"],
            dialog={"title": _("Make this version live?"),
                    "description": _("It takes the place of the one before, which stays for what it has decided.")})  # fmt: skip
    def go_live(self, request, form, object_id):
        if (rule := self.get_object(request, object_id)) is None:
            raise Http404
        try:
            publish_version(rule, actor=request.user)
            self.log_change(request, rule, str(_("Make live")))
            messages.success(request, _("Version %(version)s is live now.") % {"version": rule.version})
        except DomainError as error:
            messages.error(request, str(error))
        label = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseClientRedirect(reverse(label, args=[rule.pk]))

    @admin.action(description=_("Make the chosen drafts live"), permissions=["go_live"])
    def go_live_all(self, request, queryset):
        drafts = [rule for rule in queryset if self._may_go_live(request, rule)]
        for rule in drafts:
            publish_version(rule, actor=request.user)
            self.log_change(request, rule, str(_("Make live")))
        if drafts:
            text = ngettext("%(n)d version is live now.", "%(n)d versions are live now.", len(drafts))
            messages.success(request, text % {"n": len(drafts)})
        else:
            messages.info(request, _("None of these is a draft that you may make live."))
