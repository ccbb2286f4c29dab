"""Every statement of a draft listing against what the stored items, files and register say."""

from __future__ import annotations

import hashlib
import json
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from rs.core.product import Theme
from rs.core.scene import Grade
from rs.exchange.listing import write_draft
from rs.products import product

PRODUCTS = ("turbidity", "ndvi", "water_extent")


@pytest.fixture(scope="module", params=PRODUCTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def draft(published_site: Path, name: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return write_draft(published_site, name, tmp_path_factory.mktemp("drafts") / f"{name}.json")[1]


@pytest.fixture
def found(name: str, items: Any) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = items(name)
    assert len(made) == 2
    return made


def properties(found: list[dict[str, Any]], name: str) -> list[Any]:
    return [item["properties"][name] for item in found]


def test_product_and_how_it_was_made(draft: dict[str, Any], found: list[dict[str, Any]], name: str) -> None:
    what = draft["what"]
    assert {what["product"]} == {item["collection"] for item in found} == {name}
    assert {what["product_version"]} == set(properties(found, "version"))
    assert draft["id"] == f"{name}-{found[0]['properties']['version']}"
    assert {what["reflectance"]} == set(properties(found, "rs:reflectance"))
    assert what["platforms"] == Counter(properties(found, "platform"))
    assert what["corrections"] == Counter(properties(found, "rs:correction"))
    assert what["gsd_m"] == sorted(set(properties(found, "gsd")))
    made = {(r["name"], f"recipe: {r['title']}"): r["items"] for r in what["recipes"]}
    notes = [next(note for note in notes if note.startswith("recipe: ")) for notes in properties(found, "rs:notes")]
    assert made == Counter(zip(properties(found, "rs:recipe"), notes, strict=True))


def test_themes_and_family(draft: dict[str, Any], found: list[dict[str, Any]]) -> None:
    assert all(themes == draft["themes"] for themes in properties(found, "rs:themes"))
    assert set(draft["themes"]) <= {theme.value for theme in Theme}
    assert {draft["family"]} == set(properties(found, "rs:family"))


def test_where(draft: dict[str, Any], found: list[dict[str, Any]]) -> None:
    west, south, east, north = zip(*(item["bbox"] for item in found), strict=True)
    assert draft["where"]["bbox"] == [min(west), min(south), max(east), max(north)]
    union = shapely.union_all([shape(item["geometry"]) for item in found])
    drawn = shape(draft["where"]["geometry"])
    assert drawn.is_valid
    assert drawn.symmetric_difference(union).area < 1e-9 * union.area
    assert all(ring.exterior.is_ccw for ring in getattr(drawn, "geoms", [drawn]))
    assert draft["where"]["place_codes"] == ["WRS2-231062"]


def test_when(draft: dict[str, Any], found: list[dict[str, Any]]) -> None:
    assert draft["when"]["interval"] == ["2023-05-11T00:00:00Z", "2023-07-23T14:12:31.279Z"]
    starts = [p["datetime"] or p["start_datetime"] for p in (item["properties"] for item in found)]
    assert draft["when"]["interval"][0] == min(starts)
    assert draft["when"]["observations"] == len(set(properties(found, "rs:scene")))
    assert draft["when"]["exact_times"] == sum(1 for time in properties(found, "datetime") if time)


def test_layers(draft: dict[str, Any], found: list[dict[str, Any]], name: str) -> None:
    declared = {layer.name: layer for layer in product(name).layers}
    assert {layer["name"] for layer in draft["layers"]} == set(declared)
    for layer in draft["layers"]:
        assert layer["valid_range"] == list(declared[layer["name"]].valid)
        assert layer["title"]["zh"] == declared[layer["name"]].title_zh
        for item in found:
            asset = item["assets"][layer["name"]]
            band = asset["bands"][0]
            assert layer["title"]["en"] == asset["title"]
            assert (layer["dtype"], layer["nodata"]) == (band["data_type"], band["nodata"])
            assert (layer["scale"], layer["offset"]) == (band["raster:scale"], band["raster:offset"])
            assert layer["unit"] == band.get("unit", "1")
            classes = [
                (c["value"], c["name"], f"{c['title']['en']} / {c['title']['zh']}") for c in layer.get("classes", [])
            ]
            said = asset.get("classification:classes", [])
            assert classes == [(c["value"], c["name"], c["description"]) for c in said]


def test_licences_are_those_of_the_items(draft: dict[str, Any], found: list[dict[str, Any]]) -> None:
    def terms(item: dict[str, Any]) -> tuple[str, str | None, str]:
        url = next((link["href"] for link in item["links"] if link["rel"] == "license"), None)
        return item["properties"]["license"], url, item["properties"]["attribution"]

    said = Counter(map(terms, found))
    assert {(row["licence"], row.get("terms"), row["attribution"]): row["items"] for row in draft["licences"]} == said
    assert {row["licence"] for row in draft["licences"]} == {"CC0-1.0", "other"}


def test_grade_and_open_mode(draft: dict[str, Any], found: list[dict[str, Any]], published_site: Path) -> None:
    order = [grade.value for grade in Grade]
    assert draft["grade"] == max(properties(found, "rs:grade"), key=order.index)
    collection = json.loads((published_site / draft["what"]["collection"]).read_bytes())
    assert draft["open_mode"] == collection["rs:open_mode"] == "closed"


def test_preview_is_a_real_picture_of_the_fullest_item(
    draft: dict[str, Any], found: list[dict[str, Any]], published_site: Path
) -> None:
    best = max(found, key=lambda item: item["properties"]["rs:valid_fraction"])
    preview, asset = draft["preview"], best["assets"]["quicklook"]
    body = (published_site / preview["path"]).read_bytes()
    assert preview["item"] == best["id"]
    assert hashlib.sha256(body).hexdigest() == preview["sha256"] == asset["file:checksum"].removeprefix("1220")
    assert len(body) == preview["size"] and body.startswith(b"\x89PNG")


def test_quality_numbers(draft: dict[str, Any], found: list[dict[str, Any]], published_site: Path, name: str) -> None:
    quality, shares = draft["quality"], properties(found, "rs:valid_fraction")
    collection = json.loads((published_site / draft["what"]["collection"]).read_bytes())
    assert quality["evidence"]["en"] == collection["rs:evidence"]
    assert {quality["maturity"]} == set(properties(found, "rs:maturity"))
    assert all(quality["limits"]["en"] == limits for limits in properties(found, "rs:limits"))
    assert quality["cloud_state"] == Counter(properties(found, "rs:cloud_state"))
    assert quality["items"] == len(found)
    spread = {"minimum": min(shares), "median": round(statistics.median(shares), 6), "maximum": max(shares)}
    assert quality["valid_fraction"] == spread
    seen = [item["assets"][name]["bands"][0]["statistics"] for item in found]
    assert quality["values"][name]["minimum"] == min(one["minimum"] for one in seen)
    assert quality["values"][name]["maximum"] == max(one["maximum"] for one in seen)
    assert quality["values"][name]["pixels"] == sum(one["count"] for one in seen)


def test_provenance(draft: dict[str, Any], published_site: Path, name: str) -> None:
    entries = [json.loads(path.read_bytes()) for path in sorted((published_site / "register").rglob("*.json"))]
    ours = [entry for entry in entries if entry["fact"]["product"] == name]
    assert draft["provenance"]["position"] == max(entry["number"] for entry in ours)
    rows = {(row["entry"], row["item"], row["sha256"]) for row in draft["provenance"]["items"]}
    assert rows == {(e["number"], e["fact"]["item"], e["fact"]["item_digest"]) for e in ours}
    for row in draft["provenance"]["items"]:
        assert hashlib.sha256((published_site / row["path"]).read_bytes()).hexdigest() == row["sha256"]


def test_both_languages(draft: dict[str, Any]) -> None:
    texts = [draft["title"], draft["description"], *(layer["title"] for layer in draft["layers"])]
    texts += [c["title"] for layer in draft["layers"] for c in layer.get("classes", [])]
    for text in texts:
        assert any("一" <= letter <= "鿿" for letter in text["zh"]), text
        assert text["en"].isascii() and text["en"], text
