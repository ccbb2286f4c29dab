"""Write docs/img/products.webp: one cell a product, real where a sample scene gives it, else synthetic.

    python scripts/make_contact_sheet.py [TARGET.webp]

The picture's own metadata (EXIF image description) states the cells: a test holds them against the portfolio.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from rs.core.period import Period
from rs.core.product import Family, Layer, Product
from rs.core.result import Result
from rs.core.scene import Scene
from rs.pipeline.choose import Job, choose
from rs.pipeline.period_choose import PeriodJob, choose_period
from rs.pipeline.period_picture import shown, true_colour
from rs.pipeline.period_produce import PeriodUnit, produce_period
from rs.pipeline.picture import EMPTY, INK, coloured, font, ramp, rgb, sampled
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import products
from rs.raster.env import prepare as prepare_gdal
from rs.testing import LandsatSpec, coast, write_landsat

ROOT = Path(__file__).resolve().parent.parent
SCENES = ROOT / "sample_data" / "scenes"
TARGET = ROOT / "docs" / "img" / "products.webp"

MANAUS, VALLEY, RIVER = "LC09_L2SP_231062_20230723_20230802_02_T1", "S2_bolzano_2023", "S2_parana_20241216"
PLACES = {MANAUS: "Manaus", VALLEY: "Bolzano", RIVER: "Parana"}
PREFERRED = {Family.LAND: (VALLEY, MANAUS, RIVER), Family.MARINE: (MANAUS, RIVER)}
BEST = {"water_extent": MANAUS}
"""Scenes to be tried first where the family's first one shows little of the product."""

DATES = ("S2_parana_20230511", "S2_parana_20231212", "S2_parana_20240520", "S2_parana_20241216")
"""Scenes of composites."""

ENOUGH = 0.2
"""Least share of pixels with a value for a picture that shows something."""

DESCRIPTION = 0x010E
"""EXIF tag that holds the cells as JSON."""

COLUMNS, SIDE = 4, 3000
PICTURE, CELL, MARGIN = (392, 262), (424, 416), 22
GREY, RULE = (108, 117, 128), (214, 218, 223)
BADGES = {"real": ("real 实景", (38, 110, 72)), "synthetic": ("synthetic 合成", (176, 92, 22))}


@dataclass(frozen=True, slots=True)
class Cell:
    """A product as one scene gives it. kind: real or synthetic; place: in words."""

    product: Product
    result: Result
    kind: str
    place: str

    def stated(self) -> dict[str, str]:
        """What the picture's metadata says of the cell."""
        one, scene = self.product, self.result.scene
        names = [part.id for part in scene.scenes] if isinstance(scene, Period) else [scene.id]
        return {
            "product": one.name, "version": one.version, "title": one.title, "title_zh": one.title_zh,
            "unit": one.main.unit, "scene": ",".join(names), "recipe": self.result.recipe, "kind": self.kind,
        }  # fmt: skip

    def source(self) -> str:
        """Satellite, place and day, as a reader of the picture wants them."""
        time = self.result.scene.time
        when = f"{time.start:%Y-%m-%d}" if time.end - time.start <= timedelta(days=1) else f"{time.start:%Y}"
        if isinstance(self.result.scene, Period):
            when = f"{time.start:%Y-%m} to {time.end:%Y-%m}"
        return f"{self.result.scene.platform.name.replace('-', ' ').title()}, {self.place}, {when}"


def made(scene: Scene, folder: Path) -> dict[str, Result]:
    """All that a scene gives, by product."""
    jobs = [choose(scene, product) for product in products().values() if product.composite is None]
    kept = tuple(job for job in jobs if isinstance(job, Job))
    outcomes = produce(Unit(scene, kept, str(folder), threads=2))
    return {o.product.name: o for o in outcomes if isinstance(o, Result)}


def composites(folder: Path) -> dict[str, Result]:
    """All composites of the dates, by product."""
    scenes = [prepare(str(SCENES / name)) for name in DATES]
    found = {}
    for product in products().values():
        job = choose_period(scenes, product) if product.composite is not None else None
        if isinstance(job, PeriodJob):
            (outcome,) = produce_period(PeriodUnit(job, str(folder / product.name), threads=2))
            found |= {product.name: outcome} if isinstance(outcome, Result) else {}
    return found


def synthetic(folder: Path) -> Scene:
    """A made-up coast as Landsat 9 delivers it, with temperature: bands of every product that no sample scene gives."""
    spec = LandsatSpec("L2", "landsat-9", size=(262, 392))
    return prepare(str(write_landsat(folder, coast(spec.extent), spec)))


def cells(work: Path) -> list[Cell]:
    """One cell a product, in the order of the portfolio. Raises LookupError where no scene gives a product."""
    real = {name: made(prepare(str(SCENES / name)), work / name) for name in PLACES}
    real[RIVER] |= composites(work / "composites")
    (work / "synthetic").mkdir()
    other = made(synthetic(work / "synthetic"), work / "made")
    order = sorted(products().values(), key=lambda p: (p.family is Family.MARINE, p.name))
    return [_cell(product, real, other) for product in order]


