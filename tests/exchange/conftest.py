"""A small published catalogue: three products of a Sentinel-2 and a Landsat scene."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.sample import once

from rs.catalog.layout import Layout
from rs.core.slot import canonical_json
from rs.operate.order import Options, Order
from rs.operate.run import run
from rs.products import product

PRODUCTS = ("turbidity", "ndvi", "water_extent")
SCENES = ("S2_parana_20230511", "LC09_L2SP_231062_20230723_20230802_02_T1")

Items = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def published_site(tmp_path_factory: pytest.TempPathFactory, scenes: Path, kernel_cache: Path) -> Path:
    """The site as it was published: entries 1 to 3 of the first scene, 4 to 6 of the second."""

    def make(root: Path) -> None:
        wanted, options = tuple(map(product, PRODUCTS)), Options(cache=kernel_cache)
        # one scene a run: a child process is enough, and the register grows as it does at a site
        for name in SCENES:
            report = run(Order(Layout(root), wanted, paths=(str(scenes / name),), options=options))
            assert report.exit == 0 and len(report.made) == len(PRODUCTS)

    return once(tmp_path_factory, "exchange", make)


@pytest.fixture
def site(published_site: Path, tmp_path: Path) -> Path:
    """A copy of the site that a test may change."""
    return Path(shutil.copytree(published_site, tmp_path / "site"))


@pytest.fixture
def items(published_site: Path) -> Items:
    """Stored items of a product, in the order of their slots."""

    def read(name: str) -> list[dict[str, Any]]:
        found = [json.loads(path.read_bytes()) for path in (published_site / "items" / name).glob("*.json")]
        return sorted(found, key=lambda item: str(item["properties"]["rs:slot"]))

    return read


@pytest.fixture
def amend() -> Callable[[Path, str, Callable[[dict[str, Any]], None]], None]:
    """Change the items of a product and their digests in the register, as if published so."""
    return _amend


def _amend(site: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    for path in sorted((site / "register").rglob("*.json")):
        entry = json.loads(path.read_bytes())
        if entry["fact"]["product"] != name:
            continue
        stored = site / "items" / name / f"{entry['fact']['item']}.json"
        item = json.loads(stored.read_bytes())
        change(item)
        stored.write_text(json.dumps(item))
        entry["fact"]["item_digest"] = hashlib.sha256(stored.read_bytes()).hexdigest()
        path.write_bytes(canonical_json(entry) + b"\n")
    shutil.rmtree(site / "cache", ignore_errors=True)
