"""Photos in a bucket (S3 or what speaks like it), for installations of several hosts.

Private as on a disk: no object is public, and a view checks who may see each one and passes it on.
"""

import functools
from collections.abc import Callable
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from core.media import Careful


def _as_on_a_disk(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a bucket that cannot be reached, or refuses, fail like a disk: callers know one kind of error."""

    @functools.wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise OSError(f"the bucket of photos: {error}") from error

    return wrapped


class PrivateBucket(Careful, S3Storage):
    """A bucket in which nothing is overwritten and nothing is public, with short waits."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 300,
            "custom_domain": None,
            "max_memory_size": 4 * 1024 * 1024,  # a photo stays in memory, not in a temporary file
        }

    def __init__(self, *, addressing_style: str = "auto", **options: Any) -> None:
        super().__init__(
            **options,
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": addressing_style},
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 2, "mode": "standard"},
                # Newer clients add checksums of their own that other makers' buckets refuse.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    _open = _as_on_a_disk(S3Storage._open)
    _save = _as_on_a_disk(S3Storage._save)
    delete = _as_on_a_disk(S3Storage.delete)
    exists = _as_on_a_disk(S3Storage.exists)
    size = _as_on_a_disk(S3Storage.size)
