"""The settings of a real installation: clean with what must be given, and refused without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GIVEN = {
    "DJANGO_SETTINGS_MODULE": "campus_errand.settings.prod",
    "SECRET_KEY": "a-long-and-random-key-" + "0123456789abcdef" * 4,
    "DATABASE_URL": "postgres://localhost/none",
    "REDIS_URL": "redis://localhost/0",
    "ALLOWED_HOSTS": "errand.example.org",
    "TRUSTED_PROXIES": "1",
    "FIELD_ENCRYPTION_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "SANDBOX": "1",
    "SMS_PROVIDER": "tencent",
    **dict.fromkeys(
        [
            "TENCENT_SECRET_ID", "TENCENT_SECRET_KEY", "TENCENT_SMS_APP_ID", "TENCENT_SMS_SIGN", "SMS_TEMPLATE_CODE",
            "SMS_TEMPLATE_UNKNOWN_ACCOUNT", "SMS_TEMPLATE_ACCOUNT_EXISTS", "SMS_TEMPLATE_NOTICE",
        ],
        "given",
    ),
}  # fmt: skip


def manage(*arguments, **environment):
    inherited = {
        key: value
        for key, value in os.environ.items()
        if key
        not in {*GIVEN, "DEMO", "DEBUG", "DJANGO_ALLOW_ASYNC_UNSAFE", "INSECURE_HTTP", "STAFF_SECOND_FACTOR"}
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_deploy_is_clean_in_production():
    result = manage("check", "--deploy", "--fail-level", "WARNING", **GIVEN)
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"])
def test_production_does_not_start_without(missing):
    result = manage("check", **{**GIVEN, missing: ""})
    assert result.returncode != 0
    assert f"{missing} must be set in production" in result.stderr


def test_check_deploy_says_that_console_sends_nothing():
    result = manage("check", "--deploy", "--fail-level", "WARNING", **{**GIVEN, "SMS_PROVIDER": "console"})
    assert result.returncode == 1
    assert "accounts.W001" in result.stderr
