"""GDAL's environment. Entry points call `prepare` before rasterio is imported; `import rs` does not."""

from __future__ import annotations

import os

GDAL_OPTIONS = {
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_CACHEMAX": "128",
    "CPL_LOG": os.devnull,
}
"""No side files, no neighbours in the folder, no network, a small block cache, no chatter on stderr."""


def prepare() -> None:
    """Set GDAL's options for this process and its children, where the user has not set them."""
    for name, value in GDAL_OPTIONS.items():
        os.environ.setdefault(name, value)
    # with more threads GDAL decodes JPEG 2000 ahead and drops the errors: a cut file reads as noise
    os.environ["GDAL_NUM_THREADS"] = "1"
