"""The customer's wallet: what is in it, what went in and out, and how to put more in."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import WrongState
from core.money import yuan
from payments import browsers, selectors, services
from payments.forms import TopUpForm
from payments.models import Account, Payment
from payments.views.paying import NEXT, safe_next

PAGE_SIZE = 20
TOP_UPS = (20_00, 50_00, 100_00, 200_00)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wallet(request: HttpRequest) -> HttpResponse:
    """Balance, top-up, and where the money went."""
    if request.method == "POST":
        form = TopUpForm(request.POST)
        if form.is_valid():
            return _top_up(request, form)
    else:
        form = TopUpForm(
            initial={
                "amount": _round_up(request.GET.get("short", "")),
                "next": safe_next(request, request.GET.get("next", "")),
            }
        )
    page = Paginator(selectors.wallet_entries(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "top_ups": [(yuan(fen), yuan(fen).lstrip("¥")) for fen in TOP_UPS],
        "balance": services.balance(Account.Kind.WALLET, user=request.user),
        "page_obj": page,
        "on_the_way": selectors.refunds_on_the_way(request.user),
        "tab": "me",
    }
    return render(request, "payments/wallet.html", context, status=422 if form.errors else 200)


def _round_up(short: str) -> int | None:
    """What is missing (fen, from the address), in whole yuan."""
    return -(-int(short) // 100) * 100 if short.isdecimal() and len(short) < 9 and int(short) else None


def _top_up(request: HttpRequest, form: TopUpForm) -> HttpResponse:
    user, key = request.user, form.cleaned_data["key"]
    if user.campus is None:
        raise WrongState(_("Choose your campus on your own page first."))
    payment = services.start_payment(
        key=f"topup:{user.pk}:{key}",
        ref=f"T{key}",
        purpose=Payment.Purpose.TOPUP,
        user=user,
        campus=user.campus,
        amount=form.cleaned_data["amount"],
        gateway=browsers.first_cashier(request),
        expires_at=clock.now() + services.TOP_UP_WITHIN,
        actor=user,
    )
    if url := safe_next(request, form.cleaned_data["next"]):
        request.session[NEXT] = {"no": payment.no, "url": url}
    return redirect("payments:cashier", payment.no)
