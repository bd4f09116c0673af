"""Asks /healthz/ from inside a container, under the name that the installation answers to."""

import os
import sys
import urllib.request

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
host = os.environ["ALLOWED_HOSTS"].split(",")[0]
request = urllib.request.Request(f"{address}/healthz/", headers={"Host": host})  # noqa: S310
with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - an address of our own; 503 raises
    sys.exit(answer.status != 200)
