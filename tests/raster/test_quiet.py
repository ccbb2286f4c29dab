"""What changes the filters of warnings in a thread waits for its turn; no warning of a missing place escapes."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.windows import Window

from rs.core.grid import Grid, Shape, Transform
from rs.raster.drawing import DrawnMask
from rs.raster.footprint import valid_footprint
from rs.raster.opening import open_raster
from rs.raster.quiet import quiet
from rs.testing.safe_masks import feature, mask_gml

GRID = Grid("EPSG:32649", Transform(10.0, 0.0, 600_000.0, 0.0, -10.0, 2_600_000.0), Shape(70, 90))


def draw(folder: Path, _: Path) -> None:
    ring = [(600_100.0, 2_599_900.0), (600_500.0, 2_599_900.0), (600_300.0, 2_599_500.0), (600_100.0, 2_599_900.0)]
    path = folder / "mask.gml"
    path.write_text(mask_gml([feature("a.0", "MSI_LOST", [ring])], GRID, "mask"), encoding="utf-8")
    assert DrawnMask(str(path), GRID).read(Window(0, 0, 90, 70)).any()


def trace(_: Path, __: Path) -> None:
    assert valid_footprint(np.ones((7, 9), bool), GRID)


def read(_: Path, scenes: Path) -> None:
    open_raster(str(next(scenes.glob("S2_parana_20230511/*.tif")))).close()


@pytest.mark.parametrize("work", [draw, trace, read])
def test_work_of_a_thread_waits_for_its_turn(work: Callable[[Path, Path], None], tmp_path: Path, scenes: Path) -> None:
    thread = threading.Thread(target=work, args=(tmp_path, scenes))
    with quiet():
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(30)
    assert not thread.is_alive()


def test_only_that_warning_is_quiet() -> None:
    with quiet():
        warnings.warn("unplaced", NotGeoreferencedWarning, stacklevel=1)
        with pytest.raises(UserWarning, match="other"):
            warnings.warn("other", stacklevel=1)
    with pytest.raises(NotGeoreferencedWarning):
        warnings.warn("unplaced", NotGeoreferencedWarning, stacklevel=1)
