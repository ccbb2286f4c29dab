"""Products of synthetic scenes through the engine and through acquisition, folder and zip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from made import spec_of

from rs.core.bands import Band
from rs.core.result import Result
from rs.operate.acquire import Arrival, acquire
from rs.pipeline.choose import Job, choose
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import products
from rs.testing import World, write_safe, zip_product


@pytest.fixture(scope="module")
def truth() -> tuple[np.ndarray, np.ndarray]:
    """Red and near infrared in whole counts, so that the index is known exactly."""
    random = np.random.default_rng(4)
    red = random.integers(100, 2_000, (120, 120)) * 1e-4
    return red, red + random.integers(200, 4_000, (120, 120)) * 1e-4


@pytest.fixture(scope="module")
def product(truth: tuple[np.ndarray, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clear product of vegetated land with that red and near infrared."""
    spec = spec_of()
    values = {Band.RED: truth[0], Band.NIR: truth[1], Band.SWIR16: np.full((60, 60), 0.25)}
    world = World.of_arrays(values, spec.extent, np.full((60, 60), 4, np.uint8))
    return write_safe(tmp_path_factory.mktemp("engine"), world, spec)


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("threads, block", [(1, 1024), (2, 50)])
def test_ndvi_is_that_of_the_reflectance_put_in(
    truth: tuple[np.ndarray, np.ndarray], product: Path, tmp_path: Path, form: str, threads: int, block: int
) -> None:
    path = product if form == "folder" else zip_product(product, tmp_path / f"{product.stem}.zip")
    scene = prepare(str(path))
    assert all(asset.digest for asset in (*scene.assets.values(), *(s.asset for s in scene.quality)))
    job = choose(scene, products()["ndvi"])
    assert isinstance(job, Job)
    assert job.slot == "ndvi_sentinel-2b_20241105T025331_49QGF"
    (result,) = produce(Unit(scene, (job,), str(tmp_path / "staging"), threads, block))
    assert isinstance(result, Result), result
    file = next(f for f in result.files if f.asset == "ndvi")
    with rasterio.open(next((tmp_path / "staging").rglob(Path(file.name).name))) as dataset:
        found = dataset.read(1) * dataset.scales[0] + dataset.offsets[0]
    red, nir = truth
    np.testing.assert_allclose(found, (nir - red) / (nir + red), rtol=0, atol=1e-4)
    assert result.valid_fraction == 1.0


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_acquisition_copies_what_is_used_and_twice_copies_nothing(product: Path, tmp_path: Path, form: str) -> None:
    path = product if form == "folder" else zip_product(product, tmp_path / f"{product.stem}.zip")
    arrival = Arrival(str(path), str(tmp_path / "scenes"))
    scene = acquire(arrival)
    kept = Path(tmp_path / "scenes" / scene.id)
    assert all(Path(file).is_relative_to(kept) for file in scene.files)
    assert len(scene.files) == (1 if form == "zip" else 12 + 12 + 1 + 3)
    assert all(asset.digest for asset in scene.assets.values())
    stamps = {file: Path(file).stat().st_mtime_ns for file in scene.files}
    assert acquire(arrival) == scene
    assert stamps == {file: Path(file).stat().st_mtime_ns for file in scene.files}
