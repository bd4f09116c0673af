"""Asks /readyz/ from inside a container, under the name that the installation answers to."""

import os
import re
import sys
import urllib.request

names = os.environ.get("ALLOWED_HOSTS") or os.environ["DOMAIN"]
host = re.split(r"[,\s]+", names.strip())[0].lstrip(".")
request = urllib.request.Request("http://127.0.0.1:8000/readyz/", headers={"Host": host})
with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - an address of our own; 503 raises
    sys.exit(answer.status != 200)
