"""Answers that forms and htmx both understand, and who asks."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect


def go(request: HttpRequest, to, *args) -> HttpResponse:
    """Send the whole page to `to` (as for django.shortcuts.redirect), also when only a part of it has asked."""
    answer = HttpResponseClientRedirect if getattr(request, "htmx", False) else HttpResponseRedirect
    return answer(resolve_url(to, *args))


def came_from(request: HttpRequest) -> str:
    """The page of ours that the request came from (its Referer), or "" where that is unknown or somebody else's."""
    address = request.headers.get("Referer", "")
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""


def client_address(request: HttpRequest) -> str:
    """The visitor's IP address: the one place that reads it, for limits, logs and everything else.

    Each of our proxies (settings.TRUSTED_PROXIES of them) appends whom it was called by to X-Forwarded-For, so the
    visitor is that many from the right; what stands further left anybody may have written. "" where there is none.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies and (address := _address(hops[-proxies])):
        return address
    return _address(request.META.get("REMOTE_ADDR") or "")


def _address(text: str) -> str:
    """The address in "192.0.2.1", "192.0.2.1:4711", "2001:db8::1" or "[2001:db8::1]:4711"; "" when it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def client_network(request: HttpRequest) -> str:
    """What one subscriber has: the IPv4 address, or the /64 of the IPv6 address."""
    address = client_address(request)
    if ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return address
