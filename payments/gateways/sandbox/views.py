"""The sandbox cashier's own page: on a real gateway this is somebody else's site."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import Invalid, WrongState
from payments import gateways, services
from payments.gateways.sandbox import cashier
from payments.models import Payment, SandboxBill


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox(request: HttpRequest, bill_no: str) -> HttpResponse:
    if not gateways.is_open(Payment.Gateway.SANDBOX):
        raise Http404
    bill = get_object_or_404(SandboxBill, no=bill_no)
    payment = get_object_or_404(Payment, no=bill.payment_no, user=request.user)
    if request.method == "POST":
        return _at_the_cashier(request, bill, payment)
    over = bill.expires_at is not None and bill.expires_at <= clock.now()
    context = {"bill": bill, "payment": payment, "open": bill.status == SandboxBill.Status.OPEN and not over}
    return render(request, "payments/sandbox.html", context)


def _at_the_cashier(request: HttpRequest, bill: SandboxBill, payment: Payment) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "fail":
        messages.error(request, _("The cashier refused the payment. No money was taken."))
        return redirect("payments:sandbox", bill.no)
    if act == "close":
        return redirect("payments:back", payment.no)
    if act not in {"pay", "lose"}:
        raise Invalid
    try:
        bill = cashier.pay_bill(bill.no)
    except gateways.GatewayError:
        raise WrongState(_("This bill is closed. No money was taken.")) from None
    if act == "lose":
        messages.info(request, _("Paid, and the notice got lost. We ask the cashier within a minute or two."))
        return redirect("payments:pay", payment.ref)
    headers, body = cashier.callback_of(bill)
    services.take_callback(gateway=Payment.Gateway.SANDBOX, headers=headers, body=body)
    return redirect("payments:back", payment.no)
