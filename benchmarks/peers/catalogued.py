"""The STAC item of a scene for peers that read items; a SAFE gets one in memory that points at its images."""

from __future__ import annotations

from pathlib import Path

import rasterio
from pystac import Item

from benchmarks.items import band_file, item_body
from benchmarks.peers.files import band_path
from benchmarks.scenes import BANDS
from rs.testing.spec import SafeSpec


def item_of(scene: str) -> Item:
    """The item with absolute paths."""
    if not scene.endswith(".SAFE"):
        item = Item.from_file(scene)
        item.make_asset_hrefs_absolute()
        return item
    with rasterio.open(band_path(scene, "red")) as red:
        size = red.width
    body = item_body(SafeSpec(size=size), {name: band_file(Path(scene), name) for name in BANDS})
    for asset in body["assets"].values():
        asset["type"] = "image/jp2"
    return Item.from_dict(body)
