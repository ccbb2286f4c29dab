"""Deflate by ISA-L such that the bytes depend on the data alone, in the format of zlib (RFC 1950, RFC 1951).

At its two fast levels ISA-L (2.32, `igzip_icf_body_h1_gr_bt.asm`, label `write_first_byte`) starts a stream by
hashing a register that still holds the address of the stream's state: about one noisy tile in a hundred comes out
otherwise in another process or thread. A stream that starts with history does not take that step. So the first
bytes are stored as they are, and are the history of the rest.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

_fast: Any
try:
    from isal import isal_zlib as _fast
except ImportError:  # no wheel for this machine: slower, other bytes, the same data
    _fast = None

FIRST = 32
"""Bytes that are stored as they are [bytes]: enough for a history, too few to be missed."""
HEADER = b"\x78\x01"
"""A zlib stream with a window of 32 KiB, of the fastest kind (RFC 1950, 2.2)."""
RAW, MEMORY = -15, 8


def library() -> str:
    """Which library deflates: isa-l, or zlib where there is none."""
    return "zlib" if _fast is None else "isa-l"


def deflated(data: Any, level: int) -> bytes:
    """A zlib stream of a C-contiguous buffer; level: 1 to 3, the fastest first."""
    view = memoryview(data).cast("B")
    if _fast is None or len(view) <= FIRST:
        return zlib.compress(view, level)
    first = bytes(view[:FIRST])
    rest = _fast.compressobj(level, zlib.DEFLATED, RAW, MEMORY, zlib.Z_DEFAULT_STRATEGY, first)
    # a stored block, not the last one: its length, and that length inverted (RFC 1951, 3.2.4)
    stored = struct.pack("<BHH", 0, FIRST, FIRST ^ 0xFFFF) + first
    return b"".join([HEADER, stored, rest.compress(view[FIRST:]), rest.flush(), struct.pack(">I", _fast.adler32(view))])
