"""Paying: choose a way, go to the cashier, come back. No view is a transaction: they talk to gateways."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock, links
from core.errors import Invalid, WrongState
from core.http import go
from payments import browsers, gateways, selectors, services
from payments.models import Account, Payment

logger = logging.getLogger(__name__)

NEXT = "after_payment"
NO_ANSWER = gettext_lazy("The payment provider does not answer just now. Try again, or pay another way.")


def after(request: HttpRequest, payment: Payment) -> str:
    """Where a person goes when a payment has ended."""
    chosen = request.session.get(NEXT, {})
    if chosen.get("no") == payment.no:
        return chosen["url"]
    if payment.purpose == Payment.Purpose.TOPUP:
        return reverse("payments:wallet")
    return links.url("order", payment.ref)


def safe_next(request: HttpRequest, url: str) -> str:
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}) else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, ref: str) -> HttpResponse:
    """Pay what is waited for under `ref`: by wallet, or at the cashier."""
    payment = selectors.waiting_payment(request.user, ref)
    if payment is None:
        last = selectors.last_payment(request.user, ref)
        if last is None:
            raise Http404
        return go(request, after(request, last))
    if request.method == "POST":
        return _choose(request, payment)
    balance = services.balance(Account.Kind.WALLET, user=request.user)
    context = {
        "payment": payment,
        "balance": balance,
        "short": max(payment.amount - balance, 0),
        "can_use_wallet": payment.purpose != Payment.Purpose.TOPUP,
        "over": payment.expires_at is not None and payment.expires_at <= clock.now(),
        "back": after(request, payment),
    }
    return render(request, "payments/pay.html", context)


def _choose(request: HttpRequest, payment: Payment) -> HttpResponse:
    gateway = request.POST.get("gateway", "")
    if gateway not in gateways.offered():
        raise Invalid(_("Choose how you want to pay."))
    browsers.check(request, gateway)
    try:
        payment = services.switch_gateway(payment=payment, gateway=gateway, actor=request.user)
    except gateways.GatewayError:
        logger.exception("payment %s could not be switched", payment.no)
        raise WrongState(NO_ANSWER) from None
    if payment.status == Payment.Status.PAID:
        messages.success(request, _("Paid. Thank you!"))
        return redirect(after(request, payment))
    return redirect("payments:cashier", payment.no)


@login_required
@require_safe
def cashier(request: HttpRequest, no: str) -> HttpResponse:
    """On to the gateway's own page."""
    payment = get_object_or_404(Payment, no=no, user=request.user)
    if payment.status != Payment.Status.PENDING:
        return redirect(after(request, payment))
    if payment.expires_at and payment.expires_at <= clock.now():
        messages.error(request, _("The time to pay has run out."))
        return redirect(after(request, payment))
    if payment.gateway not in gateways.offered():  # no longer there: choose another way
        return redirect("payments:pay", payment.ref)
    if not browsers.works(request, payment.gateway):  # begun in another browser
        messages.error(request, browsers.hint(request))
        return redirect("payments:pay", payment.ref)
    customer = browsers.customer_of(request)
    gateway = gateways.get(payment.gateway)
    try:
        url = gateway.detour(request, payment, customer) or gateway.create(payment, customer)
    except gateways.GatewayError:
        logger.exception("payment %s could not be started", payment.no)
        messages.error(request, NO_ANSWER)
        return redirect("payments:pay", payment.ref)
    response = redirect(url)
    response["Referrer-Policy"] = "origin"  # WeChat's page on the phone looks where people come from
    return response


@login_required
@require_safe
def back(request: HttpRequest, no: str) -> HttpResponse:
    """Back from the gateway's page, which proves nothing: the gateway itself is asked."""
    payment = get_object_or_404(Payment, no=no, user=request.user)
    if payment.status == Payment.Status.PENDING:
        try:
            services.ask_gateway(payment)
        except (gateways.GatewayError, Invalid):
            logger.exception("payment %s could not be asked about", payment.no)
        payment.refresh_from_db()
    if payment.status == Payment.Status.PAID:
        messages.success(request, _("Paid. Thank you!"))
        return redirect(after(request, payment))
    messages.info(request, _("Not paid yet."))
    return redirect("payments:pay", payment.ref)


@csrf_exempt
@require_POST
def callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """Where gateways tell us of payments. Believed only with a right signature; see `services.take_callback`."""
    if gateway not in gateways.NAMES or not gateways.is_open(gateway):
        raise Http404
    if len(request.body) > 10_000:
        return JsonResponse({"ok": False, "error": "too long"}, status=413)
    try:
        services.take_callback(gateway=gateway, headers=request.headers, body=request.body)
    except gateways.BadCallback as error:
        return JsonResponse({"ok": False, "error": str(error)}, status=400)
    except Invalid as error:
        return JsonResponse({"ok": False, "error": error.code}, status=409)
    except gateways.GatewayError:  # our own keys cannot be read: it will say it again
        logger.exception("callback of %s could not be checked", gateway)
        return JsonResponse({"ok": False, "error": "not now"}, status=503)
    status, content_type, said = gateways.get(gateway).thanks
    return HttpResponse(said, content_type=content_type, status=status)
