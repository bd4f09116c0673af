"""The list of what may not be ordered, a text tried against it, and the queue of orders to look at."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed
from django_htmx.http import HttpResponseClientRedirect
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from campus.models import Campus
from core.admin import (
    DISPATCHER,
    SUPERVISOR,
    SUPPORT,
    ReadOnlyAdmin,
    ScopedRelatedFilter,
    campuses_with,
    has_role,
    scoped,
)
from core.errors import DomainError
from core.versioned_admin import LiveFilter, VersionedRuleAdmin
from orders import services
from orders.models import ProhibitedRule, Review
from orders.prohibited.matching import judge
from orders.prohibited.rules import rules_of

DECIDING = (SUPPORT, DISPATCHER, SUPERVISOR)


class WordsField(forms.CharField):
    """A list of words, one a line."""

    def __init__(self, **kwargs) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}), required=False, **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        lines = (super().to_python(value) or "").splitlines()
        return list(dict.fromkeys(word for line in lines if (word := line.strip()[:40])))

    def has_changed(self, initial, data) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class ProhibitedRuleForm(forms.ModelForm):
    clear_words = WordsField(
        label=_("refused at once"), help_text=_("One a line. Who writes one of them cannot order it.")
    )
    unsure_words = WordsField(
        label=_("an operator looks first"),
        help_text=_("One a line. Such an order waits in the queue before couriers see it."),
    )
    allowed_words = WordsField(
        label=_("allowed phrases"), help_text=_("One a line: fine, although one of the words above is in it.")
    )


@admin.register(ProhibitedRule)
class ProhibitedRuleAdmin(VersionedRuleAdmin):
    """Saving makes a new version; the old one stays for the orders that were looked at by it."""

    form = ProhibitedRuleForm
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["title", "campus", "edition", "words", "is_active", "live_at", "published_by"]
    list_filter = [LiveFilter, ("campus", ScopedRelatedFilter)]
    list_select_related = ["campus", "published_by"]
    search_fields = ["code", "name_zh", "name_en"]
    actions_list = ["try_link"]
    fieldsets = [
        (None, {"fields": [("campus", "code"), ("name_zh", "name_en"), "is_active", "reason",
                           ("version", "published_by", "live_at")]}),
        (_("Words"), {"fields": ["clear_words", "unsure_words", "allowed_words"]}),
    ]  # fmt: skip

    @display(description=_("name"), ordering="code")
    def title(self, rule):
        return rule.name

    @display(description=_("number of words"))
    def words(self, rule):
        return len(rule.clear_words) + len(rule.unsure_words)

    @action(description=_("Try a text"), url_path="try-link")
    def try_link(self, request):
        return redirect("admin:orders_prohibited_try")

    def get_urls(self):
        page = self.admin_site.admin_view(self.try_text)
        return [path("try/", page, name="orders_prohibited_try"), *super().get_urls()]

    def try_text(self, request: HttpRequest) -> HttpResponse:
        """What the list of a campus says to a text; nothing is kept."""
        if not has_role(request, DECIDING):
            raise PermissionDenied
        campuses = scoped(Campus.objects.filter(is_active=True), campuses_with(request, DECIDING))
        wanted = request.GET.get("campus", "")
        campus = get_object_or_404(campuses, code=wanted) if wanted else campuses.first()
        if campus is None:
            raise Http404
        text = request.GET.get("text", "")[:600]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try a text"),
            "campus": campus,
            "campuses": campuses,
            "text": text,
            "verdict": judge(rules_of(campus), [text]),
        }
        return render(request, "admin/orders/prohibited_try.html", context)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Orders that wait for an operator's word, the most urgent first."""

    campus_path = "order__campus"
    view_roles = DECIDING
    list_display = ["order_link", "state", "why", "what", "due_at", "decided_by"]
    list_filter = ["status"]
    list_select_related = ["order", "rule", "decided_by", "reported_by"]
    search_fields = ["=order__no"]
    ordering = ["status", "due_at", "-id"]
    fields = readonly_fields = [
        "order_link", "state_now", "why", "what", "list_of_goods", "note", "asked_at", "due_at", "decided_by", "decided_at",
    ]  # fmt: skip
    actions_detail = ["approve", "refuse"]

    @display(description=_("order"), ordering="order")
    def order_link(self, review):
        page = reverse("admin:orders_order_change", args=[review.order_id])
        return format_html('<a href="{}">{}</a>', page, review.order.no)

    @display(
        description=_("status"),
        ordering="status",
        label={"asked": "warning", "approved": "success", "refused": "danger"},
    )
    def state(self, review):
        return str(review.status), review.get_status_display()

    @display(description=_("status"))
    def state_now(self, review):
        return review.get_status_display()

    @display(description=_("reason"))
    def why(self, review):
        if review.rule:
            return f"{review.word} · {review.rule.name}"
        return review.text or _("A courier says that it is prohibited.")

    @display(description=_("what"))
    def what(self, review):
        return review.order.summary

    @display(description=_("list"))
    def list_of_goods(self, review):
        return review.order.details.get("shopping_list") or review.order.details.get("what") or "—"

    @display(description=_("note"))
    def note(self, review):
        return review.order.note or "—"

    def has_approve_permission(self, request, object_id=None) -> bool:
        return self._may_decide(request, object_id)

    def has_refuse_permission(self, request, object_id=None) -> bool:
        return self._may_decide(request, object_id)

    def _may_decide(self, request, object_id) -> bool:
        review = self.get_object(request, object_id)
        return (
            review is not None
            and has_role(request, DECIDING, review.order.campus_id)
            and can_proceed(review.approve)
            and not review.order.is_final
        )

    @action(description=_("It may be carried"), icon="check_circle", variant=ActionVariant.SUCCESS,
            permissions=["approve"],
            dialog={"title": _("Let couriers see this order?"), "description": _("The customer is told.")})  # fmt: skip
    def approve(self, request, form, object_id):
        return self._decide(request, object_id, services.approve_review)

    @action(description=_("Refuse it"), icon="block", variant=ActionVariant.DANGER, permissions=["refuse"],
            dialog={"title": _("Refuse this order?"),
                    "description": _("It is cancelled, everything that was paid goes back, and the customer is told why.")})  # fmt: skip
    def refuse(self, request, form, object_id):
        return self._decide(request, object_id, services.refuse_review)

    def _decide(self, request, object_id, service):
        review = self.get_object(request, object_id)
        if review is None:
            raise Http404
        try:
            service(review=review, actor=request.user)
            messages.success(request, _("Done."))
        except DomainError as error:
            messages.error(request, str(error))
        return HttpResponseClientRedirect(reverse("admin:orders_review_changelist"))
