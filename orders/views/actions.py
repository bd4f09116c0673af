"""The buttons on an order's page. Each is a POST that says what it did; the forms open as sheets (or as pages)."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import payments.services as money
from core import clock
from core.errors import Invalid, WrongState
from core.http import go
from core.money import yuan
from core.qr import square
from orders import current_leg, selectors, services
from orders.forms import AddressForm, CancelForm, TipForm
from orders.kinds import KINDS
from orders.models import Order, OverBudget
from orders.permissions import allowed
from orders.services.cancelling import quote_cancellation
from payments import browsers
from payments.models import Account, Payment

TIPS = (2_00, 3_00, 5_00, 10_00)


def _done(request: HttpRequest, order: Order, text: str) -> HttpResponse:
    """Say what was done, and show the order as it is now."""
    if request.htmx:
        trigger = {"toast": {"text": text, "level": "success"}, "refresh": {}, "sheet:close": {}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})
    messages.success(request, text)
    return redirect("orders:detail", order.no)


def _sheet(request: HttpRequest, order: Order, body: str, title: str, **context) -> HttpResponse:
    """A form as a sheet over the page, or as a page of its own without scripts."""
    form = context.get("form")
    context |= {"order": order, "body": body, "title": title, "tab": "orders", "sheet_id": "order-sheet"}
    template = "orders/_sheet.html" if request.htmx else "orders/sheet_page.html"
    return render(request, template, context, status=422 if form is not None and form.errors else 200)


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, no: str) -> HttpResponse:
    """Cancel, after reading what it costs."""
    order = selectors.order_of(request.user, no)
    if not allowed(order).cancel:
        raise WrongState
    form = CancelForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        services.cancel_order(
            order=order,
            actor=request.user,
            reason=form.cleaned_data["reason"],
            expected_fee_fen=form.cleaned_data["expected_fee_fen"],
        )
        return _done(request, order, _("Cancelled."))
    quote = quote_cancellation(order)
    if not form.is_bound:
        form = CancelForm(initial={"expected_fee_fen": quote.fee_fen})
    return _sheet(request, order, "orders/_cancel.html", _("Cancel this order?"), form=form, quote=quote)


@login_required
@require_POST
def urge(request: HttpRequest, no: str) -> HttpResponse:
    order = selectors.order_of(request.user, no)
    services.urge(order=order, actor=request.user)
    return _done(request, order, _("We have told the courier that you are waiting."))


@login_required
@require_POST
def patience(request: HttpRequest, no: str) -> HttpResponse:
    """How long to wait for somebody to accept, from now."""
    order = selectors.order_of(request.user, no)
    given = request.POST.get("minutes", "")
    if not given.isdecimal() or len(given) > 3:
        raise Invalid(_("Choose one of the times."))
    order = services.set_patience(order=order, actor=request.user, minutes=int(given) or None)
    if order.give_up_at is None:
        return _done(request, order, _("We go on looking."))
    text = _("If nobody has accepted by %(time)s, everything comes back by itself.")
    return _done(request, order, text % {"time": clock.hour_minute(order.give_up_at)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, no: str) -> HttpResponse:
    """Another door, before the goods have been fetched."""
    order = selectors.order_of(request.user, no)
    if not allowed(order).change_address:
        raise WrongState(_("The goods are on their way. Please report a wrong address instead."))
    form = AddressForm(
        _posted(request),
        order=order,
        initial={
            "dropoff": order.dropoff_id,
            "dropoff_detail": order.dropoff_detail,
            "downstairs": order.details.get("downstairs", False),
        },
    )
    quote = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        floor = form.floor() if KINDS[order.kind].floor_by_address else None
        quote = services.quote_address(order, given["dropoff"], floor)
        if quote.difference_fen == (given["expected_fen"] or 0):
            given["expected_fen"] = quote.difference_fen
            services.change_address(order=order, actor=request.user, floor=floor, **given)
            return _done(request, order, _("The new address has been passed on."))
        form.data = form.data.copy()
        form.data["expected_fen"] = quote.difference_fen
    context = {"form": form, "quote": quote, "balance": money.balance(Account.Kind.WALLET, user=request.user)}
    return _sheet(request, order, "orders/_address.html", _("Change the address"), **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tip(request: HttpRequest, no: str) -> HttpResponse:
    """More for the courier: while one is looked for, under way, or as a thank-you afterwards."""
    order = selectors.order_of(request.user, no)
    if not allowed(order).tip:
        raise WrongState
    form = TipForm(_posted(request), initial={"amount": TIPS[0]})
    if request.method == "POST" and form.is_valid():
        try:
            browsers.check(request, form.cleaned_data["gateway"])
            payment = services.add_tip(order=order, actor=request.user, **form.cleaned_data)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return _pay_tip(request, order, payment)
    context = {
        "form": form,
        "tips": [(yuan(fen), yuan(fen).lstrip("¥")) for fen in TIPS],
        "balance": money.balance(Account.Kind.WALLET, user=request.user),
    }
    return _sheet(request, order, "orders/_tip.html", _("Add a tip"), **context)


def _pay_tip(request: HttpRequest, order: Order, payment: Payment) -> HttpResponse:
    if payment.status == Payment.Status.PAID:
        return _done(request, order, _("Thank you! The courier sees the tip at once."))
    return go(request, "payments:cashier", payment.no)


@login_required
@require_POST
def confirm(request: HttpRequest, no: str) -> HttpResponse:
    """The customer has got everything."""
    order = selectors.order_of(request.user, no)
    services.complete_order(order=order, actor=request.user)
    return _done(request, order, _("Thank you for confirming."))


@login_required
@require_POST
def budget(request: HttpRequest, no: str) -> HttpResponse:
    """Yes or no to goods that are dearer than the budget."""
    order = selectors.order_of(request.user, no)
    answer = request.POST.get("agree", "")
    if answer not in {"yes", "no"}:
        raise Invalid(_("Please answer yes or no."))
    gateway = request.POST.get("gateway") or Payment.Gateway.WALLET
    browsers.check(request, gateway)
    asked = services.answer_over_budget(
        order=order, actor=request.user, agree=answer == "yes", gateway=gateway
    )
    if answer == "yes" and asked.payment and asked.status == OverBudget.Status.ASKED:
        return go(request, "payments:cashier", asked.payment.no)
    text = (
        _("Agreed. The courier buys it now.")
        if answer == "yes"
        else _("Declined. The courier has been told.")
    )
    return _done(request, order, text)


@login_required
@require_safe
def code(request: HttpRequest, no: str) -> HttpResponse:
    """The receiving code, large enough to be read from a hand that is held out."""
    order = selectors.order_of(request.user, no)
    if not allowed(order, leg=current_leg.of_order(order)).show_code:
        return go(request, "orders:detail", order.no)
    context = {"order": order, "qr": square(f"errand:{order.no}:{order.receiving_code}"), "tab": "orders"}
    return render(request, "orders/code.html", context)
