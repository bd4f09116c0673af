"""One's own money, month by month: every movement, on the page and as a file."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.sheets import FORMATS, download, in_yuan
from payments import selectors

PAGE_SIZE = 50
MONTHS = 12


def _month(request: HttpRequest) -> tuple[date, list[date]]:
    """The month that is asked for, and those that may be: this one and the eleven before."""
    this = clock.today().replace(day=1)
    count = this.year * 12 + this.month - 1
    months = [date((count - n) // 12, (count - n) % 12 + 1, 1) for n in range(MONTHS)]
    asked = request.GET.get("month", "")
    return next((month for month in months if f"{month:%Y-%m}" == asked), this), months


@login_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    month, months = _month(request)
    entries = selectors.statement(request.user, month)
    if (format := request.GET.get("format", "")) in FORMATS:
        return _file(month, format, entries)
    sums = entries.order_by().values("account__kind").annotate(fen=Coalesce(Sum("amount"), 0))
    by_kind = {row["account__kind"]: row["fen"] for row in sums}
    own = request.user.accounts.filter(kind__in=selectors.OWN)
    accounts = sorted(own, key=lambda account: selectors.OWN.index(account.kind))
    context = {
        "month": month,
        "months": months,
        "accounts": [(account, by_kind.get(account.kind, 0)) for account in accounts],
        "page_obj": Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page")),
        "tab": "me",
    }
    return render(request, "payments/statement.html", context)


def _file(month: date, format: str, entries) -> HttpResponse:
    headers = [_("time"), _("what moved"), _("number"), _("account"), _("amount (yuan)"), _("note")]
    rows = (
        (
            entry.transfer.created_at,
            entry.transfer.get_reason_display(),
            entry.transfer.ref,
            entry.account.get_kind_display(),
            in_yuan(entry.amount),
            entry.transfer.note,
        )
        for entry in entries.iterator()
    )
    return download(f"statement-{month:%Y-%m}", format, headers, rows)
