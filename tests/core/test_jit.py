"""Plain loops compiled where they may be kept: same results, shared helpers, found again by another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rs.algorithms.neighbourhood import disk, grow
from rs.core.jit import generated, jitted, use_cache


@pytest.mark.parametrize("kept", [True, False])
def test_compiled_is_the_plain_loop(kept: bool, tmp_path: Path, kernel_cache: Path) -> None:
    try:
        use_cache(tmp_path if kept else None)
        mask = (np.arange(63).reshape(7, 9) % 11 == 0).astype(np.uint8)
        plain, fast = np.empty_like(mask), np.empty_like(mask)
        grow(mask, np.uint8(1), disk(2), plain)
        jitted(grow)(mask, np.uint8(1), disk(2), fast)
        assert (plain == fast).all()
        assert jitted(grow) is jitted(grow) and jitted(grow) is not grow
        assert any(tmp_path.glob("rs_kernel_*.py")) is kept
    finally:
        use_cache(kernel_cache)


def test_functions_of_a_module_call_each_other_and_other_processes_find_them(tmp_path: Path) -> None:
    (tmp_path / "loops.py").write_text(
        "import numpy as np\n\n\ndef twice(x):\n    return 2 * x\n\n\n"
        "def fill(out):\n    for i in range(len(out)):\n        out[i] = twice(i)\n"
    )
    code = (
        "from pathlib import Path; import numpy as np; from rs.core.jit import jitted, use_cache; import loops;"
        f"assert use_cache(Path({str(tmp_path / 'kept')!r})); out = np.zeros(4); f = jitted(loops.fill); f(out);"
        "print(out.tolist(), sum(f.stats.cache_hits.values()))"
    )
    told = []
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        told.append(done.stdout.split("] "))
    assert [words[0] for words in told] == ["[0.0, 2.0, 4.0, 6.0"] * 2
    assert [int(words[1]) for words in told] == [0, 1]


def test_the_same_source_is_one_module() -> None:
    assert generated("x = 1\n") is generated("x = 1\n")
    assert generated("x = 1\n") is not generated("x = 1\n", "other callees")
