"""GDAL's environment. Entry points call `prepare` before rasterio is imported; `import rs` does not."""

from __future__ import annotations

import os
import sys
from typing import Any

GDAL_OPTIONS = {
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_CACHEMAX": "128",
    "CPL_LOG": os.devnull,
}
"""No side files, no neighbours in the folder, no network, a small block cache, no chatter on stderr."""

LIBRARIES = {
    "OPENBLAS_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**28),
}  # fmt: skip
"""No linear algebra is done here, and threads that wait for some take the time of others. Memory of one block is
kept for the next: to get it anew from the system for each costs as much as a formula on it."""


def prepare() -> None:
    """Set GDAL's options for this process and its children, where the user has not set them."""
    for name, value in (GDAL_OPTIONS | LIBRARIES).items():
        os.environ.setdefault(name, value)
    # with more threads GDAL decodes JPEG 2000 ahead and drops the errors: a cut file reads as noise
    os.environ["GDAL_NUM_THREADS"] = "1"


def load_rasterio() -> None:
    """Import rasterio without boto3, which it would load where it is installed, as long as all of its own.

    Nobody asks it for credentials here: GDAL and the stores find those of a bucket by themselves.
    """
    if "boto3" in sys.modules:
        return
    absent: Any = None
    sys.modules["boto3"] = absent
    try:
        import rasterio  # noqa: F401
    finally:
        del sys.modules["boto3"]
