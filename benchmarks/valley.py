"""NDVI of the 935 x 705 px sample of Bolzano: `rs produce` against rioxarray + dask, whole processes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.harness import Contestant, measure, table

SCENE = Path(__file__).resolve().parent.parent / "sample_data" / "scenes" / "S2_bolzano_2023"

OURS = """
import sys, tempfile
scene, out = sys.argv[1:]
sys.argv[1:] = ["produce", "ndvi", scene, "-o", tempfile.mkdtemp(dir=out)]
from rs.cli.main import run
run()
"""

PEER = """
import sys, numpy as np, rioxarray
scene, out = sys.argv[1:]
a = rioxarray.open_rasterio(scene, chunks={"band": 1, "y": 1024, "x": 1024})
red, nir, scl = a.sel(band=3).astype("float32"), a.sel(band=4).astype("float32"), a.sel(band=5)
ndvi = ((nir - red) / (nir + red)).where(scl.isin([4, 5, 6, 7]))
counts = (ndvi * 1e4).round().fillna(-32768).astype("int16").rio.write_nodata(-32768)
counts.rio.to_raster(out, driver="COG", compress="DEFLATE")
"""


def main(rounds: int = 3) -> None:
    """Print the table. The peer writes one COG; `rs` also quality, pictures, statistics, item and register."""
    with tempfile.TemporaryDirectory() as folder:
        contestants = [
            Contestant("rs produce", [sys.executable, "-c", OURS, str(SCENE), folder]),
            Contestant(
                "rioxarray + dask, COG driver",
                [sys.executable, "-c", PEER, str(SCENE / "S2_L2A_sample.tif"), f"{folder}/peer.tif"],
            ),
        ]
        measure(contestants, rounds)
    table("NDVI, 935 x 705 px, uint16, scene classification applied", contestants, contestants[1])


if __name__ == "__main__":
    main()
