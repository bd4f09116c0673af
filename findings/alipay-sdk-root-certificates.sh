#!/bin/sh
# python-alipay-sdk 3.4.0, certificate mode: the chain of root certificates is cut at empty lines, so the serial number that each request carries
# (`alipay_root_cert_sn`) depends on white space. The same certificates without an empty line between them, as `cat` joins them, or
# with the line ends of Windows, are taken for one: only the first is counted, and nothing complains. cryptography reads
# both from each of them. Put an empty line between certificates, with plain line ends, before the library sees them.
# Needs python3 with venv. The certificates are made here.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-alipay-sdk==3.4.0 cryptography==50.0.2
cat >"$folder/roots.py" <<'PYTHON'
from datetime import datetime, timedelta, timezone

from alipay import DCAliPay
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID as Oid


def root(name, serial):
    parts = ((Oid.COUNTRY_NAME, "CN"), (Oid.ORGANIZATION_NAME, "Bank"), (Oid.ORGANIZATIONAL_UNIT_NAME, "Roots"))
    subject = x509.Name([x509.NameAttribute(oid, what) for oid, what in (*parts, (Oid.COMMON_NAME, name))])
    key, now = rsa.generate_private_key(65537, 2048), datetime.now(timezone.utc)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), serial, now, now + timedelta(days=1))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


one, two = root("Root R1", 1001), root("Root R2", 1002)
chains = {"empty line": f"{one}\n{two}", "joined": one + two, "Windows": f"{one}\n{two}".replace("\n", "\r\n")}
for name, chain in chains.items():
    seen = len(x509.load_pem_x509_certificates(chain.encode()))
    counted = len(DCAliPay.get_root_cert_sn(chain).split("_"))
    print(f"{name}: {seen} certificates, {counted} in the serial number")
PYTHON
said=$("$folder/venv/bin/python" "$folder/roots.py")
echo "$said"
[ "$said" = "empty line: 2 certificates, 2 in the serial number
joined: 2 certificates, 1 in the serial number
Windows: 2 certificates, 1 in the serial number" ] || { echo "CHANGED"; exit 1; }
