"""Paying by hand what a gateway cannot give back: on the refund's own page, by two people."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import ReadOnlyAdmin, ReadOnlyTabularInline, has_role
from core.errors import DomainError
from core.money import yuan
from payments import services
from payments.admin.base import BOOKS, story_link
from payments.models import ManualRefund, Refund
from payments.services.manual_refunds import open_proposal

TONES = {"proposed": "warning", "confirmed": "success", "rejected": "danger"}
DECISIONS = {"confirm": services.confirm_manual_refund, "reject": services.reject_manual_refund}
SHOWN = ["way", "reference", "reason", "status", "proposed_by", "created_at", "decided_by", "decided_at"]


class ManualRefundInline(ReadOnlyTabularInline):
    model = ManualRefund
    campus_path = "payment__campus"  # of the refund, whose page it is
    fields = readonly_fields = SHOWN


class ManualRefundTools(ReadOnlyAdmin):
    """Mixin of the refunds' admin: propose, confirm, reject."""

    change_form_outer_after_template = "admin/payments/refund_tools.html"

    def get_urls(self):
        propose, decide = map(self.admin_site.admin_view, (self.propose, self.decide))
        by_hand = "<int:pk>/by-hand/"
        return [
            path(by_hand, propose, name="payments_refund_propose"),
            path(f"{by_hand}<int:proposal>/<slug:decision>/", decide, name="payments_refund_decide"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        refund = self.get_object(request, object_id)
        tools = self._tools(request, refund) if refund else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | tools)

    def _tools(self, request, refund: Refund) -> dict:
        if (
            not has_role(request, BOOKS, refund.payment.campus_id)
            or refund.payment.user_id == request.user.pk
        ):
            return {}
        proposal = open_proposal(refund)
        return {
            "proposal": proposal,
            "may_confirm": proposal is not None and proposal.proposed_by_id != request.user.pk,
            "may_propose": proposal is None and refund.status == Refund.Status.FAILED,
            "ways": ManualRefund.Way.choices,
        }

    def propose(self, request, pk):
        """By POST alone."""
        refund = self._refund(request, pk)
        self._try(
            request,
            _("A second person has to confirm it now."),
            partial(
                services.propose_manual_refund,
                refund=refund,
                actor=request.user,
                way=request.POST.get("way", ""),
                reference=request.POST.get("reference", ""),
                reason=request.POST.get("reason", ""),
            ),
        )
        return redirect("admin:payments_refund_change", pk)

    def decide(self, request, pk, proposal, decision):
        """confirm | reject, by POST alone."""
        refund = self._refund(request, pk)
        if decision not in DECISIONS:
            raise Http404
        found = get_object_or_404(refund.manual, pk=proposal)
        self._try(request, _("Done."), partial(DECISIONS[decision], proposal=found, actor=request.user))
        return redirect("admin:payments_refund_change", pk)

    def _refund(self, request, pk) -> Refund:
        refund = get_object_or_404(self.get_queryset(request).select_related("payment"), pk=pk)
        if request.method != "POST" or not has_role(request, BOOKS, refund.payment.campus_id):
            raise PermissionDenied
        return refund

    @staticmethod
    def _try(request, said, act) -> None:
        """Do it, and say so, or why not."""
        try:
            act()
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)


@admin.register(ManualRefund)
class ManualRefundAdmin(ReadOnlyAdmin):
    campus_path = "refund__payment__campus"
    view_roles = BOOKS
    list_display = [
        "number",
        "sum",
        "way",
        "reference",
        "reason",
        "state",
        "proposed_by",
        "created_at",
        "decided_by",
    ]
    list_filter = ["status", "way"]
    list_select_related = ["refund__payment", "proposed_by", "decided_by"]
    search_fields = ["=refund__no", "=refund__payment__ref", "=reference"]
    fields = readonly_fields = ["refund", "sum", *SHOWN, "story"]

    @display(description=_("status"), label=TONES)
    def state(self, proposal):
        return proposal.status, proposal.get_status_display()

    @display(description=_("refund"))
    def number(self, proposal):
        return proposal.refund.no

    @display(description=_("amount"))
    def sum(self, proposal):
        return yuan(proposal.refund.amount)

    @display(description=_("story"))
    def story(self, proposal):
        return story_link(proposal.refund.payment.ref)
