"""Deflated bytes: any zlib reads them, and they are the same from every thread and process."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyramids import made

from rs.raster.codec import predicted
from rs.raster.deflate import FIRST, deflated, library

NOISY = [predicted(made((512, 512), "int16", "wedge", None, seed).counts).tobytes() for seed in (0, 1, 2)]
"""Tiles that ISA-L's own call makes other bytes of at one address of its state in fifteen."""


@given(
    st.one_of(
        st.binary(max_size=3 * FIRST),
        st.builds(lambda one, times: one * times, st.binary(min_size=1, max_size=300), st.integers(1, 900)),
    ),
    st.integers(1, 3),
)
def test_zlib_reads_what_is_deflated(data: bytes, level: int) -> None:
    assert zlib.decompress(deflated(data, level)) == data


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_an_array_is_its_bytes(dtype: str) -> None:
    tile = np.random.default_rng(0).integers(0, 99, (64, 80)).astype(dtype)
    assert deflated(tile, 1) == deflated(tile.tobytes(), 1)


def test_threads_make_the_same_bytes() -> None:
    """All alive at once, so that each has its stack and its heap elsewhere."""
    found: list[bytes] = []
    meet = threading.Barrier(64)

    def make() -> None:
        meet.wait()
        found.append(b"".join(hashlib.sha256(deflated(tile, 1)).digest() for tile in NOISY))

    threads = [threading.Thread(target=make) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 64 and len(set(found)) == 1


def test_processes_make_the_same_bytes() -> None:
    """The system gives each process other addresses."""
    code = (
        "import sys, hashlib; from rs.raster.deflate import deflated; body = sys.stdin.buffer.read(); size = 1 << 19;"
        "made = b''.join(deflated(body[i:i + size], 1) for i in range(0, len(body), size));"
        "print(hashlib.sha256(made).hexdigest())"
    )
    wanted = hashlib.sha256(b"".join(deflated(tile, 1) for tile in NOISY)).hexdigest()
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", code], input=b"".join(NOISY), capture_output=True, check=True)
        assert done.stdout.decode().strip() == wanted


def test_the_fast_library_is_here() -> None:
    """Else nothing above says anything of it."""
    assert library() == "isa-l"
