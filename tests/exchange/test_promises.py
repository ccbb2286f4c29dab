"""What a draft promises holds for the files as they are, tested with the users' own tools."""

from __future__ import annotations

import hashlib
import json
import operator
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rio_cogeo.cogeo import cog_validate

from rs.catalog.schema import check_core
from rs.errors import CheckFailed, RsError
from rs.exchange.listing import write_draft

HOLDS = {"at_most": operator.le, "at_least": operator.ge}


def values(path: Path) -> Any:
    with rasterio.open(path, driver="GTiff") as dataset:
        counts = dataset.read(1, masked=True).compressed()
        return np.unique(counts) * dataset.scales[0] + dataset.offsets[0]


def measured(check: str, parameter: str, path: Path, item: dict[str, Any]) -> list[float]:
    """Everything that a check bounds, of one item."""
    files = {key: Path(os.path.normpath(path.parent / asset["href"])) for key, asset in item["assets"].items()}
    if check == "cog_valid":
        return [float(len(cog_validate(file, strict=True)[1])) for file in files.values() if file.suffix == ".tif"]
    if check == "digest_equal":
        said = {key: asset["file:checksum"].removeprefix("1220") for key, asset in item["assets"].items()}
        return [float(sum(hashlib.sha256(file.read_bytes()).hexdigest() != said[key] for key, file in files.items()))]
    if check == "stac_valid":
        try:
            check_core(item, str(path))
        except RsError:
            return [1.0]
        return [0.0]
    if check == "valid_fraction":
        return [item["properties"][parameter]]
    return [float(value) for value in values(files[parameter])]


@pytest.mark.parametrize("name", ["turbidity", "ndvi", "water_extent"])
def test_every_promise_holds(published_site: Path, tmp_path: Path, name: str) -> None:
    draft = write_draft(published_site, name, tmp_path / "draft.json")[1]
    wanted = {"cog_valid", "stac_valid", "digest_equal", "valid_fraction"}
    assert wanted < {check["check"] for check in draft["checks"]}
    for row in draft["provenance"]["items"]:
        path = published_site / row["path"]
        item = json.loads(path.read_bytes())
        for check in draft["checks"]:
            found = measured(check["check"], check["parameter"], path, item)
            assert found
            if check["bound"] == "one_of":
                assert set(found) <= set(check["threshold"]), check
            else:
                assert all(HOLDS[check["bound"]](value, check["threshold"]) for value in found), check


def test_the_least_valid_item_sets_the_threshold(published_site: Path, tmp_path: Path, items: Any) -> None:
    draft = write_draft(published_site, "turbidity", tmp_path / "draft.json")[1]
    (check,) = [check for check in draft["checks"] if check["check"] == "valid_fraction"]
    assert check["threshold"] == min(item["properties"]["rs:valid_fraction"] for item in items("turbidity"))


def test_a_promise_that_does_not_hold_is_not_made(site: Path, amend: Any) -> None:
    def beyond(item: dict[str, Any]) -> None:
        item["assets"]["turbidity"]["bands"][0]["statistics"]["maximum"] = 1000.05

    amend(site, "turbidity", beyond)
    with pytest.raises(CheckFailed, match=r"turbidity goes from .* to 1000.05, promised is 0.0 to 1000.0"):
        write_draft(site, "turbidity", None)


def test_a_layer_without_a_valid_pixel_is_silent(site: Path, amend: Any) -> None:
    amend(site, "turbidity", lambda item: item["assets"]["turbidity"]["bands"][0].pop("statistics"))
    assert write_draft(site, "turbidity", None)[1]["quality"]["values"] == {}
