"""What items say about pixels against the pixels: statistics, classes, bits, fractions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from tests.catalog.sample import items

from rs.core.bands import Quality

NOT_CLEAR = ("nodata", "saturated", "cloud", "cloud_shadow", "cirrus", "snow", "terrain_shadow")


def rasters(sample: Path, key: str | None = None) -> Iterator[tuple[dict[str, Any], dict[str, Any], Path]]:
    """(item, asset, file) of every raster asset, or of those under one key."""
    for path, item in items(sample):
        for name, asset in item["assets"].items():
            if asset["href"].endswith(".tif") and key in (None, name):
                yield item, asset, path.parent / asset["href"]


def counts(file: Path) -> NDArray[Any]:
    """Stored counts of a raster file."""
    with rasterio.open(file) as dataset:
        return np.asarray(dataset.read(1))


def decoded(asset: dict[str, Any], raw: NDArray[Any]) -> dict[str, NDArray[np.bool_]]:
    """The bits of a raster by name, as `classification:bitfields` describes them and nothing else."""
    found = {}
    for field in asset["classification:bitfields"]:
        value = (raw >> field["offset"]) & ((1 << field["length"]) - 1)
        names = {entry["value"]: entry["name"] for entry in field["classes"]}
        assert set(np.unique(value).tolist()) <= set(names)
        yes = next(number for number, name in names.items() if name == field["name"])
        found[field["name"]] = value == yes
    return found


def test_statistics_are_those_of_the_file(sample: Path) -> None:
    checked = 0
    for item, asset, file in rasters(sample):
        band = asset["bands"][0]
        if "statistics" not in band:
            continue
        raw, told = counts(file), band["statistics"]
        values = raw[raw != band["nodata"]].astype(np.float64) * band["raster:scale"] + band["raster:offset"]
        assert told["count"] == values.size
        assert told["valid_percent"] == pytest.approx(100 * values.size / raw.size, abs=1e-4)
        for name, value in (("minimum", values.min()), ("maximum", values.max()),
                            ("mean", values.mean()), ("stddev", values.std())):  # fmt: skip
            assert told[name] == pytest.approx(value, rel=1e-9, abs=1e-9), (item["id"], name)
        if file.name.startswith(item["collection"] + "."):
            assert item["properties"]["rs:valid_fraction"] == pytest.approx(values.size / raw.size, abs=1e-6)
        checked += 1
    assert checked >= 25


def test_files_say_what_items_say(sample: Path) -> None:
    for item, asset, file in rasters(sample):
        band = asset["bands"][0]
        with rasterio.open(file) as dataset:
            assert dataset.count == 1 and dataset.dtypes[0] == band["data_type"], item["id"]
            assert dataset.nodata == band.get("nodata")
            assert (dataset.scales[0], dataset.offsets[0]) == (
                band.get("raster:scale", 1),
                band.get("raster:offset", 0),
            )
            assert (dataset.units[0] or None) in (band.get("unit"), "1")
            assert f"EPSG:{dataset.crs.to_epsg()}" == item["properties"]["proj:code"]
            if "statistics" in band:
                mean = float(dataset.tags(1)["STATISTICS_MEAN"]) * band["raster:scale"] + band["raster:offset"]
                assert mean == pytest.approx(band["statistics"]["mean"], rel=1e-9, abs=1e-9)


def test_class_pixels_are_counted_right(sample: Path) -> None:
    checked = 0
    for _, asset, file in rasters(sample):
        classes = asset.get("classification:classes")
        if not classes:
            continue
        raw = counts(file)
        names = {entry["value"]: entry["name"] for entry in classes}
        nodata = asset["bands"][0]["nodata"]
        assert set(np.unique(raw).tolist()) <= {*names, nodata}
        assert nodata not in names
        assert asset["rs:class_pixels"] == {name: int((raw == value).sum()) for value, name in names.items()}
        checked += 1
    assert checked >= 8


def test_quality_bits_decode_by_the_item_alone(sample: Path) -> None:
    for item, asset, file in rasters(sample, "quality"):
        raw = counts(file)
        bits = decoded(asset, raw)
        assert set(bits) == {str(bit.name).lower() for bit in Quality}
        described = sum(1 << f["offset"] for f in asset["classification:bitfields"])
        assert not (raw & ~np.uint16(described)).any(), "a bit that nothing describes"
        measured = ~bits["nodata"]
        clear = ~np.logical_or.reduce([bits[name] for name in NOT_CLEAR])
        properties = item["properties"]
        assert properties["rs:clear_fraction"] == pytest.approx(clear.sum() / measured.sum(), abs=1e-6)
        if properties["rs:cloud_state"] == "known":
            cloudy = bits["cloud"] | bits["cirrus"]
            assert properties["eo:cloud_cover"] == pytest.approx(100 * cloudy.sum() / measured.sum(), abs=1e-4)
        else:
            assert "eo:cloud_cover" not in properties
            assert bits["unsure"][measured].all()


def test_flag_bits_decode_by_the_item_alone(sample: Path) -> None:
    checked = 0
    for item, asset, file in rasters(sample, "flags"):
        raw = counts(file)
        looked_at = raw != asset["bands"][0]["nodata"]
        flags = {name: bit & looked_at for name, bit in decoded(asset, raw).items()}
        refused = item["assets"][item["collection"]]["rs:refused"]
        assert flags["out_of_range"].sum() >= refused["below"] + refused["above"]
        described = sum(1 << f["offset"] for f in asset["classification:bitfields"])
        assert not (raw[looked_at] & ~np.uint8(described)).any()
        assert any(bit.any() for bit in flags.values()), "a flag file without a flag"
        checked += 1
    assert checked


def test_values_stand_only_where_the_quality_bits_allow(sample: Path) -> None:
    for path, item in items(sample):
        main, quality = item["assets"][item["collection"]], item["assets"]["quality"]
        bits = decoded(quality, counts(path.parent / quality["href"]))
        valid = counts(path.parent / main["href"]) != main["bands"][0]["nodata"]
        assert valid.any(), item["id"]
        assert not any((valid & bits[name]).any() for name in NOT_CLEAR), item["id"]
        if item["collection"] in ("turbidity", "water_colour"):
            assert not (valid & ~bits["water"]).any(), item["id"]
