"""WeChat Pay's pages on our site: the code to scan, WeChat's own window, and who the person is there."""

import json
import logging

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from core.http import go
from notifications.services import know_wechat
from payments.gateways.base import OPENID, GatewayError
from payments.gateways.wechatpay.gateway import GATEWAY, OPENID_STATE, SALT
from payments.models import Payment
from payments.views.paying import NO_ANSWER, after

logger = logging.getLogger(__name__)


@login_required
@require_safe
def openid(request: HttpRequest, no: str) -> HttpResponse:
    """Back from WeChat, which names the person to us by a code. Kept with the session, to be asked once."""
    payment = get_object_or_404(Payment, no=no, user=request.user)
    state = request.session.pop(OPENID_STATE, "")
    try:
        if not state or not constant_time_compare(state, request.GET.get("state", "")):
            raise GatewayError("nobody was sent to WeChat from here")
        request.session[OPENID] = name = GATEWAY.openid_of(request.GET.get("code", ""))
    except GatewayError:
        logger.exception("WeChat did not say who pays %s", no)
        messages.error(request, NO_ANSWER)
        return redirect("payments:pay", payment.ref)
    know_wechat(user=request.user, openid=name)  # notices may go that way from now on
    return redirect("payments:cashier", no)


@login_required
@require_safe
def wechatpay(request: HttpRequest, no: str) -> HttpResponse:
    """WeChat's code to scan, or, inside the WeChat app, its own window. The page goes on by itself as soon as WeChat
    tells us."""
    payment = get_object_or_404(Payment, no=no, user=request.user)
    if payment.status != Payment.Status.PENDING:
        return go(request, after(request, payment))
    try:
        shown = _read_shown(no, request.GET.get("bill", ""))
    except signing.BadSignature:
        return redirect("payments:cashier", no)
    context = {"payment": payment}
    if code := shown.get("code_url"):
        context["qr"] = segno.make(code, error="m").svg_data_uri(scale=6, dark="#000", light="#fff")
    else:
        wanted = GATEWAY.window(shown["prepay_id"])
        context["window"] = json.dumps(wanted)
    return render(request, "payments/wechatpay.html", context)


def _read_shown(no: str, shown: str) -> dict:
    """What `create` wrote into the address of our own page. BadSignature when somebody else wrote it."""
    bill = signing.loads(shown, salt=SALT, max_age=24 * 3600)
    if bill.get("no") != no:
        raise signing.BadSignature("of another payment")
    return bill
