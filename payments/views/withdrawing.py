"""Having one's own money paid out, and what became of it."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import changes, reauth
from accounts.portals import COURIER, PORTALS, STUDENT
from core.errors import Invalid, WrongState
from core.qr import square
from payments import browsers, gateways, selectors, services
from payments.forms import NEW, ReturnForm, WithdrawForm
from payments.gateways import Device, config
from payments.models import Withdrawal
from payments.services.withdrawing import withdrawable

SHOWN = 20
PORTAL_OF = {"wallet": STUDENT, "courier": COURIER}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, source: str) -> HttpResponse:
    """Ask for money out of the wallet (what was topped up goes back the way it came) or of a courier's earnings."""
    _check_source(request, source)
    user = request.user
    balance = services.balance(Withdrawal.ACCOUNTS[Withdrawal.Source(source)], user=user)
    there = withdrawable(source, user, balance)
    known = selectors.known_payees(user)
    may_add = reauth.proved(request)  # where else their money goes is said only by who proved who they are
    adding = f"{request.path}?new=1"
    if not may_add and (request.GET.get("new") or request.POST.get("to") == NEW):
        return reauth.ask(request, back=adding)
    initial = {"to": NEW} if may_add and request.GET.get("new") else None
    form = WithdrawForm(initial=initial, there=there, known=known, may_add=may_add)
    back = ReturnForm(most=balance - there)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "return":
                back = ReturnForm(request.POST, most=balance - there)
                if back.is_valid():
                    return _return(request, source, back)
            else:
                form = WithdrawForm(request.POST, there=there, known=known, may_add=may_add)
                if form.is_valid():
                    return _ask(request, source, form)
        except Invalid as error:
            (back if back.is_bound else form).add_error(None, str(error))
    context = {
        "portal": PORTALS[PORTAL_OF[source]].template,
        "source": source,
        "balance": balance,
        "there": there,
        "returnable": balance - there,
        "form": form,
        "adding": "" if may_add else adding,
        "back_form": back,
        "returns": selectors.returned_top_ups(user)[:SHOWN] if source == Withdrawal.Source.WALLET else [],
        "withdrawals": Withdrawal.objects.filter(user=user, source=source)[:SHOWN],
        "tab": "me",
    }
    bad = (form.is_bound and form.errors) or (back.is_bound and back.errors)
    return render(request, "payments/withdraw.html", context, status=422 if bad else 200)


def _check_source(request: HttpRequest, source: str) -> None:
    if source not in PORTAL_OF or (source == "courier" and not hasattr(request.user, "courier")):
        raise Http404


def _ask(request: HttpRequest, source: str, form: WithdrawForm) -> HttpResponse:
    user = request.user
    if user.campus is None:
        raise WrongState(_("Choose your campus on your own page first."))
    key = f"{user.pk}:{form.cleaned_data['key']}"
    again = Withdrawal.objects.filter(key=key).exists()
    services.request_withdrawal(
        key=key,
        user=user,
        campus=user.campus,
        source=source,
        amount=form.cleaned_data["amount"],
        payee=form.payee(),
    )
    if form.cleaned_data["to"] == NEW and not again:
        changes.payout_changed(request, user)
    messages.success(request, _("Asked for. You hear from us as soon as it is paid."))
    return redirect("payments:withdraw", source)


def _return(request: HttpRequest, source: str, form: ReturnForm) -> HttpResponse:
    user = request.user
    services.return_top_ups(
        key=f"return:{user.pk}:{form.cleaned_data['key']}", user=user, amount=form.cleaned_data["amount"]
    )
    messages.success(request, _("It is on its way back to where you topped up from."))
    return redirect("payments:withdraw", source)


@login_required
@require_POST
def take_back(request: HttpRequest, no: str) -> HttpResponse:
    """Think again, before anybody has approved it."""
    one = get_object_or_404(Withdrawal, no=no, user=request.user)
    services.cancel_withdrawal(withdrawal=one, actor=request.user)
    messages.success(request, _("Taken back. The money is where it was."))
    return redirect("payments:withdraw", one.source)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: HttpRequest, no: str) -> HttpResponse:
    """Let WeChat's window hand over a withdrawal that waits for the person; POST afterwards, so that WeChat is asked."""
    one = get_object_or_404(Withdrawal, no=no, user=request.user)
    if request.method == "POST":
        services.ask_again(withdrawal=one)
        messages.success(request, _("Thank you. It stands here as paid as soon as WeChat has told us."))
        return redirect("payments:withdraw", one.source)
    if not one.confirm:
        return redirect("payments:withdraw", one.source)
    in_wechat = browsers.device_of(request) == Device.WECHAT
    window = gateways.get(one.channel).collecting(one) if in_wechat else None
    context = {
        "one": one,
        "portal": PORTALS[PORTAL_OF[one.source]].template,
        "window": json.dumps(window) if window else "",
        "code": "" if in_wechat else square(config.absolute(request.path)),
        "tab": "me",
    }
    return render(request, "payments/collect.html", context)
