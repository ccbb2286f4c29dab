"""The published catalogue of all sample scenes, read as its users read it: links, numbers, bits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from shapely.geometry import box, shape
from tests.catalog.sample import collections, items

from rs.catalog import schema
from rs.catalog.schema import check_core

PREFIXES = {
    "proj": schema.PROJECTION, "raster": schema.RASTER, "eo": schema.EO, "file": schema.FILE, "view": schema.VIEW,
    "processing": schema.PROCESSING, "sat": schema.SAT, "grid": schema.GRID, "product": schema.PRODUCT,
    "classification": schema.CLASSIFICATION, "sci": schema.SCIENTIFIC,
}  # fmt: skip


def keys(value: Any) -> Iterator[str]:
    """Every key in a JSON value; inside of our own fields the keys are ours."""
    if isinstance(value, dict):
        yield from value
        value = [inner for key, inner in value.items() if not key.startswith("rs:")]
    for inner in value if isinstance(value, list) else ():
        yield from keys(inner)


def hrefs(path: Path, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(rel or asset key, href) of all links and assets."""
    yield from ((link["rel"], link["href"]) for link in body["links"])
    yield from ((key, asset["href"]) for key, asset in body.get("assets", {}).items())


def test_every_href_is_relative_and_leads_to_a_file(sample: Path) -> None:
    documents = [*items(sample), *collections(sample / "index")]
    documents.append((sample / "index" / "catalog.json", json.loads((sample / "index" / "catalog.json").read_bytes())))
    assert len(documents) == 25 + 4 + 1
    for path, body in documents:
        for name, href in hrefs(path, body):
            if name == "license":
                continue
            assert not re.match(r"[a-z]+:|/", href), (path, href)
            target = (path.parent / href).resolve()
            assert target.is_file() and target.is_relative_to(sample.resolve()), (path, href)


def test_links_lead_from_the_catalogue_to_every_item_and_back(sample: Path) -> None:
    def follow(path: Path, rel: str) -> list[Path]:
        links = json.loads(path.read_bytes())["links"]
        return [(path.parent / link["href"]).resolve() for link in links if link["rel"] == rel]

    catalog = (sample / "index" / "catalog.json").resolve()
    found = [(child, item) for child in follow(catalog, "child") for item in follow(child, "item")]
    assert sorted(item for _, item in found) == sorted(path.resolve() for path, _ in items(sample))
    for child, item in found:
        assert follow(child, "parent") == follow(child, "root") == [catalog]
        assert follow(item, "collection") == follow(item, "parent") == [child]
        assert follow(item, "root") == [catalog]
        assert json.loads(item.read_bytes())["collection"] == json.loads(child.read_bytes())["id"]


def test_core_schemas_hold(sample: Path) -> None:
    for path, body in [*items(sample), *collections(sample / "index")]:
        check_core(body, str(path))
    check_core(json.loads((sample / "index" / "catalog.json").read_bytes()), "catalog.json")


def test_fields_of_an_extension_come_with_its_name(sample: Path) -> None:
    for path, body in [*items(sample), *collections(sample / "index")]:
        used = {key.split(":")[0] for key in keys(body) if ":" in key} - {"rs"}
        assert used and {PREFIXES[prefix] for prefix in used} <= set(body["stac_extensions"]), path
        assert len(body["stac_extensions"]) == len(set(body["stac_extensions"])), path


def test_collections_cover_their_items(sample: Path) -> None:
    for path, body in collections(sample / "index"):
        own = [item for _, item in items(sample) if item["collection"] == body["id"]]
        outer = box(*body["extent"]["spatial"]["bbox"][0])
        first, last = body["extent"]["temporal"]["interval"][0]
        assert own, path
        for item in own:
            properties = item["properties"]
            assert outer.covers(shape(item["geometry"]))
            assert first <= (properties["datetime"] or properties["start_datetime"])
            assert last >= (properties["datetime"] or properties["end_datetime"])
            assert set(item["assets"]) <= set(body["item_assets"])


def test_ids_name_slot_and_key(sample: Path) -> None:
    for path, item in items(sample):
        properties = item["properties"]
        assert item["id"] == path.stem == f"{properties['rs:slot']}_{properties['rs:key'][:8]}"
        assert properties["rs:slot"].startswith(item["collection"] + "_")
        assert path.parent.name == item["collection"] == properties["product:type"]


def test_an_unknown_instant_stays_an_interval(sample: Path) -> None:
    found = [item["properties"] for _, item in items(sample) if item["properties"]["rs:scene"] == "S2_bolzano_2023"]
    assert len(found) == 2
    for properties in found:
        assert properties["datetime"] is None
        assert properties["start_datetime"] < properties["end_datetime"]


@pytest.mark.parametrize("product", ["ndvi", "turbidity", "water_colour", "water_extent"])
def test_footprints_are_valid_and_lie_on_the_grid(sample: Path, product: str) -> None:
    for path, item in items(sample):
        if item["collection"] != product:
            continue
        outline = shape(item["geometry"])
        assert outline.is_valid and outline.area > 0, path
        assert item["bbox"] == pytest.approx(list(outline.bounds), abs=1e-6)
        raster = path.parent / item["assets"][product]["href"]
        with rasterio.open(raster) as dataset:
            corners = rasterio.warp.transform_bounds(dataset.crs, "EPSG:4326", *dataset.bounds, densify_pts=21)
            assert box(*corners).buffer(1e-5).covers(outline), path
            assert list(dataset.shape) == item["properties"]["proj:shape"]
            assert list(dataset.transform)[:6] == pytest.approx(item["properties"]["proj:transform"])
            assert np.allclose(list(dataset.bounds), item["properties"]["proj:bbox"])
