"""What a browser calls itself, in words that people know their devices by."""

import re

from django.utils.translation import gettext as _

# The first that is found counts: most browsers also name others.
_BROWSERS = [
    ("wxwork", "WeCom"),
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
]


def device_name(agent: str) -> str:
    """ "iPhone · WeChat" for what such a browser sends; a sentence for what nobody knows."""
    found = [next((name for sign, name in signs if sign in agent), "") for signs in (_SYSTEMS, _BROWSERS)]
    return " · ".join(filter(None, found)) or _("Unknown device")


def network_of(address: str | None) -> str:
    """Roughly where it is: the network, not the line. 203.0.113.7 → 203.0.*.*"""
    if not address:
        return ""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + ":…"
    return re.sub(r"\.\d+\.\d+$", ".*.*", address)
