"""What every page with the scan box (templates/delivery/_scan_box.html) has."""

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import wechat
from core.errors import Invalid
from core.outside import ServiceUnavailable

LONGEST_ADDRESS = 2000

page_scans = csp_update({"script-src": [SELF, WASM_UNSAFE_EVAL]})
"""Of a view whose page scans: the reader for browsers without one of their own is WebAssembly, which the policy forbids
everywhere else."""


@login_required
@require_GET
@never_cache
def wechat_signature(request: HttpRequest) -> JsonResponse:
    """What `wx.config` wants for the page of ours that ?url= names, as JSON; 503 while WeChat gives no ticket."""
    if not (wechat.signs_pages() and wechat.is_inside(request)):
        raise Http404
    url = request.GET.get("url", "")
    if len(url) > LONGEST_ADDRESS or not url.startswith(request.build_absolute_uri("/")):
        raise Invalid(_("Only pages of this site can be signed."))
    try:
        return JsonResponse(wechat.sign_page(url).as_json())
    except ServiceUnavailable:
        return JsonResponse({"error": _("WeChat does not answer.")}, status=503)
