"""However many products are asked for, each band of each block is decoded once, by the counter of the handles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rs.pipeline.choose import Job, choose, needed_bands
from rs.pipeline.prepare import prepare
from rs.pipeline.scan import Scan
from rs.products import products
from rs.raster.blocks import handles


@pytest.mark.parametrize("name", ["S2_parana_20230511", "LC09_L2SP_231062_20230723_20230802_02_T1", "S2_bolzano_2023"])
@pytest.mark.parametrize("size", [100, 2048])
def test_each_band_of_each_block_is_decoded_once(name: str, size: int, scenes: Path, tmp_path: Path) -> None:
    scene = prepare(str(scenes / name))
    jobs = [job for p in products().values() if isinstance(job := choose(scene, p), Job)]
    assert len(jobs) > 5
    scan = Scan(scene, jobs, str(tmp_path))
    with handles() as held, ThreadPoolExecutor(2) as pool:
        scan.run(held, pool, size)
        decoded = dict(held.decoded)
    scan.discard()
    blocks = len(list(scan.grid.blocks(size)))
    wanted: dict[str, int] = {}
    for asset in [*(scene.assets[b] for b in scan.bands), *(q.asset for q in scene.quality)]:
        wanted[asset.href] = wanted.get(asset.href, 0) + blocks
    assert decoded == wanted
    assert set(scan.bands) == set(needed_bands(scene, [(j.product, j.recipe) for j in jobs]))
