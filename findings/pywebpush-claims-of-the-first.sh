#!/bin/sh
# pywebpush 2.5.0: `webpush` writes the audience of the push service into the caller's own `vapid_claims`, and takes what it finds there the
# next time. One dict of claims for all subscriptions, as it would be kept in settings, works for the first browser's
# service; what goes to any other one is signed for the wrong audience. Give each call a dict of its own.
# Needs python3 with venv. Nothing is sent: `curl=True` prepares the request only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pywebpush==2.5.0
cat >"$folder/push.py" <<'PYTHON'
import base64
import json
import os
import re

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pywebpush import webpush


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


vapid = Vapid02()
vapid.generate_keys()
browser = ec.generate_private_key(ec.SECP256R1()).public_key()
keys = {
    "p256dh": text(browser.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
    "auth": text(os.urandom(16)),
}


def audience(service, claims):
    request = webpush(
        {"endpoint": f"https://{service}/id", "keys": keys}, "hello", vapid, claims, curl=True
    )
    payload = re.search(r"vapid t=[^.]+\.([^.]+)\.", request)[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]


shared = {"sub": "mailto:push@example.org"}
print("shared:", *(audience(service, shared) for service in ("one.example", "two.example")))
print("own:", *(audience(service, {"sub": shared["sub"]}) for service in ("one.example", "two.example")))
PYTHON
cd "$folder"
said=$(venv/bin/python push.py)
echo "$said"
[ "$said" = "shared: https://one.example https://one.example
own: https://one.example https://two.example" ] || { echo "CHANGED"; exit 1; }
