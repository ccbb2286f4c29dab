"""Silence about rasters without georeference: whether it is missing is judged by the grid, not by a warning."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from rasterio.errors import NotGeoreferencedWarning

_filters = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """No warning of a missing georeference within, one thread at a time.

    The filters of warnings belong to the whole process. rasterio changes them, too, when it draws or opens: what
    does either in a thread does it in here, else one thread takes back the other's filters in the middle.
    """
    with _filters, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield
