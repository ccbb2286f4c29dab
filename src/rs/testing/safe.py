"""Writing Sentinel-2 SAFE products: Level 1C and 2A, new and old, from a world of known reflectance."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rs.core.grid import Block
from rs.raster.footprint import coarse_factor, valid_footprint
from rs.testing.rasters import Layer, write_jp2
from rs.testing.safe_flaws import write_flaws
from rs.testing.safe_masks import Mask, classi_of, clouds_gml
from rs.testing.safe_names import Names
from rs.testing.safe_tile_xml import tile_xml
from rs.testing.safe_xml import HEAD, manifest_xml, product_xml
from rs.testing.spec import MSI, QUANTIFICATION, TILES, SafeSpec
from rs.testing.world import Classes, World, counts_of, places

SATURATED = 65_535
Counts = NDArray[np.uint8] | NDArray[np.uint16]
AEROSOL, VAPOUR = 120, 2_400
"""Counts of AOT [0.001] and WVP [0.001 cm] all over the scene."""

EPOCH = (2015, 6, 23, 0, 0, 0)
"""Time of the members of archives: the same product gives the same bytes."""

DULL = {
    "INSPIRE.xml": f"{HEAD}<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd'/>\n",
    "HTML/UserProduct_index.html": "<html><body>Sentinel-2 product</body></html>\n",
    "rep_info/S2_User_Product_Metadata.xsd": f"{HEAD}<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>\n",
}
"""Files that a product has and nobody reads."""


def write_safe(folder: str | os.PathLike[str], world: World, spec: SafeSpec) -> Path:
    """Write a product into a folder; gives the path of the .SAFE folder. The same input gives the same bytes.

    reflectance = (count + offset) / 10000; counts are the nearest ones. Memory holds a few blocks of
    1024 px, whatever the size.
    """
    names = Names(spec)
    root = Path(folder) / f"{names.product}.SAFE"
    images = list(_write_images(root, world, spec))
    classes = _coarse_classes(world, spec)
    masks = list(_write_masks(root, world, spec, classes))
    numbers, counts = np.unique(classes, return_counts=True)
    shares = {int(k): 100.0 * float(n) / classes.size for k, n in zip(numbers, counts, strict=True)}
    cloudy = sum(shares.get(k, 0.0) for k in (8, 9, 10))
    documents = {
        names.product_metadata: product_xml(spec, images, _outline(spec, classes), cloudy),
        names.tile_metadata: tile_xml(spec, shares, masks),
        names.datastrip_metadata: f"{HEAD}<n1:Level-{spec.level[1:]}_DataStrip_ID xmlns:n1='urn:datastrip'/>\n",
        **DULL,
    }
    for name, text in documents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "manifest.safe").write_text(manifest_xml(spec, _listed(root, spec)), encoding="utf-8")
    return root


def zip_product(product: str | os.PathLike[str], target: str | os.PathLike[str]) -> Path:
    """A product folder as a zip archive: images stored as they are, the rest deflated."""
    root = Path(product)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(f"{root.name}/{path.relative_to(root).as_posix()}", EPOCH)
            info.compress_type = zipfile.ZIP_STORED if path.suffix == ".jp2" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(info, "w") as member:
                while chunk := source.read(2**20):
                    member.write(chunk)
    return Path(target)


def layers_of(spec: SafeSpec) -> Iterator[tuple[str, int]]:
    """Image layers of a product with their pixel size [m]: native bands, SCL; all copies if complete."""
    for name in spec.bands:
        yield name, MSI[name].pixel
        if spec.complete and spec.level == "L2A":
            for pixel in (20, 60):
                if pixel > MSI[name].pixel and name != "B08":
                    yield name, pixel
    if spec.level == "L2A":
        yield "SCL", 20
    if spec.complete:
        if spec.level == "L2A":
            yield "B01", 20
            yield "SCL", 60
            for pixel in (10, 20, 60):
                yield from ((layer, pixel) for layer in ("AOT", "WVP", "TCI"))
        else:
            yield "TCI", 10


def _write_images(root: Path, world: World, spec: SafeSpec) -> Iterator[str]:
    names = Names(spec)
    listed = list(layers_of(spec))
    for pixel in TILES:
        layers = []
        for name in (name for name, size in listed if size == pixel):
            path = root / f"{names.image(name, pixel)}.jp2"
            path.parent.mkdir(parents=True, exist_ok=True)
            dtype, count = ("uint8", 3 if name == "TCI" else 1) if name in ("TCI", "SCL") else ("uint16", 1)
            make = partial(_layer, world, spec, name, pixel)
            layers.append(Layer(str(path), dtype, make, count))
            yield names.image(name, pixel)
        write_jp2(layers, spec.grid(pixel), tile=TILES[pixel])


def _layer(world: World, spec: SafeSpec, layer: str, pixel: int, block: Block) -> Counts:
    """Counts of a layer on a block of its grid."""
    x, y = places(spec.grid(pixel), block)
    if layer == "SCL":
        return world.classes(x, y)
    if layer in ("AOT", "WVP"):
        return np.full((block.height, block.width), AEROSOL if layer == "AOT" else VAPOUR, np.uint16)
    if layer == "TCI":
        bands = np.stack([world.values(MSI[name].band, x, y) for name in ("B04", "B03", "B02")])
        shown: NDArray[np.uint8] = np.clip(np.nan_to_num(np.rint(bands * 709.0), posinf=255.0), 0, 255).astype(np.uint8)
        return shown
    offset = spec.counts_offset / QUANTIFICATION
    return counts_of(world.values(MSI[layer].band, x, y), 1.0 / QUANTIFICATION, offset, SATURATED)


def _coarse_classes(world: World, spec: SafeSpec) -> Classes:
    """Classes on the grid of 60 m."""
    grid = spec.grid(60)
    return world.classes(*places(grid, grid.whole))


def _write_masks(root: Path, world: World, spec: SafeSpec, classes: Classes) -> Iterator[Mask]:
    """Write the masks of the granule."""
    names, grid = Names(spec), spec.grid(60)
    (root / names.granule / "QI_DATA").mkdir(parents=True, exist_ok=True)
    if spec.masks:
        yield from write_flaws(root, world, spec)
    if spec.states_offset:
        name = f"{names.mask('CLASSI')}.jp2"
        make = partial(_cut, classi_of(classes))
        write_jp2([Layer(str(root / name), "uint8", make, 3)], grid, tile=TILES[60])
        yield Mask("MSK_CLASSI", name)
    else:
        name = f"{names.mask('CLOUDS')}.gml"
        text = clouds_gml(classes, grid, Path(names.mask("CLOUDS")).name)
        (root / name).write_text(text, encoding="utf-8")
        yield Mask("MSK_CLOUDS", name)
    if spec.level == "L2A" and spec.complete:
        for kind, numbers in (("CLDPRB", (8, 9, 10)), ("SNWPRB", (11,))):
            name = f"{names.granule}/QI_DATA/MSK_{kind}_60m.jp2"
            share = np.where(np.isin(classes, numbers), 95, 2).astype(np.uint8)
            write_jp2([Layer(str(root / name), "uint8", partial(_cut, share))], grid, tile=TILES[60])
            yield Mask(f"MSK_{kind}", name)


def _cut(array: Classes, block: Block) -> Classes:
    return array[..., block.row : block.row + block.height, block.col : block.col + block.width]


def _outline(spec: SafeSpec, classes: Classes) -> list[tuple[float, float]]:
    """Longitude and latitude of the corners of the measured area, its largest part."""
    grid = spec.grid(60)
    factor = coarse_factor(grid)
    rows, cols = (-(-n // factor) for n in grid.shape)
    measured = np.zeros((rows, cols), bool)
    row, col = np.nonzero(classes)
    measured[row // factor, col // factor] = True
    shape = valid_footprint(measured, grid)
    parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    ring = max((part[0] for part in parts), key=len)
    return [(float(lon), float(lat)) for lon, lat in ring]


def _listed(root: Path, spec: SafeSpec) -> Iterator[tuple[str, str, int, str, str]]:
    """Every file for the manifest, with its size and checksum (MD5 in old products, SHA3-256 in new)."""
    names = Names(spec)
    algorithm, title = ("md5", "MD5") if spec.baseline < "03.00" else ("sha3_256", "SHA3-256")
    known = {
        names.product_metadata: f"S2_Level-{spec.level[1:]}_Product_Metadata",
        names.tile_metadata: f"S2_Level-{spec.level[1:]}_Tile1_Metadata",
        names.datastrip_metadata: f"S2_Level-{spec.level[1:]}_Datastrip1_Metadata",
        "INSPIRE.xml": "INSPIRE_Metadata",
    }
    files = sorted(path for path in root.rglob("*") if path.is_file())
    for number, path in enumerate(files):
        name = path.relative_to(root).as_posix()
        with path.open("rb") as stream:
            checksum = hashlib.file_digest(stream, algorithm).hexdigest()
        yield known.get(name, f"Data_{number}"), name, path.stat().st_size, title, checksum
