"""What apps declare of their settings beside the code that needs them: payments/gateways/<name>/settings.toml.

A file has `needed` (names of the environment with their defaults), and may have `secrets` (which of them may stand in a
file), `transfers` (names besides, or tables that are settings themselves) and `form_action` (addresses that its pages
send people to).
"""

import os
import tomllib
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent.parent
GATEWAYS: dict[str, dict[str, Any]] = {
    path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((_ROOT / "payments" / "gateways").glob("*/settings.toml"))
}
SECRETS = [name for declared in GATEWAYS.values() for name in declared.get("secrets", [])]


def read(table: dict[str, Any]) -> dict[str, Any]:
    """The values of a table: from the environment where it has them. A table inside is a value itself."""
    return {
        name: default if isinstance(default, dict) else os.environ.get(name, default)
        for name, default in table.items()
    }
