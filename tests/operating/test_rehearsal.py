"""A backup is worth what its restore brings back: rehearsed into an empty installation, and compared."""

import hashlib
import json

import psycopg2
import pytest
from cryptography.fernet import Fernet

from core.models import Heartbeat
from tests.operating.conftest import KEY

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

# Asked of the restored installation by its own code: a login, a photo, and what only the right key opens.
ASK = """
import django, hashlib, json, sys
django.setup()
from allauth.mfa.models import Authenticator
from django.test import Client
from accounts.rotation import read_secret
from payments.models import Withdrawal
from payments.selectors import check_ledger
phone, password, photo = sys.argv[1:]
client = Client()
login = client.post("/accounts/login/", {"login": phone, "password": password})
picture = client.get(photo)
print(json.dumps({
    "login": login.status_code, "home": client.get("/me/").status_code, "photo": picture.status_code,
    "sha256": hashlib.sha256(b"".join(picture)).hexdigest(), "account_no": Withdrawal.objects.get().account_no,
    "secret": len(read_secret(Authenticator.objects.get().data["secret"])), "ledger": check_ledger(),
}))
"""


def files(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_empty_installation_becomes_the_one_that_was_backed_up(
    in_use, script, rows, execute, empty_database, tmp_path
):
    before, pictures = rows(in_use.database), files(in_use.media)
    assert len(pictures) == 1
    for old in ("errand-20200101-000000", "errand-20200102-000000", "of-somebody-else"):
        (tmp_path / "kept" / old).mkdir(parents=True)
    done = script(
        "backup", "--to", tmp_path / "kept", "--keep", "2", "--quiet",
        database=in_use.database, media=in_use.media,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert Heartbeat.objects.filter(name="backup").exists()
    oldest, backup, other = sorted(path for path in (tmp_path / "kept").iterdir() if path.is_dir())
    assert (oldest.name, other.name) == ("errand-20200102-000000", "of-somebody-else")

    database, media = empty_database(), tmp_path / "other"
    done = script("restore", backup, database=database, media=media)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "are those of the backup, row by row" in done.stdout
    assert "ledger: nothing to complain of" in done.stdout
    after = rows(database)
    assert {name for name in before if after.get(name) != before[name]} == set()
    assert files(media) == pictures

    for statement in (
        "UPDATE payments_entry SET amount = amount + 1",
        "DELETE FROM payments_transfer",
        "UPDATE payments_account SET balance = balance + 1",
    ):
        with pytest.raises(psycopg2.IntegrityError):
            execute(database, statement)
    answer = script(
        "python", "-c", ASK, in_use.student.phone, "demo-campus", in_use.photo, database=database, media=media
    )
    assert answer.returncode == 0, answer.stderr
    said = json.loads(answer.stdout.splitlines()[-1])
    assert said == {
        "login": 302, "home": 200, "photo": 200, "sha256": next(iter(pictures.values())),
        "account_no": "6222020200112233", "secret": 32, "ledger": [],
    }  # fmt: skip

    # What is in use now is not written over.
    done = script("restore", backup, database=database, media=media)
    assert done.returncode == 1
    assert "not empty: 3 people are in its database" in done.stderr
    assert len(rows(database)["accounts_user"]) == 3


def test_a_damaged_part_is_refused(backup, script, empty_database, rows, tmp_path):
    part = backup / "database.dump"
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    database = empty_database()
    done = script("restore", backup, database=database, media=tmp_path / "other")
    assert done.returncode == 1
    assert "database.dump: FAILED" in done.stdout + done.stderr
    assert "The backup is damaged. Nothing was changed." in done.stderr
    assert rows(database) == {}


def test_wrong_encryption_keys_are_said_in_a_sentence(backup, script, empty_database, rows, tmp_path):
    database = empty_database()
    done = script(
        "restore", backup, database=database, media=tmp_path / "other", key=Fernet.generate_key().decode()
    )
    assert done.returncode == 1
    assert "FIELD_ENCRYPTION_KEYS lacks the key that this backup was encrypted with" in done.stderr
    assert rows(database) == {}


def test_a_backup_of_newer_code_is_refused(backup, script, empty_database, rows, tmp_path):
    manifest = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    manifest["migrations"].append("orders.9999_of_next_year")
    (backup / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    sums = [
        f"{hashlib.sha256((backup / name).read_bytes()).hexdigest()}  {name}"
        for name in ("database.dump", "manifest.json", "media.tar")
    ]
    (backup / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    database = empty_database()
    done = script("restore", backup, database=database, media=tmp_path / "other")
    assert done.returncode == 1
    assert "The backup is newer than this code" in done.stderr
    assert rows(database) == {}


def test_a_backup_names_the_keys_to_keep_and_holds_none(backup):
    text = (backup / "manifest.json").read_text(encoding="utf-8")
    assert {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"} <= set(json.loads(text)["kept_apart"])
    everything = b"".join(path.read_bytes() for path in backup.iterdir())
    assert KEY.encode() not in everything
    assert {path.stat().st_mode & 0o077 for path in [backup, *backup.iterdir()]} == {0}
