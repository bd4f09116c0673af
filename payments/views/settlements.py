"""A merchant's money: what was sold, and what each day was settled with."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.sheets import FORMATS, download, in_yuan
from payments.models import Sale, Settlement

PAGE_SIZE = 31


@login_required
@require_safe
def settlements(request: HttpRequest) -> HttpResponse:
    """Everything of the shops that this person owns."""
    shops = list(request.user.merchants.select_related("place"))
    if not shops:
        raise Http404
    unsettled = Sale.objects.filter(merchant__in=shops, settlement__isnull=True)
    net = F("goods_fen") - F("commission_fen") - F("charged_fen")
    waiting = unsettled.aggregate(fen=Coalesce(Sum(net), 0), count=Count("pk"))
    days = Settlement.objects.filter(merchant__in=shops).select_related("merchant", "withdrawal")
    context = {
        "shops": shops,
        "waiting": waiting,
        "latest": unsettled.select_related("merchant").order_by("-sold_at")[:10],
        "page_obj": Paginator(days, PAGE_SIZE).get_page(request.GET.get("page")),
        "tab": "me",
    }
    return render(request, "payments/settlements.html", context)


@login_required
@require_safe
def settlement(request: HttpRequest, no: str) -> HttpResponse:
    """One day, sale by sale; `?format=xlsx` (or csv) is the statement as a file."""
    one = get_object_or_404(
        Settlement.objects.select_related("merchant", "withdrawal"), no=no, merchant__owners=request.user
    )
    if (format := request.GET.get("format", "")) in FORMATS:
        return statement_file(one, format)
    sales = one.sales.select_related("rule__merchant", "rule__campus")
    return render(request, "payments/settlement.html", {"one": one, "sales": sales, "tab": "me"})


def statement_file(one: Settlement, format: str) -> HttpResponse:
    """The statement of a day: a row for each sale, and their sum."""
    headers = [
        _("order"), _("handed over"), _("goods (yuan)"), _("commission (yuan)"), _("rule"),
        _("borne for complaints (yuan)"), _("to the merchant (yuan)"),
    ]  # fmt: skip
    rows = [
        (
            sale.ref, sale.sold_at, in_yuan(sale.goods_fen), in_yuan(sale.commission_fen), str(sale.rule or "—"),
            in_yuan(sale.charged_fen), in_yuan(sale.net_fen),
        )
        for sale in one.sales.select_related("rule__merchant", "rule__campus")
    ]  # fmt: skip
    total = (
        _("total"), "", in_yuan(one.goods_fen), in_yuan(one.commission_fen), "", in_yuan(one.charged_fen),
        in_yuan(one.net_fen),
    )  # fmt: skip
    return download(f"settlement-{one.day:%Y-%m-%d}-{one.no}", format, headers, [*rows, total])