def _cell(product: Product, real: dict[str, dict[str, Result]], other: dict[str, Result]) -> Cell:
    first = (BEST[product.name],) if product.name in BEST else ()
    for scene in (*first, *PREFERRED[product.family]):
        result = real[scene].get(product.name)
        if result is not None and result.valid_fraction >= ENOUGH:
            return Cell(product, result, "real", PLACES[scene])
    if product.name not in other:
        raise LookupError(f"no scene gives {product.name}: add one to PLACES, or its bands to the synthetic one")
    return Cell(product, other[product.name], "synthetic", "made-up coast")


def picture_of(cell: Cell) -> Image.Image:
    """The main layer, cut to the shape of the cell around its middle."""
    layer = cell.product.layers[0]
    paths = {file.asset: os.path.join(cell.result.staging, file.name) for file in cell.result.files}
    if cell.product.composite is not None:
        image = Image.fromarray(true_colour(paths, cell.product, SIDE))
    else:
        image = Image.fromarray(coloured(sampled(paths[layer.name], layer, SIDE), layer))
    width, height = image.size
    wide, high = min(width, height * PICTURE[0] / PICTURE[1]), min(height, width * PICTURE[1] / PICTURE[0])
    left, top = (width - wide) / 2, (height - high) / 2
    method = Image.Resampling.NEAREST if layer.classes or wide < PICTURE[0] else Image.Resampling.BOX
    return image.resize(PICTURE, method, box=(left, top, left + wide, top + high))


def draw_cell(sheet: Image.Image, cell: Cell, left: int, top: int) -> None:
    """Titles, picture with its badge, legend, and where it comes from."""
    draw = ImageDraw.Draw(sheet)
    draw.text((left, top), cell.product.title, font=font(19), fill=INK)
    draw.text((left, top + 26), cell.product.title_zh, font=font(16), fill=INK)
    right = left + PICTURE[0]
    draw.text((right, top + 28), cell.product.name, font=font(14), fill=GREY, anchor="ra")
    sheet.paste(picture_of(cell).convert("RGB"), (left, top + 54))
    draw.rectangle((left, top + 54, right - 1, top + 53 + PICTURE[1]), outline=RULE)
    words, colour = BADGES[cell.kind]
    long = draw.textlength(words, font=font(13))
    draw.rectangle((left + 8, top + 62, left + 24 + long, top + 84), fill=colour, outline="white")
    draw.text((left + 16, top + 64), words, font=font(13), fill="white")
    below = top + 54 + PICTURE[1] + 10
    if cell.product.composite is not None:
        low, high = shown(cell.product)
        draw.text((left, below), f"red, green, blue: reflectance {low:g} to {high:g}", font=font(13), fill=INK)
    else:
        _legend(sheet, cell.product.layers[0], left, below)
    draw.text((left, below + 42), cell.source(), font=font(13), fill=GREY)


def _legend(sheet: Image.Image, layer: Layer, left: int, top: int) -> None:
    draw = ImageDraw.Draw(sheet)
    if layer.classes:
        for item in layer.classes:
            draw.rectangle((left, top, left + 15, top + 14), fill=rgb(item.colour), outline=GREY)
            words = f"{item.title} {item.title_zh}"
            draw.text((left + 21, top - 2), words, font=font(13), fill=INK)
            left += 38 + int(draw.textlength(words, font=font(13)))
        return
    width = PICTURE[0] - 112
    bar = np.broadcast_to(ramp(layer, np.linspace(0, 1, width)), (14, width, 4)).copy()
    sheet.paste(Image.fromarray(bar).convert("RGB"), (left, top))
    low, high = layer.shown or layer.valid
    for share, anchor in ((0.0, "la"), (0.5, "ma"), (1.0, "ra")):
        text = f"{low + share * (high - low):.3g}"
        draw.text((left + share * width, top + 17), text, font=font(13), fill=INK, anchor=anchor)
    draw.text((left + width + 12, top - 3), f"[{layer.unit}]", font=font(14), fill=INK)


def sheet_of(found: list[Cell]) -> Image.Image:
    """All cells on white, row by row, with a line on what grey means."""
    rows = -(-len(found) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * CELL[0] + MARGIN, rows * CELL[1] + MARGIN + 30), "white")
    for k, cell in enumerate(found):
        draw_cell(sheet, cell, MARGIN + k % COLUMNS * CELL[0], MARGIN + k // COLUMNS * CELL[1])
    draw = ImageDraw.Draw(sheet)
    foot = sheet.height - 36
    draw.rectangle((MARGIN, foot, MARGIN + 15, foot + 14), fill=EMPTY[:3], outline=GREY)
    draw.text((MARGIN + 23, foot - 2), "no data, or not water 无数据或非水体", font=font(13), fill=INK)
    return sheet


def main(target: Path) -> None:
    """Make the sheet and say how large it is."""
    with tempfile.TemporaryDirectory() as folder:
        found = cells(Path(folder))
        sheet = sheet_of(found)
    exif = Image.Exif()
    exif[DESCRIPTION] = json.dumps([cell.stated() for cell in found])
    target.parent.mkdir(parents=True, exist_ok=True)
    # lossy: as PNG the sheet has four times the bytes in full colour, and banded ramps in 256 colours
    sheet.save(target, quality=90, method=6, exif=exif)
    print(f"{target}: {len(found)} cells, {target.stat().st_size} bytes")


if __name__ == "__main__":
    prepare_gdal()
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
