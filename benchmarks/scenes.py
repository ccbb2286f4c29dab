"""Scenes of the benchmarks: made once by a deterministic script, kept in a folder named by what made them.

All show the coast of `rs.testing` (land, river, turbid and clear sea, clouds with shadows, cirrus, a wedge
without data) under texture. The SAFE has the provider's JPEG 2000 tiling (lossless; 10 m: 1024 px, 20 m:
640 px) and the masks of every band. The STAC item has the same counts as GeoTIFF in tiles of 1024 px,
DEFLATE with predictor 2, without overviews: as public archives serve Sentinel-2, less the overviews.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import rasterio

from benchmarks import items, texture
from benchmarks.items import item_body, write_band, write_tif
from rs import testing
from rs.testing.spec import SafeSpec

FULL, HALF, SMALL, QUICK, TINY = 10_980, 4_092, 2_046, 1_026, 516
"""Sides of scenes [px of 10 m], from the tile of the provider to one that only warms up."""

BANDS = ("B02", "B03", "B04", "B08", "B8A", "B11", "B12", "SCL")
"""Bands of the item with everything that the eight products and their masks need."""

NDVI_BANDS = ("B04", "B08", "SCL")
"""Bands of an item as one fetches it for one index."""

DATED_BANDS = ("B03", "B04", "B08", "SCL")
"""Bands of the items of several dates."""

FIRST = datetime(2024, 1, 5, 3, 0, 46, tzinfo=UTC)
REVISIT = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of scenes. Names hold a digest of what made them: changed code makes new scenes."""

    root: Path

    def _kept(self, name: str, sources: Iterable[Path], make: Callable[[Path], None]) -> Path:
        folder = self.root / f"{name}-{_digest(sources)}"
        if not folder.exists():
            part = folder.with_name(f"{folder.name}.part{os.getpid()}")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            with rasterio.Env(GDAL_PAM_ENABLED="NO"):
                make(part)
            part.rename(folder)
        return folder

    def safe(self, size: int) -> Path:
        """A Sentinel-2 L2A product folder (.SAFE) of `size` px a side."""
        spec = SafeSpec(size=size)

        def make(folder: Path) -> None:
            testing.write_safe(folder, texture.textured(testing.coast(spec.extent)), spec)

        return next(self._kept(f"safe{size}", _safe_sources(), make).glob("*.SAFE"))

    def item(self, size: int, bands: tuple[str, ...] = BANDS) -> Path:
        """A STAC item beside GeoTIFFs of the bands of the SAFE of that size: the path of its JSON file."""
        source = self.safe(size)
        names = "all" if bands == BANDS else "-".join(bands)
        held = None if bands == BANDS else self.item(size).parent

        def make(folder: Path) -> None:
            paths = {name: folder / f"{name}.tif" for name in bands}
            for name, path in paths.items():
                if held is None:
                    write_tif(source, name, path)
                else:
                    path.hardlink_to(held / path.name)
            _write_item(folder, SafeSpec(size=size), paths)

        return self._kept(f"item{size}-{names}", [*_safe_sources(), Path(items.__file__)], make) / "item.json"

    def dates(self, size: int, number: int) -> list[Path]:
        """Items of one place on so many dates, five days apart: other clouds, other grain."""
        return [self._dated(size, date) for date in range(number)]

    def _dated(self, size: int, date: int) -> Path:
        spec = SafeSpec(size=size, sensed=FIRST + date * REVISIT)

        def make(folder: Path) -> None:
            drift = (0.37 * date, 0.23 * date)
            world = texture.textured(testing.coast(spec.extent, drift=drift), date)
            paths = {name: folder / f"{name}.tif" for name in DATED_BANDS}
            for name, path in paths.items():
                write_band(world, spec, name, path)
            _write_item(folder, spec, paths)

        return self._kept(f"date{size}-{date:02d}", [*_safe_sources(), Path(items.__file__)], make) / "item.json"


def _write_item(folder: Path, spec: SafeSpec, paths: Mapping[str, Path]) -> None:
    body = item_body(spec, {name: Path(path.name) for name, path in paths.items()})
    (folder / "item.json").write_text(json.dumps(body, indent=1), encoding="utf-8")


def _safe_sources() -> list[Path]:
    folder = Path(testing.__file__).parent
    names = ("coast", "mgrs", "rasters", "spec", "world", *(path.stem for path in folder.glob("safe*.py")))
    return [*(folder / f"{name}.py" for name in sorted(names)), Path(texture.__file__)]


def _digest(sources: Iterable[Path]) -> str:
    parts = [path.read_bytes() for path in sources]
    parts += [f"{name} {version(name)}".encode() for name in ("numpy", "rasterio")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:10]


if __name__ == "__main__":
    kept = Cache(Path(sys.argv[1]))
    for side in map(int, sys.argv[2:]):
        print(kept.safe(side), kept.item(side), kept.item(side, NDVI_BANDS), sep="\n")
