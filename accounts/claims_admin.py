"""Owners of long unused accounts who have no password: supervisors decide whether they are who they say."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from accounts import dormant
from accounts.models import NumberClaim
from core.admin import SUPERVISOR, ReadOnlyAdmin, has_role
from core.errors import DomainError


@admin.register(NumberClaim)
class NumberClaimAdmin(ReadOnlyAdmin):
    campus_path = "user__campus"
    view_roles = (SUPERVISOR,)
    list_display = ["user", "words", "status", "created_at", "decided_by", "decided_at"]
    list_filter = ["status"]
    list_select_related = ["user", "decided_by"]
    fields = readonly_fields = ["user", "words", "status", "created_at", "decided_by", "decided_at"]
    actions = ["approve", "refuse"]

    def has_decide_permission(self, request, obj=None):
        return has_role(request, (SUPERVISOR,))

    @admin.action(
        description=_("It is the owner: a code opens the account for a week"), permissions=["decide"]
    )
    def approve(self, request, queryset):
        self._decide(request, queryset, approve=True)

    @admin.action(description=_("It is not the owner"), permissions=["decide"])
    def refuse(self, request, queryset):
        self._decide(request, queryset, approve=False)

    def _decide(self, request, queryset, *, approve: bool) -> None:
        for claim in queryset:
            try:
                dormant.decide_claim(claim=claim, actor=request.user, approve=approve)
            except DomainError as error:
                messages.error(request, f"{claim}: {error}")
            else:
                messages.success(request, f"{claim}: {_('Done.')}")
