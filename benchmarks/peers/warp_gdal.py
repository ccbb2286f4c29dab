"""gdalwarp (Debian's gdal-bin), bilinear, all threads.

GDAL's defaults widen the kernel by a guessed scale and place pixels to an eighth: XSCALE=1, YSCALE=1 and an error
threshold of 0.0001 px make its product equal (0.001 px leaves 0.02% of the pixels of this scene off by more than a
count: `rough`). `two-steps` writes a tiled GeoTIFF and lets gdal_translate make the COG, `cog` writes it at once,
`default` keeps the defaults. Memory for warping is 1024 MB, as its page advises for
large rasters.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.peers.files import run
from benchmarks.peers.grids import Wanted

EXACT = ["-et", "0.0001", "-wo", "XSCALE=1", "-wo", "YSCALE=1"]
COG = ["-of", "COG", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=YES", "-co", "NUM_THREADS=ALL_CPUS", "-co",
       "OVERVIEW_RESAMPLING=AVERAGE"]  # fmt: skip
TILED = ["-co", "TILED=YES", "-co", "BLOCKXSIZE=512", "-co", "BLOCKYSIZE=512"]


def _warp(wanted: Wanted, target: Path, *more: str) -> None:
    corners = [f"{value:.10g}" for value in wanted.bounds]
    size = f"{wanted.pixel:g}"
    words = ["gdalwarp", "-q", "-multi", "-wo", "NUM_THREADS=ALL_CPUS", "-wm", "1024", "-r", "bilinear"]
    words += ["-t_srs", wanted.crs, "-te", *corners, "-tr", size, size, *more]
    subprocess.run([*words, wanted.source, str(target)], check=True)


def two_steps(words: str, out: Path, *options: str) -> None:
    """W3."""
    temporary = out / "red.tmp.tif"
    _warp(Wanted.of(words), temporary, *TILED, *(options or EXACT))
    subprocess.run(["gdal_translate", "-q", *COG, str(temporary), str(out / "red.tif")], check=True)
    temporary.unlink()


def cog(words: str, out: Path) -> None:
    """W3."""
    _warp(Wanted.of(words), out / "red.tif", *COG, *EXACT)


def rough(words: str, out: Path) -> None:
    """W3, nearly equal pixels."""
    two_steps(words, out, "-et", "0.001", "-wo", "XSCALE=1", "-wo", "YSCALE=1")


def default(words: str, out: Path) -> None:
    """W3, other pixels."""
    two_steps(words, out, "-et", "0.125")


if __name__ == "__main__":
    run({"two-steps": two_steps, "cog": cog, "rough": rough, "default": default})
