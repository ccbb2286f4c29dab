"""GDAL's programs (Debian's gdal-bin): gdal_proximity for grown clouds, gdal_calc a product, gdal_translate to COG.

Bands of 20 m are brought to 10 m by virtual rasters. Clouds are grown once. Two products are made at a time, as
one would with xargs on two cores; the COG driver uses all threads. Temporary files are tiled and not compressed.
gdal_calc sees no neighbours: land amid water is left out of the mask of floating algae, so its pixels differ
there. From JPEG 2000 every band is unpacked once before, since gdal_calc would decode it for each product.
"""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.peers.files import BANDS_20, DTYPES, FILES, NODATA, band_path, overview_of, run

TILED = ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "BIGTIFF=IF_SAFER"]
COG = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "NUM_THREADS=ALL_CPUS"]
GDAL_TYPES = {"int16": "Int16", "uint16": "UInt16", "uint8": "Byte"}

REFLECTANCE = "({0}.astype(float32)-1000)"
CLEAR = "(~isin(S,(0,1,2,3,8,9,10,11))&(K>1))"
WET = "((G>H)&(L<2500)&~isin(S,(0,1,3,8,9,10,11)))"
"""S classification, K 0 or 1 within reach of clouds, G green, H swir16, L blue."""

WATER = f"((S==6)|{WET})"
NEITHER = f"({WET}|(S==6)|~(isin(S,(4,5))|~isin(S,(0,1,3,8,9,10,11))))"


def _difference(a: str, b: str) -> str:
    x, y = REFLECTANCE.format(a), REFLECTANCE.format(b)
    return _index(f"({x}-{y})", f"({x}+{y})", CLEAR)


def _index(top: str, bottom: str, ok: str) -> str:
    """Counts of 1e-4 where the bottom is positive and the value within [-1, 1]."""
    return f"where({ok}&({bottom}>0)&(abs({top})<={bottom}),rint({top}/maximum({bottom},1)*float32(1e4)),-32768)"


def _concentration(low: float, high: float, mix: str, coefficients: tuple[float, ...], top: float) -> str:
    """Counts of 0.05 by red below `low`, near infrared above `high`, `mix` (share of red w) between."""
    ra, rc, na, nc = coefficients
    red, nir = "((R.astype(float32)-T)*float32(1e-4))", "((N.astype(float32)-T)*float32(1e-4))"
    by_red = f"where({red}<{rc},float32({ra})*{red}/(1-{red}/float32({rc})),nan)"
    by_nir = f"where({nir}<{nc},float32({na})*{nir}/(1-{nir}/float32({nc})),nan)"
    w = mix.replace("r", red)
    value = f"where({red}<={low},{by_red},where({red}>={high},{by_nir},(1-{w})*{by_nir}+{w}*{by_red}))"
    ok = f"{CLEAR}&{WATER}&({value}>=0)&({value}<={top})"
    return f"where({ok},rint(nan_to_num({value})/float32(0.05)),65535)"


def _recipes() -> dict[str, tuple[str, dict[str, str]]]:
    """Expression and bands by letter of each product; S and K are added to all."""
    wet = {"G": "green", "H": "swir16", "L": "blue"}
    matter = {"R": "red", "N": "nir08", "T": "swir22", **wet}
    r, n, g, h = (REFLECTANCE.format(x) for x in "RNGH")
    from rs.readers._sentinel2_coefficients import COEFFICIENTS

    c = COEFFICIENTS["sentinel-2b"]
    line = c["floating_algae"]
    slope = (line["nir_nm"] - line["red_nm"]) / (line["swir_nm"] - line["red_nm"])
    fai = f"({n}-({r}+({h}-{r})*float32({slope})))"
    keys = ("red_a", "red_c", "nir_a", "nir_c")
    return {
        "ndvi": (_difference("N", "R"), {"N": "nir", "R": "red"}),
        "evi2": (
            _index(f"(float32(2.5)*({n}-{r}))", f"({n}+float32(2.4)*{r}+10000)", CLEAR), {"N": "nir", "R": "red"}
        ),
        "ndmi": (_difference("N", "H"), {"N": "nir08", "H": "swir16"}),
        "nbr": (_difference("N", "T"), {"N": "nir08", "T": "swir22"}),
        "water_extent": (
            f"where({CLEAR},where({g}-{h}>float32(0.05)*maximum({g}+{h},0),where({g}+{h}>0,1,2),"
            f"where({h}-{g}>float32(0.05)*maximum({g}+{h},0),where({g}+{h}>0,0,2),2)),255)",
            {"G": "green", "H": "swir16"},
        ),
        "turbidity": (
            _concentration(0.05, 0.07, "(1-(r-float32(0.05))/float32(0.02))",
                           tuple(c["turbidity"][k] for k in keys), 1000.0), matter,
        ),
        "suspended_matter": (
            _concentration(0.08, 0.12, "(log(float32(0.12)/maximum(r,float32(1e-6)))/float32(log(0.12/0.08)))",
                           tuple(c["suspended_matter"][k] for k in keys), 3000.0), matter,
        ),
        "floating_algae": (
            f"where({CLEAR}&{NEITHER}&({fai}>=-5000)&({fai}<=10000),rint({fai}),-32768)",
            {"R": "red", "N": "nir08", **wet},
        ),
    }  # fmt: skip


