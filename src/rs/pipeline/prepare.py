"""Preparing a scene for planning: opened, digested, contradictions settled. Runs in a worker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from rs.core.scene import Asset, QualitySource, Scene, split_href
from rs.core.slot import sha256_of
from rs.errors import BadInput, UnreadableRaster
from rs.pipeline.load import settle
from rs.raster.intact import check_intact
from rs.readers import open_scene


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled about a scene before: offsets by band, and the notes that say how."""

    offsets: Mapping[str, float]
    notes: tuple[str, ...]


def prepare(path: str) -> Scene:
    """The scene at a path with digests of its files and a single claim about every offset."""
    scene = open_scene(path)
    return settle(with_digests(scene, digests_of(scene)))


def digests_of(scene: Scene) -> dict[str, str]:
    """SHA-256 of every file of the scene, by path; files that their provider vouches for are held to it."""
    check_intact(scene)
    files = list(scene.files)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(files, pool.map(_digest, files), strict=True))


def _digest(file: str) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise UnreadableRaster(f"cannot be read ({error.strerror})", where=file) from error


def check_digests(scene: Scene) -> None:
    """Raises BadInput where a file of the scene is not the one that was digested at acquisition."""
    stated = {split_href(asset.href)[0]: asset.digest for asset in scene.rasters}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(stated, pool.map(_digest, stated), strict=True))
    for file, digest in stated.items():
        if found[file] != digest:
            raise BadInput(
                "is not the file that was acquired: its digest has changed",
                where=file,
                remedy="Remove it and run again: it is copied anew while the source still holds it",
            )


def with_digests(scene: Scene, digests: Mapping[str, str]) -> Scene:
    """The scene with the digests of its files filled in."""

    def digested(asset: Asset) -> Asset:
        return replace(asset, digest=digests[split_href(asset.href)[0]], masks=flags(asset.masks))

    def flags(sources: tuple[QualitySource, ...]) -> tuple[QualitySource, ...]:
        return tuple(replace(source, asset=digested(source.asset)) for source in sources)

    assets = {band: digested(asset) for band, asset in scene.assets.items()}
    angles = {name: digested(asset) for name, asset in scene.angle_assets.items()}
    return replace(scene, assets=assets, quality=flags(scene.quality), angle_assets=angles)


def settled_of(before: Scene, after: Scene) -> Settled:
    """What settling changed, to be kept with the scene's record."""
    changed = {b.value: a.offset for b, a in after.assets.items() if before.assets[b].rival_offset is not None}
    return Settled(changed, after.notes[len(before.notes) :])


def resettled(scene: Scene, settled: Settled) -> Scene:
    """The scene with what was settled before."""
    assets = {
        band: replace(asset, offset=settled.offsets.get(band.value, asset.offset), rival_offset=None)
        for band, asset in scene.assets.items()
    }
    return replace(scene, assets=assets, notes=(*scene.notes, *settled.notes))


def scene_root(scene: Scene) -> str:
    """The folder that all files of a scene lie in."""
    return os.path.commonpath([os.path.dirname(file) for file in scene.files])
