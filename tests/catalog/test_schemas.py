"""Official schemas of every extension, without a network: all items and collections, and the portfolio."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pystac import STACObjectType
from pystac.errors import STACValidationError
from pystac.validation.stac_validator import JsonSchemaSTACValidator
from tests.catalog.sample import collections, items

pytestmark = pytest.mark.shared


class Offline(JsonSchemaSTACValidator):
    """pystac's validator that knows the schemas at hand and asks nobody for others."""

    def _get_schema(self, schema_uri: str) -> dict[str, Any]:
        if schema_uri not in self.schema_cache:
            raise LookupError(f"schema not at hand: {schema_uri}")
        return super()._get_schema(schema_uri)

    def everything(self, body: dict[str, Any], kind: STACObjectType, where: str) -> None:
        """Core and every extension that the object declares."""
        assert self.validate_core(body, kind, body["stac_version"], where)
        for uri in body["stac_extensions"]:
            assert self.validate_extension(body, kind, body["stac_version"], uri, where)


@pytest.fixture(scope="session")
def validator(shared: Path) -> Offline:
    """A validator with all schemas of the shared folder."""
    folder = shared / "stac-schemas"
    if not folder.is_dir():
        pytest.skip("shared/stac-schemas is not beside this checkout")
    made = Offline()
    for file in folder.glob("*/*/schema.json"):
        body = json.loads(file.read_bytes())
        made.schema_cache[body["$id"].rstrip("#")] = body
    return made


def test_items(validator: Offline, sample: Path) -> None:
    for path, item in items(sample):
        assert len(item["stac_extensions"]) >= 8
        validator.everything(item, STACObjectType.ITEM, str(path))


def test_collections(validator: Offline, sample: Path) -> None:
    for path, body in collections(sample / "index"):
        validator.everything(body, STACObjectType.COLLECTION, str(path))


def test_portfolio(validator: Offline, root: Path) -> None:
    for path, body in collections(root / "catalog"):
        validator.everything(body, STACObjectType.COLLECTION, str(path))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("properties", "proj:code"), 32633),
        (("properties", "view:sun_elevation"), "high"),
        (("assets", "ndvi", "file:checksum"), "not a multihash"),
        (("assets", "quality", "classification:bitfields", 0, "offset"), "first"),
        (("properties", "product:type"), 3),
    ],
)
def test_wrong_values_are_refused(
    validator: Offline, sample: Path, where: tuple[str | int, ...], value: object
) -> None:
    item = next(body for _, body in items(sample) if body["collection"] == "ndvi" and "33TWM" in body["id"])
    place: Any = item
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    with pytest.raises(STACValidationError):
        validator.everything(item, STACObjectType.ITEM, "here")


def test_an_unknown_schema_is_not_fetched(validator: Offline, sample: Path) -> None:
    _, item = next(items(sample))
    item["stac_extensions"].append("https://stac-extensions.github.io/nowhere/v1.0.0/schema.json")
    with pytest.raises(LookupError, match="not at hand"):
        validator.everything(item, STACObjectType.ITEM, "here")
