#!/bin/sh
# wechatpayv3 2.0.4: without a configured public key, making the client calls WeChat Pay: `WeChatPay(…)` fetches the platform's certificates and
# raises when there is no network, so a process that makes its client at start does not start while WeChat is away. With
# `public_key` and `public_key_id` it is made offline.
# Needs python3 with venv. Calls go to a proxy address at which nobody listens.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check wechatpayv3==2.0.4
cat >"$folder/client.py" <<'PYTHON'
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from wechatpayv3 import WeChatPay, WeChatPayType

key = rsa.generate_private_key(65537, 2048)
private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def made(**more):
    try:
        WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE, mchid="1900000001", private_key=private, cert_serial_no="ABC",
            apiv3_key="k" * 32, appid="wx1", proxy={"https": "http://127.0.0.1:9"}, timeout=(3, 3), **more,
        )  # fmt: skip
        return "made"
    except Exception as error:
        return type(error).__name__


print("with certificates:", made())
print("with a public key:", made(public_key=public, public_key_id="PUB_KEY_ID_1"))
PYTHON
said=$("$folder/venv/bin/python" "$folder/client.py")
echo "$said"
[ "$said" = "with certificates: ProxyError
with a public key: made" ] || { echo "CHANGED"; exit 1; }
