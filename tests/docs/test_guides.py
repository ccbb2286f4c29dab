"""The examples of the guides are real: they are imported, run on pixels, and give what they promise."""

from __future__ import annotations

import importlib.util
import json
import re
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from rs.core.product import Product
from rs.core.result import Result
from rs.pipeline.choose import Job, choose
from rs.pipeline.period_choose import PeriodJob, choose_period
from rs.pipeline.period_produce import PeriodUnit, produce_period
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import product


def example(root: Path, guide: str, folder: Path, number: int = 0) -> ModuleType:
    """A Python block of a guide, the first unless said otherwise, as an imported module."""
    text = (root / "docs" / guide).read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    path = folder / f"example_{guide.removesuffix('.md')}_{number}.py"
    path.write_text(found[number], encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(scene_path: Path, wanted: Product, folder: Path) -> Result:
    """The result of a product of a scene."""
    scene = prepare(str(scene_path))
    job = choose(scene, wanted)
    assert isinstance(job, Job)
    (outcome,) = produce(Unit(scene, (job,), str(folder)))
    assert isinstance(outcome, Result), outcome
    return outcome


def test_the_product_of_the_guide_runs_on_a_real_scene(root: Path, scenes: Path, tmp_path: Path) -> None:
    burn_ratio = example(root, "add_a_product.md", tmp_path).PRODUCT
    result = made(scenes / "S2_parana_20230511", burn_ratio, tmp_path / "work")
    with rasterio.open(scenes / "S2_parana_20230511" / "20230511.tif") as dataset:
        bands = dict(zip(dataset.descriptions, dataset.read().astype(float) * 1e-4 - 0.1, strict=True))
    expected = (bands["B08"] - bands["B12"]) / (bands["B08"] + bands["B12"])
    with rasterio.open(Path(result.staging) / "burn_ratio.burn_ratio.tif") as dataset:
        values = dataset.read(1, masked=True) * 1e-4
    held = ~np.ma.getmaskarray(values)
    assert held.mean() > 0.99
    np.testing.assert_allclose(values[held], expected[held], atol=0.51e-4)


def test_the_composite_of_the_guide_runs_on_real_dates(root: Path, scenes: Path, tmp_path: Path) -> None:
    quartile = example(root, "add_a_product.md", tmp_path, 1).PRODUCT
    folders = sorted(scenes.glob("S2_parana_*"))
    job = choose_period([prepare(str(folder)) for folder in folders], quartile)
    assert isinstance(job, PeriodJob)
    (result,) = produce_period(PeriodUnit(job, str(tmp_path / "work")))
    assert isinstance(result, Result), result
    dates = []
    for folder in folders:
        with rasterio.open(next(folder.glob("*.tif"))) as dataset:
            raw = dataset.read((dataset.descriptions.index("B04") + 1, dataset.descriptions.index("B08") + 1))
        hidden = ((raw == 0) | (raw == 4294967295)).any(axis=0)
        dates.append(np.where(hidden, np.nan, np.rint(raw * 1.0 - 1000)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = np.nanpercentile(dates, 25, axis=0)
    for k, band in enumerate(("red", "nir")):
        with rasterio.open(Path(result.staging) / f"quartile.{band}.tif") as dataset:
            counts = dataset.read(1, masked=True)
        held = ~np.ma.getmaskarray(counts)
        np.testing.assert_array_equal(held, np.isfinite(expected[k]))
        np.testing.assert_allclose(counts[held], expected[k][held], atol=0.51)


def test_the_sensor_of_the_guide_gives_a_product(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = example(root, "add_a_sensor.md", tmp_path).READER
    folder = tmp_path / "flight"
    folder.mkdir()
    (folder / "drone.json").write_text(json.dumps({"flight": "f1", "time": "2024-05-01T03:00:00+00:00"}))
    profile = {"driver": "GTiff", "width": 20, "height": 10, "count": 1, "dtype": "uint16", "crs": "EPSG:32649",
               "transform": from_origin(700000, 2460000, 1, 1)}  # fmt: skip
    for name, count in (("red", 500), ("nir", 4500)):
        with rasterio.open(folder / f"{name}.tif", "w", **profile) as dataset:
            dataset.write(np.full((1, 10, 20), count, "uint16"))
    assert reader.matches(str(folder)) and not reader.matches(str(tmp_path))
    monkeypatch.setattr("rs.readers.readers", lambda: (reader,))
    result = made(folder, product("ndvi"), tmp_path / "work")
    assert result.statistics["ndvi"].mean == pytest.approx(0.8)
    assert result.valid_fraction == 1.0
