"""Compiled formulas and GDAL's blocks may be cached or not: files and items are the same bytes."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import rs, tree
from tests.operate.sites import RIVER


def test_what_is_cached_does_not_change_a_byte(scenes: Path, tmp_path: Path) -> None:
    """First with an empty cache, then with a full one, then with none, other threads, blocks and room for GDAL."""
    cache = tmp_path / "cache"
    runs = {
        "cold": ((), {"RS_CACHE_DIR": str(cache)}),
        "warm": (("--threads", 2, "--block", 96), {"RS_CACHE_DIR": str(cache)}),
        "none": (("--threads", 1, "--block", 160), {"RS_CACHE_DIR": "", "GDAL_CACHEMAX": "0"}),
    }
    made = {}
    for name, (words, environment) in runs.items():
        done = rs("produce", "ndvi", scenes / RIVER, "-o", tmp_path / name, *words, **environment)
        assert done.code == 0, done.text
        made[name] = tree(tmp_path / name, "data", "items")
        assert list(cache.glob("rs_kernel_*.py"))
    assert made["cold"] == made["warm"] == made["none"]
    assert len([name for name in made["cold"] if name.endswith(".tif")]) >= 2
