"""However many products are asked for, each band of each block is decoded once, by the counter of the handles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rs.core.scene import Scene
from rs.pipeline.choose import Job, choose, needed_bands
from rs.pipeline.prepare import prepare
from rs.pipeline.scan import Scan
from rs.products import products
from rs.raster.blocks import handles
from rs.raster.opening import driver_of, open_raster
from rs.raster.polygons import is_polygons
from rs.testing import SafeSpec, coast, write_safe


@pytest.mark.parametrize("name", ["S2_parana_20230511", "LC09_L2SP_231062_20230723_20230802_02_T1", "S2_bolzano_2023"])
@pytest.mark.parametrize("size", [100, 2048])
def test_each_band_of_each_block_is_decoded_once(name: str, size: int, scenes: Path, tmp_path: Path) -> None:
    assert once(prepare(str(scenes / name)), size, tmp_path) > 5


@pytest.mark.parametrize("level, baseline, least", [("L1C", "05.11", 1), ("L1C", "03.01", 1), ("L2A", "05.11", 6)])
def test_masks_of_bands_and_of_the_scene_are_decoded_once_too(
    level: str, baseline: str, least: int, tmp_path: Path
) -> None:
    spec = SafeSpec(level=level, baseline=baseline, size=240)
    root = write_safe(tmp_path, coast(spec.extent, toa=level == "L1C"), spec)
    assert once(prepare(str(root)), 100, tmp_path / "made") >= least


def jpeg_2000_tiles(href: str) -> int:
    """Number of tiles of a JPEG 2000 file; 0 of others."""
    if is_polygons(href) or driver_of(href) != "JP2OpenJPEG":
        return 0
    with open_raster(href) as dataset:
        (height, width), (rows, cols) = dataset.block_shapes[0], dataset.shape
        return -(-rows // height) * -(-cols // width)


def once(scene: Scene, size: int, folder: Path) -> int:
    """Scan a scene for all products; fails unless each file was decoded once a block, JPEG 2000 at most once a tile.

    Gives the number of products.
    """
    folder.mkdir(exist_ok=True)
    jobs = [job for p in products().values() if isinstance(job := choose(scene, p), Job)]
    scan = Scan(scene, jobs, str(folder))
    with handles() as held, ThreadPoolExecutor(2) as pool:
        scan.run(held, pool, size)
        decoded = dict(held.decoded)
    scan.discard()
    blocks = len(list(scan.grid.blocks(size)))
    wanted: dict[str, int] = {}
    bands = [asset for b in scan.bands for asset in (scene.assets[b], *(m.asset for m in scene.assets[b].masks))]
    for asset in [*bands, *(q.asset for q in scene.quality)]:
        wanted[asset.href] = wanted.get(asset.href, 0) + blocks
    assert set(decoded) == set(wanted)
    tiled = {href: tiles for href in wanted if (tiles := jpeg_2000_tiles(href))}
    assert {href: number for href, number in decoded.items() if href not in tiled} == {
        href: number for href, number in wanted.items() if href not in tiled
    }
    # there a tile is the least that can be decoded, and blocks cut tiles
    assert [href for href, tiles in tiled.items() if decoded[href] > tiles] == []
    assert set(scan.bands) == set(needed_bands(scene, [(j.product, j.recipe) for j in jobs]))
    return len(jobs)
