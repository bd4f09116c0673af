"""What every process loads when it starts is paid for as often as there are processes: heavy libraries wait for their use."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Why a process that only starts does without, and who loads it instead.
HEAVY = {
    "numba": "100 MB with LLVM; `dispatch.engine.compiling`, in processes that make plans",
    "llvmlite": "comes with numba",
    "numpy": "17 MB; ways, planning, the dispatch board",
    "networkx": "13 MB; `campus.path_graph`, in processes that find ways",
    "openpyxl": "15 MB with lxml; `core.sheets`, when a table is downloaded",
    "lxml": "comes with openpyxl",
    "pywebpush": "15 MB with aiohttp; `notifications.channels.push`, when a browser is told something",
    "aiohttp": "comes with pywebpush",
    "alipay": "7 MB with OpenSSL and Cryptodome; `payments.gateways.alipay.gateway`, when Alipay is asked",
    "wechatpayv3": "5 MB; `payments.gateways.wechatpay.client`, when WeChat Pay is asked",
    "pillow_heif": "3 MB, 26 more when it decodes; `core.image_kinds`, when somebody sends a HEIC",
    "boto3": "20 MB; where photos are kept in object storage",
}
START = """
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import campus_errand.asgi, campus_errand.celery, campus_errand.worker
import sys
print(*sys.modules)
"""


def test_what_starts_loads_no_heavy_library():
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    found = [f"{name}: {why}" for name, why in HEAVY.items() if name in loaded]
    assert not found, (
        "loaded at the start, but only some processes need it (import it where it is used):\n"
        + "\n".join(found)
    )
