"""A published catalogue of a few sample scenes, made once by the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCENES = ("S2A_33TWM_20230815_0_L2A", "S2_parana_20230511", "LC09_L2SP_231062_20230723_20230802_02_T1")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """The output folder of `rs produce` of all products of three scenes."""
    out = tmp_path_factory.mktemp("published")
    words = [str(Path(sys.executable).parent / "rs"), "produce", "ndvi,water_extent,turbidity,water_colour"]
    subprocess.run([*words, *(str(scenes / name) for name in SCENES), "-o", str(out)], check=True)
    return out
