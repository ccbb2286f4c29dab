"""Make sample_data/ from a folder of source scenes: copies, STAC items for scenes that have none, registry.

    python scripts/make_sample_data.py SOURCE [TARGET]

SOURCE holds the folders named in COPIES, fetched from the repositories named in SOURCES.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasterio

from rs.core.grid import Grid, Shape, Transform
from rs.core.slot import sha256_of
from rs.raster.footprint import bbox_of, grid_footprint


@dataclass(frozen=True)
class Source:
    """Where files come from and what may be done with them."""

    url: str
    licence: str
    attribution: str


COPERNICUS = "Contains modified Copernicus Sentinel data {}"
SOURCES = {
    "33TWM": Source(
        "github.com/mapchete/mapchete-eo@bcea0fbf4b29", "MIT (repository); Copernicus Sentinel terms (data)",
        COPERNICUS.format(2023),
    ),
    "bolzano": Source(
        "github.com/Open-EO/openeo-localprocessing-data@42530229a36d", "Copernicus Sentinel terms",
        COPERNICUS.format(2023) + ", processed by openEO Platform",
    ),
    "parana": Source(
        "github.com/vhgauto/gistaq_parana@1c7f0f7bddc0", "MIT (repository); Copernicus Sentinel terms (data)",
        COPERNICUS.format("2023-2024") + "; laboratory data by GISTAQ, UTN Resistencia",
    ),
    "manaus": Source(
        "github.com/compgeolab/xlandsat@20c25691d4e3", "CC0-1.0", "Landsat data courtesy of the U.S. Geological Survey"
    ),
    "001062": Source(
        "github.com/cogeotiff/rio-tiler-pds@f8b93f3b9cbe", "MIT (repository); public domain (data)",
        "Landsat data courtesy of the U.S. Geological Survey",
    ),
    "matchups": Source(
        "github.com/steeleb/Landsat_C2_SR_GLORIA@4e187c50c26d, Zenodo 7829018", "MIT", "Maciel et al. 2023; GLORIA"
    ),
}  # fmt: skip

S2_10M, S2_PARANA = "s2_l2a_bolzano_10m", "s2_parana_river"
DATES = ("2023-05-11", "2023-12-12", "2024-05-20", "2024-12-16")
COPIES = {
    "s2_l2a_33TWM_120m/S2A_33TWM_20230815_0_L2A": ("33TWM", "scenes/S2A_33TWM_20230815_0_L2A"),
    "s2_l2a_33TWM_120m/S2A_33TWM_20230818_0_L2A": ("33TWM", "scenes/S2A_33TWM_20230818_0_L2A"),
    f"{S2_10M}/S2_L2A_sample.tif": ("bolzano", "scenes/S2_bolzano_2023/S2_L2A_sample.tif"),
    **{
        f"{S2_PARANA}/sen2cor_l2a/{d.replace('-', '')}.tif": (
            "parana", f"scenes/S2_parana_{d.replace('-', '')}/{d.replace('-', '')}.tif"
        ) for d in DATES
    },
    f"{S2_PARANA}/base_de_datos_lab.csv": ("parana", "reference/parana_lab.csv"),
    f"{S2_PARANA}/acolite_rhos/2024-12-16.tif": ("parana", "reference/parana_acolite_20241216.tif"),
    "landsat_c2_crops/LC09_L2SP_231062_20230723_20230802_02_T1": (
        "manaus", "scenes/LC09_L2SP_231062_20230723_20230802_02_T1"
    ),
    "landsat_c2_l2_001062/LC08_L2SP_001062_20201031_20201106_02_T2": (
        "001062", "scenes/LC08_L2SP_001062_20201031_20201106_02_T2"
    ),
    "insitu_landsat_matchups/matchups_half.csv": ("matchups", "reference/landsat_matchups.csv"),
}  # fmt: skip

COMMON = {
    "B01": "coastal", "B02": "blue", "B03": "green", "B04": "red", "B05": "rededge071", "B06": "rededge075",
    "B07": "rededge078", "B08": "nir", "B8A": "nir08", "B11": "swir16", "B12": "swir22",
}  # fmt: skip
GEOTIFF = "image/tiff; application=geotiff"
EXTENSIONS = [
    "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
    "https://stac-extensions.github.io/raster/v2.0.0/schema.json",
    "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "https://stac-extensions.github.io/processing/v1.2.0/schema.json",
]


def main(source: Path, target: Path) -> None:
    """Copy, describe, register."""
    shutil.rmtree(target / "scenes", ignore_errors=True)
    owner: dict[Path, str] = {}
    for origin, (name, place) in COPIES.items():
        for file in _copy(source / origin, target / place):
            owner[file] = name
    for day in DATES:
        owner[_parana(target, day)] = "parana"
    owner[_bolzano(target)] = "bolzano"
    with (target / "registry.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["path", "sha256", "bytes", "source", "licence", "attribution"])
        for file in sorted(owner):
            s = SOURCES[owner[file]]
            writer.writerow([
                file.relative_to(target).as_posix(), sha256_of(str(file)), file.stat().st_size, s.url, s.licence,
                s.attribution,
            ])  # fmt: skip


def _copy(origin: Path, place: Path) -> list[Path]:
    files = sorted(p for p in origin.rglob("*") if p.is_file()) if origin.is_dir() else [origin]
    made = []
    for file in files:
        made.append(place / file.relative_to(origin) if origin.is_dir() else place)
        made[-1].parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, made[-1])
        made[-1].chmod(0o644)
    return made


def _parana(target: Path, day: str) -> Path:
    """The data state the day, not the instant and not the satellite; counts bear the +1000 of newer baselines."""
    compact = day.replace("-", "")
    folder = target / f"scenes/S2_parana_{compact}"
    bands = [_band(name, offset=-0.1) for name in COMMON]
    properties = {"start_datetime": f"{day}T00:00:00Z", "end_datetime": f"{day}T23:59:59Z"}
    return _item(folder, f"S2_parana_{compact}", f"{compact}.tif", bands, properties)


def _bolzano(target: Path) -> Path:
    """The file states no time; its provider says 2023. Its counts are free of the +1000 already."""
    bands = [_band(name, offset=0.0) for name in ("B02", "B03", "B04", "B08")] + [{"name": "SCL"}]
    properties = {"start_datetime": "2023-01-01T00:00:00Z", "end_datetime": "2023-12-31T23:59:59Z"}
    return _item(target / "scenes/S2_bolzano_2023", "S2_bolzano_2023", "S2_L2A_sample.tif", bands, properties)


def _band(name: str, offset: float) -> dict[str, Any]:
    return {
        "name": name, "eo:common_name": COMMON[name], "nodata": 0, "raster:scale": 0.0001, "raster:offset": offset
    }  # fmt: skip


def _item(folder: Path, name: str, file: str, bands: list[dict[str, Any]], times: dict[str, str]) -> Path:
    with rasterio.open(folder / file) as dataset:
        t, code, shape = dataset.transform, f"EPSG:{dataset.crs.to_epsg()}", list(dataset.shape)
    grid = Grid(code, Transform(t.a, 0.0, t.c, 0.0, t.e, t.f), Shape(*shape))
    geometry = grid_footprint(grid)
    item = {
        "type": "Feature", "stac_version": "1.1.0", "stac_extensions": EXTENSIONS, "id": name,
        "geometry": geometry, "bbox": bbox_of(geometry),
        "properties": {
            "datetime": None, **times, "constellation": "sentinel-2", "instruments": ["msi"], "license": "other",
            "processing:level": "L2A", "proj:code": code, "proj:shape": shape, "proj:transform": list(t)[:6],
        },
        "links": [],
        "assets": {"data": {"href": file, "type": GEOTIFF, "roles": ["data"], "bands": bands}},
    }  # fmt: skip
    path = folder / "item.json"
    path.write_text(json.dumps(item, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "sample_data"))
