"""The contact sheet shows every product as it is today, and says where each picture comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rs.products import products

REMEDY = "run python scripts/make_contact_sheet.py"
DESCRIPTION = 0x010E


@pytest.fixture(scope="module")
def sheet(root: Path) -> Path:
    """The picture of the guides."""
    return root / "docs" / "img" / "products.webp"


@pytest.fixture(scope="module")
def cells(sheet: Path) -> dict[str, dict[str, Any]]:
    """What the picture states of its cells, by product."""
    with Image.open(sheet) as image:
        stated = json.loads(image.getexif()[DESCRIPTION])
    found = {cell["product"]: cell for cell in stated}
    assert len(found) == len(stated), "a product has two cells"
    return found


def test_every_product_has_a_cell(cells: dict[str, dict[str, Any]]) -> None:
    assert set(cells) == set(products()), REMEDY


def test_cells_are_of_todays_products(cells: dict[str, dict[str, Any]]) -> None:
    for name, product in products().items():
        cell = cells[name]
        stated = (cell["version"], cell["title"], cell["title_zh"], cell["unit"])
        assert stated == (product.version, product.title, product.title_zh, product.layers[0].unit), f"{name}: {REMEDY}"
        known = {recipe.name for recipe in product.recipes} | ({product.composite.name} if product.composite else set())
        assert cell["recipe"] in known, f"{name}: {REMEDY}"


def test_real_cells_come_from_sample_scenes_and_only_temperature_is_made_up(
    cells: dict[str, dict[str, Any]], scenes: Path
) -> None:
    assert {name for name, cell in cells.items() if cell["kind"] != "real"} == {"surface_temperature"}
    for cell in cells.values():
        assert all((scenes / name).is_dir() for name in cell["scene"].split(",")) == (cell["kind"] == "real"), cell


def test_it_is_small_enough_for_a_page_and_bears_no_time(sheet: Path) -> None:
    assert sheet.stat().st_size <= 1_500_000
    with Image.open(sheet) as image:
        assert set(image.getexif()) == {DESCRIPTION}
        assert min(image.size) > 1200