def _call(*words: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=env)


def _calc(expression: str, inputs: dict[str, Path], target: Path, dtype: str, nodata: int) -> None:
    words = ["gdal_calc.py", "--quiet", f"--calc={expression}", f"--outfile={target}", f"--type={GDAL_TYPES[dtype]}"]
    words += [f"--co={option}" for option in TILED]
    words += [f"--NoDataValue={nodata}"]
    for letter, path in inputs.items():
        words += [f"-{letter}", str(path)]
    _call(*words)


def _resized(source: Path, target: Path, percent: int) -> Path:
    _call("gdal_translate", "-q", "-of", "VRT", "-r", "nearest", "-outsize", f"{percent}%", f"{percent}%",
          str(source), str(target))  # fmt: skip
    return target


def _unpacked(scene: str, band: str, out: Path) -> Path:
    source = Path(band_path(scene, band))
    if source.suffix != ".jp2":
        return source
    target = out / f"{band}.tif"
    options = [word for option in TILED for word in ("-co", option)]
    _call("gdal_translate", "-q", "-a_nodata", "0", *options, str(source), str(target))
    return target


class _Inputs:
    """Bands on both grids, and the reach of clouds on both."""

    def __init__(self, scene: str, out: Path, bands: tuple[str, ...]) -> None:
        native = {name: _unpacked(scene, name, out) for name in bands}
        self.coarse = {name: path for name, path in native.items() if name in BANDS_20}
        self.fine = {
            name: _resized(path, out / f"{name}.10.vrt", 200) if name in BANDS_20 else path
            for name, path in native.items()
        }
        near = _near_clouds(self.fine["scl"], out)
        self.fine["near"] = near
        self.coarse["near"] = _resized(near, out / "near.20.vrt", 50)

    def of(self, letters: dict[str, str], coarse: bool) -> dict[str, Path]:
        """Files by letter."""
        files = self.coarse if coarse else self.fine
        return {letter: files[name] for letter, name in {**letters, "S": "scl", "K": "near"}.items()}


def _near_clouds(scl: Path, out: Path) -> Path:
    clouds, near = out / "clouds.tif", out / "near.tif"
    _calc("isin(S,(3,8,9))", {"S": scl}, clouds, "uint8", 255)
    options = [word for option in TILED for word in ("-co", option)]
    _call("gdal_proximity.py", "-q", str(clouds), str(near), "-values", "1", "-distunits", "PIXEL", "-maxdist", "10",
          "-fixed-buf-val", "1", "-ot", "Byte", *options)  # fmt: skip
    return near


def _make(scene: str, out: Path, bands: tuple[str, ...], products: tuple[str, ...]) -> None:
    temporary = out / "tmp"
    temporary.mkdir()
    inputs, recipes = _Inputs(scene, temporary, bands), _recipes()

    def make(name: str) -> None:
        expression, letters = recipes[name]
        source, target = temporary / f"{name}.tif", out / f"{name}.tif"
        files = inputs.of(letters, name in ("ndmi", "nbr"))
        _calc(expression, files, source, DTYPES.get(name, "int16"), NODATA[name])
        options = [*COG, f"OVERVIEW_RESAMPLING={overview_of(name)}"]
        words = [word for option in options for word in ("-co", option)]
        _call("gdal_translate", "-q", "-of", "COG", *words, str(source), str(target))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(make, products))


def ndvi(scene: str, out: Path) -> None:
    """W1."""
    _make(scene, out, ("red", "nir", "scl"), ("ndvi",))


def eight(scene: str, out: Path) -> None:
    """W4 and W5."""
    _make(scene, out, tuple(FILES), tuple(NODATA))


if __name__ == "__main__":
    run({"W1": ndvi, "W4": eight, "W5": eight})
