"""The generator of Landsat folders: names, three forms of one MTL, flag values as the provider has them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from rs.testing import LandsatSpec, coast, write_landsat
from rs.testing.landsat_flags import bqa_of, qa_pixel_of, radsat_of


def test_flag_values_are_those_of_real_files() -> None:
    classes = np.array([[0, 5, 6, 9, 3]], np.uint8)
    assert qa_pixel_of(classes).tolist() == [[1, 21824, 21952, 22280, 23888]]
    assert bqa_of(np.array([[0, 4, 9]], np.uint8), 1).tolist() == [[1, 2720, 2800]]
    assert bqa_of(np.array([[0, 4, 6, 9, 10]], np.uint8), 0).tolist() == [[1, 20480, 20512, 53248, 28672]]
    assert radsat_of({1: np.array([[np.inf, 0.1]]), 7: np.array([[0.1, np.inf]])}).tolist() == [[1, 64]]


def test_the_three_forms_say_the_same(tmp_path: Path) -> None:
    spec = LandsatSpec(size=(20, 30))
    root = write_landsat(tmp_path, coast(spec.extent), spec)
    assert root.name == "LC09_L2SP_122044_20241107_20241116_02_T1"
    stated = json.loads((root / f"{root.name}_MTL.json").read_text())["LANDSAT_METADATA_FILE"]
    text = (root / f"{root.name}_MTL.txt").read_text()
    xml = (root / f"{root.name}_MTL.xml").read_text()
    for group in stated.values():
        for tag, value in group.items():
            assert f"{tag} = {value}" in text.replace('"', "")
            assert f"<{tag}>{value}</{tag}>" in xml
    for tag, value in stated["PRODUCT_CONTENTS"].items():
        if tag.startswith("FILE_NAME"):
            assert (root / value).is_file()


def test_the_panchromatic_band_shares_the_first_centre(tmp_path: Path) -> None:
    spec = LandsatSpec(level="L1", platform="landsat-7", size=(20, 30))
    root = write_landsat(tmp_path, coast(spec.extent, toa=True), spec)
    with rasterio.open(root / f"{root.name}_B8.TIF") as fine, rasterio.open(root / f"{root.name}_B3.TIF") as coarse:
        assert fine.shape == (39, 59)
        assert fine.xy(0, 0) == coarse.xy(0, 0)
        assert fine.dtypes == ("uint8",)


@pytest.mark.parametrize(
    "stated", [{"platform": "landsat-3"}, {"level": "L3"}, {"level": "L2", "collection": 1},
               {"level": "L1", "platform": "landsat-5", "collection": 0}],
)  # fmt: skip
def test_what_never_was_is_refused(stated: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no such|only OLI"):
        LandsatSpec(**stated)  # type: ignore[arg-type]
