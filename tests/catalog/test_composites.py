"""Composites by the command line: published, valid, linked to every scene, verified, listed, and made once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pystac
import pytest
from pystac import STACObjectType
from tests.catalog.sample import items, once
from tests.catalog.test_schemas import Offline
from tests.cli.command import rs

from rs.catalog.attestation import inputs_of, subjects_of
from rs.catalog.item import main_asset
from rs.exchange.listing import write_draft

DATES = ("S2_parana_20230511", "S2_parana_20231212", "S2_parana_20240520", "S2_parana_20241216")
BOTH = ("geomedian", "median")


@pytest.fixture(scope="session")
def composites(tmp_path_factory: pytest.TempPathFactory, scenes: Path) -> Path:
    """Output folder of both composites of the four dates; read only."""

    def make(out: Path) -> None:
        done = rs("produce", ",".join(BOTH), *(scenes / name for name in DATES), "-o", out, "--json")
        assert done.code == 0, done.text
        assert [made["product"] for made in done.document()["made"]] == list(BOTH)
        assert done.document()["verification"]["ok"]

    return once(tmp_path_factory, "composites", make)


def bodies(composites: Path) -> list[dict[str, Any]]:
    """Both items, geomedian first."""
    return [body for _, body in items(composites)]


def test_items_say_what_they_are_made_of(composites: Path) -> None:
    for product, item in zip(BOTH, bodies(composites), strict=True):
        said = item["properties"]
        assert item["collection"] == product and said["rs:scenes"] == list(DATES)
        assert said["datetime"] is None and "2023-05-11 to 2024-12-16" in said["title"]
        assert (said["start_datetime"], said["end_datetime"]) == ("2023-05-11T00:00:00Z", "2024-12-16T23:59:59Z")
        assert said["platform"] == "sentinel-2" and said["constellation"] == "sentinel-2"
        assert said["rs:cloud_state"] == "unsure" and "eo:cloud_cover" not in said
        assert main_asset(item) == "blue"
        own = ["blue", "count", "green", "lineage", "nir", "quicklook", "red", "swir16", "swir22", "thumbnail"]
        assert sorted(item["assets"]) == sorted(own + (["bcmad", "emad", "smad"] if product == "geomedian" else []))
        assert len(said["rs:inputs"]) == 4 * 6 and f"{DATES[0]}/red" in said["rs:inputs"]
        assert len(subjects_of(item)) == 1 + len(item["assets"]) and len(inputs_of(item)) == 24


def test_links_lead_to_what_is_known_of_each_scene(composites: Path) -> None:
    for path, item in items(composites):
        links = [link for link in item["links"] if link["rel"] == "derived_from"]
        assert [link["title"] for link in links] == list(DATES)
        for link in links:
            file, pointer = link["href"].split("#")
            found = json.loads((path.parent / file).read_bytes())
            for step in pointer.strip("/").split("/"):
                found = found[int(step)] if isinstance(found, list) else found[step]
            assert found["id"] == link["title"] and found["clear_pixels"] > 0
            assert found["start"].startswith(f"{link['title'][-8:-4]}-{link['title'][-4:-2]}")


def test_pystac_reads_them_with_their_files(composites: Path) -> None:
    catalog = pystac.Catalog.from_file(str(composites / "index" / "catalog.json"))
    found = list(catalog.get_items(recursive=True))
    assert sorted(item.collection_id for item in found if item.collection_id) == list(BOTH)
    for item in found:
        assert item.common_metadata.start_datetime and item.common_metadata.end_datetime
        assert all(Path(asset.get_absolute_href() or "").is_file() for asset in item.assets.values())


@pytest.mark.shared
def test_core_and_extension_schemas_hold(composites: Path, shared: Path) -> None:
    folder = shared / "stac-schemas"
    if not folder.is_dir():
        pytest.skip("shared/stac-schemas is not beside this checkout")
    validator = Offline()
    for file in folder.glob("*/*/schema.json"):
        body = json.loads(file.read_bytes())
        validator.schema_cache[body["$id"].rstrip("#")] = body
    for path, item in items(composites):
        validator.everything(item, STACObjectType.ITEM, str(path))
    for product in BOTH:
        path = composites / "index" / product / "collection.json"
        validator.everything(json.loads(path.read_bytes()), STACObjectType.COLLECTION, str(path))


def test_it_verifies_clean_and_is_made_once(composites: Path, scenes: Path) -> None:
    done = rs("verify", composites, "--json")
    assert done.code == 0 and done.document()["ok"] and not done.document()["findings"]
    again = rs("produce", "median", *(scenes / name for name in DATES[::-1]), "-o", composites, "--json").document()
    assert not again["made"] and [one["stale"] for one in again["standing"]] == [False]
    assert again["exit"] == 0


def test_the_page_and_a_listing_know_the_layers_that_are_there(composites: Path, tmp_path: Path) -> None:
    page = (composites / "index" / "index.html").read_text(encoding="utf-8")
    assert all(page.count(f"items/{product}/") == 1 for product in BOTH) and "2023-05-11 – 2024-12-16" in page
    for product in BOTH:
        _, draft = write_draft(composites, product, tmp_path / f"{product}.json")
        names = [layer["name"] for layer in draft["layers"]]
        assert names[:6] == ["blue", "green", "red", "nir", "swir16", "swir22"] and "nir08" not in names
        assert draft["when"]["observations"] == 4
        (way,) = draft["what"]["recipes"]
        assert way["name"] == product and "edian of the clear observations" in way["title"]
