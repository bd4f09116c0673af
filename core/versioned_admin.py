"""The admin of rules in versions (core.versioning): the live one is edited, and saving it makes the next."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from core.admin import CampusScopedAdmin
from core.errors import WrongState
from core.money import YuanField, yuan
from core.versioning import VersionedRule, VersionStatus, publish_version


class LiveFilter(admin.SimpleListFilter):
    """Live versions only, unless all are asked for."""

    title = _("version")
    parameter_name = "versions"

    def lookups(self, request, model_admin):
        return [("all", _("all versions"))]

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
        return queryset if self.value() == "all" else queryset.filter(status=VersionStatus.LIVE)


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
        return (obj is None or obj.in_force) and super().has_change_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        rule = super().get_object(request, object_id, from_field)
        if rule is not None and self.has_change_permission(request, rule):
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
        return rule.in_force, f"v{rule.version}"
