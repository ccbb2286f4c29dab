"""Products of the sample scenes, made once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest
from landsat import LC09
from producing import FOUR, made_of
from samples import PARANA

from rs.core.result import Outcome
from rs.testing import LandsatSpec, coast, write_landsat


@pytest.fixture(scope="session")
def parana(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Outcomes of the Parana scene, by product: all that it can give."""
    return made_of(scenes / "S2_parana_20230511", tmp_path_factory.mktemp("parana"), PARANA)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Surface temperature, which no sample scene gives, of a synthetic Landsat 9 scene."""
    spec = LandsatSpec("L2", "landsat-9", size=(80, 120))
    scene = write_landsat(tmp_path_factory.mktemp("warm"), coast(spec.extent), spec)
    return made_of(scene, tmp_path_factory.mktemp("warm_made"), ["surface_temperature"])["surface_temperature"]


@pytest.fixture(scope="session")
def manaus(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Outcomes of the Manaus scene, by product."""
    return made_of(scenes / LC09, tmp_path_factory.mktemp("manaus"), FOUR)


@pytest.fixture(scope="session")
def both_alps(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Outcome]]:
    """Outcomes of the two 33TWM scenes, by day."""
    return {
        day: made_of(scenes / f"S2A_33TWM_{day}_0_L2A", tmp_path_factory.mktemp("alps"), FOUR)
        for day in ("20230815", "20230818")
    }


@pytest.fixture(params=["20230815", "20230818"])
def alps(
    request: pytest.FixtureRequest, scenes: Path, both_alps: dict[str, dict[str, Outcome]]
) -> tuple[Path, dict[str, Outcome]]:
    """Folder and outcomes of each of the two 33TWM scenes."""
    return scenes / f"S2A_33TWM_{request.param}_0_L2A", both_alps[request.param]
