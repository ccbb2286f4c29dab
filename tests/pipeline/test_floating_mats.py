"""Mats that both water tests take for land: kept amid water with the bit unsure, left out as land elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from producing import counts_in, made_of, result_of, skipped_of, values_in
from scenes import write_item

from rs.core.bands import Band, Quality
from rs.core.result import Result

WATER = {Band.BLUE: 0.03, Band.GREEN: 0.04, Band.RED: 0.02, Band.NIR08: 0.01, Band.SWIR16: 0.005}
MEADOW = {Band.BLUE: 0.03, Band.GREEN: 0.07, Band.RED: 0.03, Band.NIR08: 0.35, Band.SWIR16: 0.12}
"""Reflectance [1]: green below shortwave infrared, as a thick mat and a meadow both have it."""

SHORE = np.s_[:, 60:]
MAT = np.s_[30:33, 10:50]
SCL_PLANTS, SCL_WATER = 4, 6


def looks_of(dense: NDArray[np.bool_]) -> dict[Band, NDArray[np.float64]]:
    """Bands of water with dense plants on it."""
    return {band: np.where(dense, MEADOW[band], WATER[band]) for band in WATER}


@pytest.fixture(scope="module", params=[True, False], ids=["classified", "unclassified"])
def algae(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Floating algae of a bay with a meadow at its shore and a mat in its middle, both the same to look at."""
    dense = np.zeros((80, 80), bool)
    dense[SHORE] = dense[MAT] = True
    scl = np.where(dense, SCL_PLANTS, SCL_WATER) if request.param else None
    folder = write_item(tmp_path_factory.mktemp("bay"), looks_of(dense), scl=scl)
    made = made_of(folder, tmp_path_factory.mktemp("made"), ["floating_algae"], block=32)
    return result_of(made["floating_algae"])


def test_a_mat_amid_water_is_kept_and_unsure(algae: Result) -> None:
    assert (values_in(algae, "algae_cover")[MAT] == 1).all()
    bits = counts_in(algae, "quality")
    assert (bits[MAT] & int(Quality.UNSURE) != 0).all()
    assert (bits[MAT] & int(Quality.LAND | Quality.WATER) == 0).all()


def test_a_meadow_at_the_shore_is_land(algae: Result) -> None:
    assert np.isnan(values_in(algae, "floating_algae")[SHORE]).all()
    assert (counts_in(algae, "quality")[SHORE] & int(Quality.LAND) != 0).all()


def test_water_bears_an_index_and_no_algae(algae: Result) -> None:
    water = np.ones((80, 80), bool)
    water[SHORE] = water[MAT] = False
    assert (values_in(algae, "algae_cover")[water] == 0).all()


def test_where_nothing_tells_land_from_water_nothing_is_made(tmp_path: Path) -> None:
    looks = looks_of(np.zeros((8, 8), bool))
    bare = {band: looks[band] for band in (Band.RED, Band.NIR08, Band.SWIR16)}
    made = made_of(write_item(tmp_path / "bare", bare), tmp_path, ["floating_algae"])
    assert "it leaves out land, and nothing tells" in skipped_of(made["floating_algae"]).reason
