"""Where files are kept: photos on a disk or in a bucket, and the folder for everything else."""

import os
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

MEDIA_URL = "/media/"
# Evidence photos are never served from a public folder: a view checks who may see each one.
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
# Several hosts need one place for photos: a shared file system at MEDIA_ROOT, or a bucket.
MEDIA_S3_BUCKET = os.environ.get("MEDIA_S3_BUCKET", "")
_media: dict[str, Any] = {"BACKEND": "core.media.Disk"}
if MEDIA_S3_BUCKET:
    _media = {
        "BACKEND": "core.storage.PrivateBucket",
        "OPTIONS": {
            "bucket_name": MEDIA_S3_BUCKET,
            "endpoint_url": os.environ.get("MEDIA_S3_ENDPOINT") or None,
            "region_name": os.environ.get("MEDIA_S3_REGION") or None,
            "access_key": os.environ.get("MEDIA_S3_ACCESS_KEY") or None,
            "secret_key": os.environ.get("MEDIA_S3_SECRET_KEY") or None,
            "location": os.environ.get("MEDIA_S3_PREFIX", ""),
            # "virtual" where the bucket is part of the name (Aliyun OSS), "path" where it is not (MinIO).
            "addressing_style": os.environ.get("MEDIA_S3_ADDRESSING", "auto"),
        },
    }
STORAGES = {
    "default": _media,
    "staticfiles": {"BACKEND": "core.static_files.MinifiedStorage"},
}
