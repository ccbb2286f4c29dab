"""The two Landsat sample scenes, and copies of them that a test may damage."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

LC08 = "LC08_L2SP_001062_20201031_20201106_02_T2"
LC09 = "LC09_L2SP_231062_20230723_20230802_02_T1"
Copy = Callable[[str], Path]


def edit(folder: Path, pattern: str, text: str) -> None:
    """Replace the first match in the MTL."""
    path = folder / f"{folder.name}_MTL.txt"
    old = path.read_text()
    new = re.sub(pattern, text, old, count=1)
    assert new != old
    path.write_text(new)
