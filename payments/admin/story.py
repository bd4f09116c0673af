"""An order's money as one readable story: where it came from, where each fen is now, and every step between."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.admin import ReadOnlyAdmin, campuses_with, has_role, scoped
from core.errors import DomainError
from core.ids import new_no
from core.money import YuanField, yuan
from payments import selectors, services
from payments.admin.base import BOOKS
from payments.models import Account, Payment


class StoryPages(ReadOnlyAdmin):
    """The story's two addresses, on the pages of payments."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("story/<str:ref>/", view(self.story_page), name="payments_story"),
            path("story/<str:ref>/claw-back/", view(self.claw_back), name="payments_claw_back"),
            *super().get_urls(),
        ]

    def _payment(self, request, ref: str) -> Payment:
        seen = scoped(Payment.objects.filter(ref=ref), campuses_with(request)).select_related(
            "campus", "user"
        )
        if not self.has_view_permission(request) or not seen.exists():
            raise Http404
        return seen.earliest("pk")

    def story_page(self, request, ref):
        first = self._payment(request, ref)
        shares = selectors.shares(ref)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Money story of %(ref)s") % {"ref": ref},
            "ref": ref,
            "customer": first.user,
            "came_from": [(share.who, yuan(-share.fen)) for share in shares if share.fen < 0],
            "is_now": [(share.who, yuan(share.fen)) for share in reversed(shares) if share.fen > 0],
            "total": yuan(sum(share.fen for share in shares if share.fen > 0)),
            "even": sum(share.fen for share in shares) == 0,
            "held": services.balance(Account.Kind.ESCROW, ref=ref),
            "table": {
                "headers": [_("time"), _("what moved"), _("amount"), _("by"), _("note")],
                "rows": [_row(row) for row in selectors.ledger_trail(ref)],
            },
            "couriers": selectors.couriers_of(ref) if has_role(request, BOOKS, first.campus_id) else [],
            "press": new_no(),
            "opts": self.opts,
        }
        return render(request, "admin/payments/story.html", context)

    def claw_back(self, request, ref):
        """Take a courier's pay for this order back, by POST alone."""
        first = self._payment(request, ref)
        if request.method != "POST" or not has_role(request, BOOKS, first.campus_id):
            raise PermissionDenied
        earners = {str(pk) for pk, _name, _fen in selectors.couriers_of(ref)}
        if (pk := request.POST.get("courier", "")) not in earners:
            raise Http404
        amount = YuanField(min_fen=1)
        try:
            services.claw_back(
                key=f"claw-back:{ref}:{request.POST.get('press', '')[:10]}",
                ref=ref,
                campus=first.campus,
                courier_user=User.objects.get(pk=pk),
                amount=amount.clean(request.POST.get("amount", "")),
                actor=request.user,
                note=request.POST.get("text", ""),
            )
            messages.success(request, _("Taken back. The courier is told why."))
        except DomainError as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("admin:payments_story", ref)


def _row(row: selectors.TrailRow) -> list[str]:
    at = date_format(timezone.localtime(row.at), "m-d H:i:s")
    return [at, row.text, yuan(row.fen), row.actor or "—", row.note or "—"]
